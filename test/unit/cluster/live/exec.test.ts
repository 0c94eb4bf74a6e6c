import assert from 'node:assert/strict';
import { exitCodeOf } from '../../../../src/cluster/live/exec.ts';

describe('how a command in a container ended', () => {
  it('is told by the status that the kubelet sends last', () => {
    assert.equal(exitCodeOf({ status: 'Success' }), 0);
    const failed = {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '137' }] },
    };
    assert.equal(exitCodeOf(failed), 137);
  });

  it('is not known when it was not run', () => {
    assert.equal(exitCodeOf({ status: 'Failure', reason: 'InternalError', message: 'no such container' }), undefined);
    assert.equal(
      exitCodeOf({ status: 'Failure', details: { causes: [{ reason: 'ExitCode', message: 'x' }] } }),
      undefined,
    );
  });
});
