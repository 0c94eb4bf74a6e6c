import assert from 'node:assert/strict';
import type { ConnectionState } from '../../../src/cluster/source.ts';
import { policyStatus } from '../../../src/language/policyStatus.ts';
import type { Knowledge } from '../../../src/model/snapshot.ts';
import { FakeSource, noon, snapshotOf } from '../tree/fakes.ts';
import { inEnglish } from '../../../src/tree/words.ts';

const connected: ConnectionState = { kind: 'connected', checked: noon };

const said = (pods: Knowledge, state: ConnectionState = connected): string =>
  policyStatus(
    new FakeSource(
      'prod',
      state,
      snapshotOf({ objects: [], reads: [{ interest: { kind: 'pods' }, knowledge: pods }] }),
    ),
    inEnglish,
    noon,
  ).text;

describe('the status of the cluster that policies are measured against', () => {
  it('turns only while the pods are being read', () => {
    assert.equal(said({ state: 'loading' }), '$(loading~spin) prod');
    assert.equal(said({ state: 'loaded' }), '$(shield) prod');
  });

  it('says that pods may not be listed, and that they cannot be read', () => {
    assert.equal(said({ state: 'forbidden', verb: 'list', resource: 'pods' }), '$(lock) prod: no access: list pods');
    assert.equal(
      said({ state: 'unavailable', reason: 'the server answered 500' }),
      '$(question) prod: pods cannot be read',
    );
  });

  it('says how old the pods are that it counts', () => {
    assert.match(
      said({ state: 'stale', since: noon - 180_000, reason: 'cut off' }),
      /^\$\(history\) prod: as of .*, 3 min ago$/,
    );
  });
});
