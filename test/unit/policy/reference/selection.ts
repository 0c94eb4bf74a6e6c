import { subjectMatches } from './adminPolicy.ts';
import { selects } from './calicoPolicy.ts';
import { peerMatches, selectsSubject } from './networkPolicy.ts';
import { at, type Raw } from './raw.ts';
import { type Situation } from './situation.ts';
import { type Truth } from './truth.ts';
import { groupOf, isHostPod, type World } from './world.ts';

/** Whether a policy selects a pod. Pods on the host's network are a question of their own. */
export function selectsPod(world: World, policy: Raw, pod: Raw): Truth {
  const situation = withSubject(world, pod);
  switch (groupOf(policy)) {
    case 'networking.k8s.io':
      return selectsSubject(policy, situation);
    case 'policy.networking.k8s.io':
      return subjectMatches(at(policy, 'spec', 'subject'), situation);
    default:
      return selects(policy, situation);
  }
}

/** Whether an entry of `from` or `to` of a NetworkPolicy means a pod. */
export const peerIsPod = (world: World, policy: Raw, peer: unknown, pod: Raw): Truth =>
  peerMatches(policy, peer, { ...withSubject(world, pod), peer: { pod, host: isHostPod(pod) } });

const withSubject = (world: World, pod: Raw): Situation => ({
  world,
  packet: { protocol: 'TCP', port: 1, family: 4 },
  direction: 'ingress',
  subject: { pod, host: isHostPod(pod) },
  peer: { host: false },
  hostPodsArePods: true,
});
