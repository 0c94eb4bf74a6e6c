import { strict as assert } from 'node:assert';
import { ApiError } from '../../../src/cluster/apiError.ts';
import type { AccessQuestion, ClusterClient } from '../../../src/cluster/client.ts';
import { askRights, rightsFields } from '../../../src/panels/podDetails/rights.ts';

const client = (answer: (question: AccessQuestion) => boolean): ClusterClient => ({
  get: () => Promise.reject(new Error('not asked for')),
  mayI: (question) => Promise.resolve().then(() => ({ allowed: answer(question) })),
  logs: () => {
    throw new Error('not asked for');
  },
  exec: () => Promise.reject(new Error('not asked for')),
  write: () => Promise.reject(new Error('not asked for')),
});
const pod = { namespace: 'shop', name: 'web-0' };
const words = (rights: Awaited<ReturnType<typeof askRights>>): readonly string[] =>
  rightsFields(rights).flatMap((field) =>
    field === undefined
      ? []
      : [
          `${field.label}: ${field.values.map((value) => (typeof value === 'string' ? value : 'text' in value ? `${value.text} (${value.note ?? ''})` : '')).join(', ')}`,
        ],
  );

describe('what the user may do with a pod', () => {
  it('is asked for the pod itself and said with the right that is missing', async () => {
    const asked: AccessQuestion[] = [];
    const rights = await askRights(
      client((question) => {
        asked.push(question);
        return question.subresource === 'log';
      }),
      pod,
      new AbortController().signal,
    );
    assert.ok(
      asked.every(({ namespace, name, resource }) => namespace === 'shop' && name === 'web-0' && resource === 'pods'),
    );
    assert.deepEqual(words(rights), [
      'You may: read its logs',
      'You may not: run commands in it (create pods/exec), forward its ports (create pods/portforward), add containers for debugging (patch pods/ephemeralcontainers), evict it (create pods/eviction), delete it (delete pods)',
    ]);
  });

  it('is not called forbidden where the server does not say', async () => {
    const rights = await askRights(
      client(({ subresource }) => {
        if (subresource === 'exec') throw new ApiError({ reason: 'aborted' }, 'mayI');
        return true;
      }),
      pod,
      new AbortController().signal,
    );
    assert.deepEqual(words(rights), [
      'You may: read its logs, forward its ports, add containers for debugging, evict it, delete it',
      'Cannot tell whether you may: run commands in it',
    ]);
  });
});
