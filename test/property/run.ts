import fc from 'fast-check';
import { parseArgs } from 'node:util';
import { noShares } from './agreement.ts';
import { flavours } from './generators/cases.ts';
import { properties } from './properties.ts';

/** The long run: `npm run test:property -- --runs 10000 [--seed N] [--only WORDS] [--flavour WORDS]`. */

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
    flavour: { type: 'string', default: '' },
  },
});
const runs = Number(values.runs);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error('--runs and --seed are whole numbers.');
  process.exit(2);
}
console.log(`seed ${seed}`);

let failures = 0;
let cases = 0;
const shares = noShares();
const chosen = flavours.filter((flavour) => flavour.includes(values.flavour));
for (const property of properties.filter(({ name }) => name.includes(values.only))) {
  for (const flavour of chosen) {
    const numRuns = Math.max(1, Math.round((runs * property.share) / chosen.length));
    const start = performance.now();
    let done = 0;
    let spoken = start;
    const check = property.check(flavour, shares);
    check.beforeEach(() => {
      done++;
      if (performance.now() - spoken < 10_000) return;
      spoken = performance.now();
      console.log(`  ${property.name}, ${flavour}: ${done} of ${numRuns}`);
    });
    const result = await fc.check(check, { numRuns, seed, endOnFailure: false });
    cases += result.numRuns;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (!result.failed) {
      console.log(`✔ ${property.name}, ${flavour}: ${result.numRuns} cases in ${seconds} s`);
      continue;
    }
    failures++;
    console.log(`✘ ${property.name}, ${flavour}: case ${result.numRuns}, made smaller ${result.numShrinks} times`);
    console.log(`  again: --seed ${result.seed} --only "${property.name}" --flavour "${flavour}" --runs ${runs}`);
    const error = result.errorInstance;
    console.log(error instanceof Error && error.name === 'Error' ? error.message : error);
  }
}

const total = Math.max(1, shares.allow + shares.deny + shares.unknown);
const share = (count: number): string => `${((100 * count) / total).toFixed(1)} %`;
console.log(
  `${total} verdicts compared: allow ${share(shares.allow)}, deny ${share(shares.deny)}, unknown ${share(shares.unknown)}`,
);
console.log(`${cases} cases, ${failures} failed, seed ${seed}`);
process.exitCode = failures > 0 ? 1 : 0;
