import assert from 'node:assert/strict';
import { errorOfStatus } from '../../../src/cluster/apiError.ts';

describe('an answer of 429', () => {
  const access = { verb: 'create', resource: 'pods/eviction', namespace: 'shop' };
  const status = (details: object): string =>
    JSON.stringify({ kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'no', details });

  it('tells a PodDisruptionBudget that refuses from a server that is overloaded', () => {
    const budget = {
      causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods' }],
    };
    assert.deepEqual(errorOfStatus(429, status(budget), access).failure, { reason: 'too-many-requests', budget: true });
    assert.deepEqual(errorOfStatus(429, status({ retryAfterSeconds: 1 }), access, 1000).failure, {
      reason: 'too-many-requests',
      retryAfter: 1000,
    });
  });
});
