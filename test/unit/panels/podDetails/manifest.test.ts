import assert from 'node:assert/strict';
import { load } from 'js-yaml';
import { appliedYaml, liveYaml, presentable, toYaml } from '../../../../src/panels/podDetails/manifest.ts';
import { find } from './words.ts';
import { pageOf } from './pageOf.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const applied = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'web', annotations: {} },
  spec: { containers: [{ name: 'web', image: 'web:1', env: [{ name: 'API_TOKEN', value: 'hunter2' }] }] },
};
const live = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    uid: 'u',
    resourceVersion: '7',
    managedFields: [{}],
    annotations: { [lastApplied]: JSON.stringify(applied) },
  },
  spec: { containers: [{ image: 'web:2', name: 'web', env: [{ name: 'API_TOKEN', value: 'hunter3' }] }] },
  status: { phase: 'Running' },
};

describe('the YAML of an object', () => {
  it('leaves out managedFields and the last applied configuration', () => {
    const shown = presentable({ metadata: { managedFields: [{}], annotations: { [lastApplied]: '{}', a: 'b' } } });
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), { metadata: { annotations: { a: 'b' } } });
  });

  it('hides what is named like a secret', () => {
    const text = toYaml({
      spec: { env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] },
      metadata: { annotations: { 'x/token': 'abc' } },
    });
    assert.doesNotMatch(text, /hunter2|abc/);
  });
});

describe('an object beside what was last applied to it', () => {
  it('differs in nothing but what was changed since: servers’ fields, order and secrets are no differences', () => {
    const [before, after] = [appliedYaml(live) ?? '', liveYaml(live)];
    assert.equal(before.replace('web:1', 'web:2'), after);
    assert.doesNotMatch(before + after, /hunter/);
  });

  it('is not compared where nothing was noted, or nothing that can be read', () => {
    assert.equal(appliedYaml({}), undefined);
    for (const text of ['', '{', '7', 'null'])
      assert.equal(appliedYaml({ metadata: { annotations: { [lastApplied]: text } } }), undefined);
  });

  it('is offered where something was noted', () => {
    const actions = (annotations: string): readonly string[] => {
      const yaml = `{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: b, annotations: ${annotations} } }`;
      const [block] = find(pageOf(yaml).sections, 'yaml').blocks;
      return block?.kind === 'code' ? (block.actions ?? []).map(({ id }) => id) : [];
    };
    assert.deepEqual(actions('{}'), ['openManifest']);
    assert.deepEqual(actions(`{ ${lastApplied}: '{}' }`), ['openManifest', 'compareLastApplied']);
  });

  it('keeps the rest of the annotations', () => {
    const { metadata } = load(
      liveYaml({ ...live, metadata: { ...live.metadata, annotations: { a: 'b', [lastApplied]: '{}' } } }),
    ) as { metadata: unknown };
    assert.deepEqual(metadata, { name: 'web', annotations: { a: 'b' } });
  });
});
