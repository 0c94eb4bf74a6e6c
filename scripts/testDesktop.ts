import { runTests } from '@vscode/test-electron';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.ts';
import { buildWorkbenchTests } from './lib/buildTests.ts';
import { printCounts, readCounts } from './lib/counts.ts';
import { projectFolder } from './lib/project.ts';
import { step } from './lib/progress.ts';
import { main, ScriptError } from './lib/scriptError.ts';
import { cacheFolder } from './tools/cacheFolder.ts';

/**
 * `npm run test:desktop [-- VERSION]`: the suites of test/workbench in desktop VS Code, which is downloaded. VERSION is
 * `stable` when absent; the oldest supported one stands in package.json under engines.
 */
await main(async () => {
  await step('Building the extension and its tests', () => buildAll({ extensionOnly: true }));
  const testsPath = await buildWorkbenchTests();
  await checkReachable();
  const folder = await mkdtemp(join(tmpdir(), 'network-inspector-desktop-'));
  try {
    const result = join(folder, 'result.json');
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, 'apiVersion: v1\nkind: Config\n');
    await runTests({
      version: process.argv[2] ?? 'stable',
      cachePath: join(cacheFolder(), 'desktop'),
      extensionDevelopmentPath: projectFolder,
      extensionTestsPath: testsPath,
      extensionTestsEnv: { KUBECONFIG: kubeconfig, TEST_RESULT: result },
      launchArgs: [`--user-data-dir=${join(folder, 'data')}`, '--disable-extensions', '--disable-workspace-trust'],
    }).catch((error: unknown) => {
      // A test that failed ends the run with an error too; the counts tell.
      console.error(error instanceof Error ? error.message : error);
    });
    const text = await readFile(result, 'utf8').catch(() => 'null');
    return printCounts(readCounts(JSON.parse(text)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The download would otherwise fail after long retries, with a stack instead of a reason. */
async function checkReachable(): Promise<void> {
  const source = 'https://update.code.visualstudio.com/api/releases/stable';
  const answer = await fetch(source, { signal: AbortSignal.timeout(15_000) }).catch((error: unknown) => error);
  if (answer instanceof Response && answer.ok) return;
  const why = answer instanceof Response ? `it answered ${String(answer.status)}` : String(reasonOf(answer));
  throw new ScriptError(
    `Desktop VS Code cannot be downloaded: ${source}: ${why}.`,
    "npm run test:workbench runs the same suites in VS Code's server, which comes from npm.",
  );
}

function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
