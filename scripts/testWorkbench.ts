import { buildAll } from './build.ts';
import { buildWorkbenchTests } from './lib/buildTests.ts';
import { runInExtensionHost } from './lib/extensionHost.ts';
import { step } from './lib/progress.ts';
import { main } from './lib/scriptError.ts';
import { printCounts, readCounts } from './lib/counts.ts';

/** `npm run test:workbench [-- PATTERN]`: the suites of test/workbench inside VS Code's extension host. */
await main(async () => {
  await step('Building the extension and its tests', () => buildAll({ extensionOnly: true }));
  const testsPath = await buildWorkbenchTests();
  const result = await runInExtensionHost({
    testsPath,
    env: { TEST_GREP: process.argv[2], TEST_COLOR: process.stdout.isTTY ? '1' : '' },
  });
  return printCounts(readCounts(result));
});
