import fc from 'fast-check';
import { noShares } from '../../../property/agreement.ts';
import { flavours } from '../../../property/generators/cases.ts';
import { properties } from '../../../property/properties.ts';

/** A few hundred cases that are the same every time; `npm run test:property` tries as many others as one likes. */
const seed = 20_261_124;
const casesEach = 25;

for (const property of properties) {
  describe(`${property.name}, on random clusters`, () => {
    for (const flavour of flavours) {
      it(`with ${flavour}`, async () => {
        const numRuns = Math.ceil(casesEach * property.share);
        const result = await fc.check(property.check(flavour, noShares()), { numRuns, seed });
        if (result.failed) throw result.errorInstance;
      });
    }
  });
}
