import { buildAll } from './build.ts';
import { fetchBrowser } from './fetchBrowser.ts';
import { fetchVscode } from './fetchVscode.ts';
import { printCounts } from './lib/counts.ts';
import { say, step } from './lib/progress.ts';
import { runMocha } from './lib/runMocha.ts';
import { main } from './lib/scriptError.ts';
import { BinariesError, controlPlaneBinaries } from './tools/controlPlaneBinaries.ts';

/** `npm run test:browser [-- --grep PATTERN]`: drives VS Code in a browser, as a person would. */
await main(async () => {
  await step('Building the extension', () => buildAll({ extensionOnly: true }));
  // Outside the tests, whose time limits do not reckon with a download.
  await fetchVscode();
  await fetchBrowser();
  await buildControlPlane();
  return printCounts(await runMocha('browser', process.argv.slice(2)));
});

/** Without one, the suites that need it fail and say why; the others run. */
async function buildControlPlane(): Promise<void> {
  try {
    await controlPlaneBinaries({
      programs: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok', 'kubectl'],
      log: say,
    });
  } catch (error) {
    if (!(error instanceof BinariesError)) throw error;
    say(error.message);
  }
}
