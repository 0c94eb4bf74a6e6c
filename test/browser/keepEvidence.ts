import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Page } from 'playwright-core';
import { attemptOf } from '../../scripts/lib/attempts.ts';
import { outputFolder } from '../../scripts/lib/project.ts';

/**
 * To be called after each test: keeps a picture of the page, and what `logs` gives, in test-output/screenshots when the
 * test failed, at each attempt under a name of its own.
 */
export async function keepEvidence(
  test: Mocha.Test | undefined,
  page: Page | undefined,
  logs?: () => Promise<string>,
): Promise<void> {
  // Mocha gives an attempt that is followed by another no state.
  if (!test || !page || test.state === 'passed' || test.isPending()) return;
  const folder = join(outputFolder, 'screenshots');
  const title = test.fullTitle().replaceAll(/\W+/g, '-').slice(0, 100);
  const name = join(folder, `failed-${title}-${String(attemptOf(test))}`);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${name}.png` });
  if (logs) await writeFile(`${name}.log`, await logs());
}
