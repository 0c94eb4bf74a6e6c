import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { outputFolder } from '../../scripts/lib/project.ts';
import { main } from '../../scripts/lib/scriptError.ts';
import { podPage } from '../../src/panels/podDetails/podPage.ts';
import type { ThemeKind } from '../browser/pages/workbench.ts';
import { canalPod } from './canalPod.ts';
import { startFakeHost } from './fakeHost.ts';

/** Pictures of the pod page in every theme and three widths, in test-output/screenshots. */
await main(async () => {
  const host = await startFakeHost('podDetails');
  const folder = join(outputFolder, 'screenshots');
  await mkdir(folder, { recursive: true });
  try {
    for (const [theme, width] of [
      ['dark', 1200],
      ['light', 800],
      ['hc-dark', 1200],
      ['hc-light', 1200],
      ['dark', 320],
    ] as const satisfies readonly (readonly [ThemeKind, number])[]) {
      const { page, send } = await host.open({ theme, width, height: 900 });
      await page.clock.setFixedTime(new Date('2026-11-24T10:00:00Z'));
      await send({
        type: 'show',
        sequence: 1,
        about: { source: 'a', namespace: 'kube-system', name: 'canal-x7k2p', kept: false },
        page: podPage(canalPod(), { kind: 'live' }),
      });
      const path = join(folder, `pod-${theme}-${String(width)}.png`);
      await page.screenshot({ path, fullPage: true });
      console.log(path);
    }
  } finally {
    await host.close();
  }
  return 0;
});
