import type { Workload } from '../model/workload.ts';
import type { CniDefinition } from './cni/definition.ts';
import type { PodExpectations } from './podHealth.ts';

const known = new Map<string, PodExpectations>();
const noRoles: Readonly<Record<string, string>> = Object.freeze({});

/** The same object for workloads that are judged alike, so that a new count in a status makes no pod to be judged anew. */
export function expectationsOf(workload: Workload, agent: boolean, definition?: CniDefinition): PodExpectations {
  const unprobed = workload.template.containers
    .filter(({ init, readinessProbe, livenessProbe }) => !init && !readinessProbe && !livenessProbe)
    .map(({ name }) => name);
  const key = JSON.stringify([agent, definition?.id ?? '', unprobed]);
  let expectations = known.get(key);
  if (expectations === undefined) {
    expectations = { agent, unprobed: new Set(unprobed), roles: definition?.containerRoles ?? noRoles };
    known.set(key, expectations);
  }
  return expectations;
}
