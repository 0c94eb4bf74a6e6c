import { stat } from 'node:fs/promises';
import { makePackage } from '../../scripts/package.ts';
import { type Bench } from './bench.ts';

/** How much a user downloads. */
export const bench: Bench = {
  name: 'vsix',
  async run(report) {
    const { size } = await stat(await makePackage());
    report({ name: 'vsix: size', value: size / 1_000_000, unit: 'MB', goal: 1.5, better: 'lower', against: '' });
  },
};
