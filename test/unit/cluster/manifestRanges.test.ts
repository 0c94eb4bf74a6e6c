import { strict as assert } from 'node:assert';
import { readManifest } from '../../../src/cluster/manifest.ts';
import { manifestRanges } from '../../../src/cluster/manifestRanges.ts';

/** `line:column-line:column` of a path in each object of a text. */
async function places(text: string, path: readonly (string | number)[], offset?: number): Promise<string[]> {
  const ranges = await manifestRanges(() => text);
  return readManifest(text, 'a').objects.map(({ source }) => {
    const range = ranges.documentOf(source)?.rangeOf(path, offset);
    return range === undefined ? 'nowhere' : `${range.line}:${range.column}-${range.endLine}:${range.endColumn}`;
  });
}

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: 'a'
  labels: {app: web, "on": x}
`;

describe('places in a manifest', () => {
  it('are the value of a field, or the name of one that holds more', async () => {
    assert.deepEqual(await places(pod, ['metadata', 'name']), ['4:9-4:12']);
    assert.deepEqual(await places(pod, ['metadata', 'labels']), ['5:3-5:9']);
    assert.deepEqual(await places(pod, ['metadata', 'labels', 'on']), ['5:28-5:29']);
  });

  it('are as much of the path as there is', async () => {
    assert.deepEqual(await places(pod, ['metadata', 'labels', 'tier', 'x']), ['5:3-5:9']);
    assert.deepEqual(await places(pod, ['spec']), ['nowhere']);
  });

  it('are found in any document, and in any element of a list', async () => {
    const list = 'kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n';
    assert.deepEqual(await places(`# one\n---\n${pod}---\n${list}`, ['metadata', 'name']), ['6:9-6:12', '12:48-12:49']);
    const json = JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { name: 'b' } }] }, null, 2);
    assert.deepEqual(await places(json, ['metadata', 'name']), ['7:17-7:20']);
  });

  it('are found in an element of a list that is too long to be parsed again', async () => {
    const items = Array.from({ length: 3000 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${index}`, annotations: { long: 'x'.repeat(1000) } },
    }));
    const text = JSON.stringify({ kind: 'List', apiVersion: 'v1', items }, null, 2);
    const ranges = await manifestRanges(() => text);
    const { objects } = readManifest(text, 'a');
    for (const index of [0, 1, 2999]) {
      const source = objects[index]?.source;
      const range = source === undefined ? undefined : ranges.documentOf(source)?.rangeOf(['metadata', 'name']);
      assert.equal(text.split('\n')[(range?.line ?? 0) - 1]?.slice((range?.column ?? 0) - 1), `"p${index}",`);
    }
  });

  it('are found in one tree for all elements of a list, which is parsed once', async () => {
    const items = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } }));
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const ranges = await manifestRanges(() => text);
    const [one, other] = readManifest(text, 'a').objects.map(({ source }) => ranges.documentOf(source));
    assert.ok(one !== undefined && one.document === other?.document);
    assert.notDeepEqual(one.root, other.root);
  });

  it('point into a text, whatever its quotes', async () => {
    for (const [written, expected] of [
      ["app == 'a'", '4:9-4:19'],
      [`"app == 'a'"`, '4:10-4:21'],
    ]) {
      const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${written}\n`;
      assert.deepEqual(await places(text, ['metadata', 'name'], 0), [expected]);
    }
  });
});
