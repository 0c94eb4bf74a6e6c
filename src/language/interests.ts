import { interestsOf } from '../inspect/interests.ts';
import type { KindKey } from '../model/kinds.ts';
import type { ClusterSnapshot, Interest } from '../model/snapshot.ts';
import { policyKinds } from '../policy/kinds.ts';

const kinds: readonly KindKey[] = [
  'pods',
  'namespaces',
  'nodes',
  'services',
  'endpointSlices',
  'serviceAccounts',
  ...policyKinds,
  'calicoHostEndpoints',
];

/** Everything that decides what a policy means: all pods, the other policies, and whether the CNI enforces any. */
export const policyInterests = (snapshot: ClusterSnapshot): readonly Interest[] => [
  ...kinds.map((kind): Interest => ({ kind })),
  ...interestsOf(snapshot),
];
