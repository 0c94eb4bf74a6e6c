import assert from 'node:assert/strict';
import { mochaCounts } from '../../../scripts/lib/mochaCounts.ts';

describe('the counts of a mocha run', () => {
  it('are those of its summary, coloured or not', () => {
    const output =
      '\u001b[92m \u001b[0m\u001b[32m 12 passing\u001b[0m\u001b[90m (3s)\u001b[0m\n\u001b[31m  3 failing\u001b[0m\n';
    assert.deepEqual(mochaCounts(output, 3), { passed: 12, failed: 3 });
    assert.deepEqual(mochaCounts('  7 passing (20ms)\n  1 pending\n', 0), { passed: 7, failed: 0 });
  });

  it('are not taken from a title that speaks of passing', () => {
    assert.deepEqual(mochaCounts('    ✔ says 5 passing pods\n\n  2 passing (1s)\n', 0), { passed: 2, failed: 0 });
  });

  it('hold a failure when the run broke off before a summary', () => {
    assert.deepEqual(mochaCounts('SyntaxError: unexpected token\n', 1), { passed: 0, failed: 1 });
    assert.deepEqual(mochaCounts('  4 passing (1s)\n', undefined), { passed: 4, failed: 1 });
  });
});
