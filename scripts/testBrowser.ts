import { buildAll } from './build.ts';
import { fetchBrowser } from './fetchBrowser.ts';
import { fetchVscode } from './fetchVscode.ts';
import { printCounts } from './lib/counts.ts';
import { step } from './lib/progress.ts';
import { runMocha } from './lib/runMocha.ts';
import { main } from './lib/scriptError.ts';

/** `npm run test:browser [-- --grep PATTERN]`: drives VS Code in a browser, as a person would. */
await main(async () => {
  await step('Building the extension', () => buildAll({ extensionOnly: true }));
  // Outside the tests, whose time limits do not reckon with a download.
  await fetchVscode();
  await fetchBrowser();
  return printCounts(await runMocha('browser', process.argv.slice(2)));
});
