import { load } from 'js-yaml';
import { isObject, type JsonObject } from '../../../../src/model/json.ts';
import { readPod } from '../../../../src/model/pod.ts';
import type { ClusterSnapshot } from '../../../../src/model/snapshot.ts';
import type { PodInput } from '../../../../src/panels/podDetails/input.ts';
import { podPage } from '../../../../src/panels/podDetails/podPage.ts';
import type { PodPage } from '../../../../src/panels/protocol.ts';
import { now, snapshotOf } from '../../../webview/canalPod.ts';

export const parse = (yaml: string): JsonObject => {
  const value = load(yaml);
  if (!isObject(value)) throw new Error('The YAML is not one object.');
  return value;
};

/** A cluster that has the pod and the objects around it. `around` is a list in YAML. */
export const clusterWith = (raw: JsonObject, around = '[]'): ClusterSnapshot =>
  snapshotOf([raw, ...(load(around) as JsonObject[])]);

/** What a page is made of for a pod in YAML, of which nothing is known but itself and what stands around it. */
export function inputOf(yaml: string, around = '[]', more: Partial<PodInput> = {}): PodInput {
  const raw = parse(yaml);
  return {
    raw,
    pod: readPod(raw),
    snapshot: clusterWith(raw, around),
    events: [],
    eventsState: { kind: 'ready' },
    usage: new Map(),
    usageState: { kind: 'failed', reason: 'Not asked.' },
    now,
    ...more,
  };
}

export const pageOf = (yaml: string, around?: string, more?: Partial<PodInput>): PodPage =>
  podPage(inputOf(yaml, around, more), { kind: 'live' });
