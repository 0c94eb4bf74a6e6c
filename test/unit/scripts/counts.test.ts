import assert from 'node:assert/strict';
import { readCounts, sum } from '../../../scripts/lib/counts.ts';

describe('counts', () => {
  it('are read from what a run has written', () => {
    assert.deepEqual(readCounts(JSON.parse('{"passed":3,"failed":0}')), { passed: 3, failed: 0 });
  });

  it('are a failure when a run has written nothing', () => {
    assert.deepEqual(readCounts(undefined), { passed: 0, failed: 1 });
    assert.deepEqual(readCounts({ passed: '3', failed: 0 }), { passed: 0, failed: 1 });
  });

  it('add up over suites', () => {
    assert.deepEqual(
      sum([
        { passed: 3, failed: 1 },
        { passed: 4, failed: 0 },
      ]),
      { passed: 7, failed: 1 },
    );
  });
});
