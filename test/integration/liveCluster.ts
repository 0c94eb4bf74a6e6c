import assert from 'node:assert/strict';
import { kubeconfigSources, loadKubeconfig } from '../../src/cluster/kubeconfig/load.ts';
import { type LiveOptions, LiveSource } from '../../src/cluster/live/liveSource.ts';
import type { LiveTiming } from '../../src/cluster/live/timing.ts';
import { isObject, objectsAt } from '../../src/model/json.ts';
import { type KindKey, kindOf } from '../../src/model/kinds.ts';
import { type ModelObject, objectKey } from '../../src/model/meta.ts';
import type { Interest, Knowledge } from '../../src/model/snapshot.ts';
import type { ControlPlane } from '../control-plane/controlPlane.ts';

/** As the program waits, but in a tenth of the time, so that a test does not have to. */
export const quick: Partial<LiveTiming> = {
  coalesceMs: 10,
  graceMs: 150,
  heartbeatMs: 500,
  heartbeatTimeoutMs: 500,
  sleepCheckMs: 100,
  wakeSpreadMs: 0,
  rediscoverMs: 200,
  firstReconnectMs: 50,
  longestReconnectMs: 300,
  firstRetryMs: 50,
  longestRetryMs: 300,
  watchIdleMs: 1_500,
  watchStallMs: 700,
  doubtMs: 300,
  pageSize: 10,
};

/** The source of a kubeconfig's only context. Nothing is contacted yet. */
export async function openSource(
  kubeconfig: string,
  interests: readonly Interest[] = [],
  { timing, ...options }: LiveOptions = {},
): Promise<LiveSource> {
  const { contexts, problems } = await loadKubeconfig(kubeconfigSources({ KUBECONFIG: kubeconfig }));
  assert.deepEqual(problems, []);
  const [context] = contexts;
  assert.ok(context && contexts.length === 1, 'the kubeconfig has one context');
  const source = new LiveSource(context, {
    timeoutMs: 1_000,
    stallMs: 1_000,
    env: {},
    ...options,
    timing: { ...quick, ...timing },
  });
  source.need(interests);
  return source;
}

/** Asks after each change of the source, and fails with what the source says instead. */
export async function until(source: LiveSource, what: string, condition: () => boolean, seconds = 15): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve, reject) => {
    const check = (): void => {
      if (!condition()) return;
      clearTimeout(timer);
      listening.dispose();
      resolve();
    };
    const listening = source.onDidChange(check);
    const timer = setTimeout(() => {
      listening.dispose();
      const reads = source.snapshot.content.reads.map(({ interest, knowledge }) => [interest.kind, knowledge]);
      reject(new Error(`Waited for ${what}: ${JSON.stringify({ state: source.state, reads })}`));
    }, seconds * 1000);
  });
}

export const knowledge = (source: LiveSource, { kind, ...scope }: Interest): Knowledge['state'] =>
  source.snapshot.knowledge(kind, scope).state;

export const untilLoaded = (source: LiveSource, ...interests: readonly Interest[]): Promise<void> =>
  until(source, 'the reads to be loaded', () =>
    interests.every((interest) => knowledge(source, interest) === 'loaded'),
  );

/** The objects of a kind as kubectl prints them, read as the program reads them. */
export async function kubectlSees(
  plane: ControlPlane,
  { kind, ...scope }: Interest,
): Promise<Map<string, ModelObject>> {
  const descriptor = kindOf(kind);
  const [api] = descriptor.apis;
  const resource = api === undefined || api.group === '' ? descriptor.plural : `${descriptor.plural}.${api.group}`;
  const where = scope.namespace === undefined ? ['--all-namespaces'] : ['--namespace', scope.namespace];
  const selector = scope.labelSelector === undefined ? [] : ['--selector', scope.labelSelector];
  const { stdout, stderr, code } = await plane.kubectl(['get', resource, ...where, ...selector, '--output', 'json']);
  assert.equal(code, 0, stderr);
  const list: unknown = JSON.parse(stdout);
  const objects = objectsAt(isObject(list) ? list : {}, 'items').map((item): ModelObject => descriptor.read(item));
  return new Map(objects.map((object) => [objectKey(object.meta), object]));
}

/** Waits until the source holds what kubectl prints, object for object and field for field, and says that it knows. */
export async function untilSameAsKubectl(plane: ControlPlane, source: LiveSource, interest: Interest): Promise<void> {
  const expected = await kubectlSees(plane, interest);
  const held = (): Map<string, ModelObject> =>
    new Map(
      source.snapshot
        .list(interest.kind)
        .filter(({ meta }) => interest.namespace === undefined || meta.namespace === interest.namespace)
        .map((object) => [objectKey(object.meta), object]),
    );
  const same = (): boolean => {
    if (knowledge(source, interest) !== 'loaded') return false;
    try {
      assert.deepEqual(sorted(held()), sorted(expected));
      return true;
    } catch {
      return false;
    }
  };
  try {
    await until(source, `${interest.kind} to be as kubectl prints them`, same);
  } catch (error) {
    assert.equal(knowledge(source, interest), 'loaded', error instanceof Error ? error.message : '');
    assert.deepEqual(sorted(held()), sorted(expected));
  }
}

const sorted = (objects: ReadonlyMap<string, ModelObject>): [string, ModelObject][] =>
  [...objects].sort(([a], [b]) => (a < b ? -1 : 1));

/** A ConfigMap for each name. */
export async function writeConfigMaps(
  plane: ControlPlane,
  namespace: string,
  names: readonly string[],
  value: string,
): Promise<void> {
  await Promise.all(
    names.map((name) =>
      plane.api.apply(`/api/v1/namespaces/${namespace}/configmaps/${name}`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace, labels: { app: 'shop' } },
        data: { value },
      }),
    ),
  );
}

export const configMapsIn = (namespace: string): Interest => ({ kind: 'configMaps' satisfies KindKey, namespace });

export const createNamespace = (plane: ControlPlane, name: string): Promise<unknown> =>
  plane.api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
