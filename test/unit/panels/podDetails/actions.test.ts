import { strict as assert } from 'node:assert';
import { actions } from '../../../../src/panels/podDetails/actions.ts';
import { askRights } from '../../../../src/panels/podDetails/rights.ts';
import type { HeaderAction } from '../../../../src/panels/protocol.ts';
import { canalPod } from '../../../webview/canalPod.ts';

const rightsBut = (...denied: readonly string[]) =>
  askRights(
    {
      get: () => Promise.reject(new Error('not asked for')),
      mayI: ({ verb, resource, subresource }) =>
        Promise.resolve({
          allowed: !denied.includes([verb, [resource, subresource].filter(Boolean).join('/')].join(' ')),
        }),
      logs: () => {
        throw new Error('not asked for');
      },
      exec: () => Promise.reject(new Error('not asked for')),
      write: () => Promise.reject(new Error('not asked for')),
    },
    { namespace: 'kube-system', name: 'canal-x7k2p' },
    new AbortController().signal,
  );
const unavailable = (list: readonly HeaderAction[]): readonly (readonly [string, string])[] =>
  list.flatMap(({ id, unavailable: why }) => (why === undefined ? [] : [[id, why] as const]));

describe('what is offered beside the tabs of a pod’s page', () => {
  it('is a handful of icons, and the rest in a menu', () => {
    const list = actions(canalPod());
    assert.ok(list.filter(({ icon }) => icon !== undefined).length <= 6);
    const inMenu = list.filter(({ more }) => more !== undefined).map(({ id }) => id);
    for (const id of [
      'showLogs',
      'previousLog',
      'openManifest',
      'openTerminal',
      'describePod',
      'debugContainer',
      'restartPod',
      'deletePod',
    ])
      assert.ok(inMenu.includes(id), id);
    assert.equal(new Set(list.map(({ id }) => id)).size, list.length);
  });

  it('leads to the log of the container that has run before', () => {
    const previous = actions(canalPod()).find(({ id }) => id === 'previousLog');
    assert.deepEqual(previous?.args, ['kube-flannel']);
  });

  it('names the right that is missing for what it greys', async () => {
    const rights = await rightsBut('create pods/exec', 'delete pods');
    assert.deepEqual(unavailable(actions({ ...canalPod(), rights })), [
      ['openShell', 'your account may not create pods/exec'],
      ['deletePod', 'your account may not delete pods'],
    ]);
  });

  it('offers a restart to who may evict or delete', async () => {
    const rights = await rightsBut('create pods/eviction', 'delete pods');
    assert.deepEqual(
      unavailable(actions({ ...canalPod(), rights })).map(([id]) => id),
      ['restartPod', 'deletePod'],
    );
  });
});
