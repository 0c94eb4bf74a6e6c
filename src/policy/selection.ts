import type { Pod } from '../model/pod.ts';
import type { Governing } from './evaluate.ts';
import type { Reach } from './reach.ts';
import { matchPeer, type Peer, type Policy, type Rule } from './rules.ts';
import { no, or, type Tri, yes } from './tri.ts';
import type { Direction, PeerSelection, PodRef, RuleSelection, SelectedBy, Selection } from './types.ts';
import type { PodClass } from './world.ts';
import { peerText, ruleText } from './words.ts';

const refOf = ({ meta }: Pod): PodRef => ({ namespace: meta.namespace, name: meta.name });

const podsOfClasses = (reach: Reach, classes: readonly PodClass[]): readonly PodRef[] => {
  const { world } = reach;
  const list: PodRef[] = [];
  for (const podClass of classes)
    for (const index of world.members(podClass)) list.push(refOf(world.pods[index] as Pod));
  return list;
};

/** Which pods a policy and the peers of its rules select. */
export function selectionOf(reach: Reach, policy: Policy): Selection {
  const { world } = reach;
  const candidates = policy.namespace === undefined ? world.classes : world.classesIn(policy.namespace);
  const sure: PodClass[] = [];
  const hosts: PodClass[] = [];
  const unsure: PodClass[] = [];
  for (const podClass of candidates) {
    const certain = policy.subject(podClass.actor);
    if (certain === no) continue;
    if (podClass.hostNetwork) hosts.push(podClass);
    else if (certain === yes) sure.push(podClass);
    else unsure.push(podClass);
  }
  const directions: Direction[] = [];
  if (policy.ingress !== undefined) directions.push('ingress');
  if (policy.egress !== undefined) directions.push('egress');
  return {
    policy: policy.ref,
    pods: podsOfClasses(reach, sure),
    hostNetworkPods: podsOfClasses(reach, hosts),
    unknownPods: podsOfClasses(reach, unsure),
    directions,
    rules: directions.flatMap((direction) => (policy[direction] ?? []).map((rule) => ruleSelection(reach, rule))),
  };
}

function ruleSelection(reach: Reach, rule: Rule): RuleSelection {
  const peers: readonly (Peer | undefined)[] = rule.peers ?? [undefined];
  return {
    rule: rule.ref,
    action: rule.action,
    text: ruleText(rule),
    peers: peers.map((peer, index) => peerSelection(reach, peer, index)),
  };
}

function peerSelection(reach: Reach, peer: Peer | undefined, index: number): PeerSelection {
  const { world } = reach;
  const sure: PodClass[] = [];
  const unsure: PodClass[] = [];
  for (const podClass of world.classes) {
    let tri: Tri = no;
    if (peer === undefined) tri = yes;
    else for (const family of world.families) tri = or(tri, matchPeer(peer, podClass.actor, family, world.nodeLabels));
    if (tri === yes && (podClass.asNode === undefined || peer?.kind !== 'pods')) sure.push(podClass);
    else if (tri !== no) unsure.push(podClass);
  }
  return {
    index,
    everything: peer === undefined,
    text: peer === undefined ? 'everything' : peerText(peer),
    pods: podsOfClasses(reach, sure),
    unknownPods: podsOfClasses(reach, unsure),
    blocks: peer?.kind === 'block' || peer?.kind === 'domains' ? peerText(peer).split(', ') : [],
  };
}

/** Which policies select a pod, and what that makes of each direction. */
export function selectedByOf(reach: Reach, pod: Pod): SelectedBy {
  const podClass = reach.world.classify(pod);
  const selecting = reach.selectingClass(podClass);
  return {
    pod: refOf(pod),
    policies: selecting.map(({ policy }) => ({
      policy: policy.ref,
      directions: (['ingress', 'egress'] as const).filter((direction) => policy[direction] !== undefined),
    })),
    ingress: stateOf(reach, podClass, selecting, 'ingress'),
    egress: stateOf(reach, podClass, selecting, 'egress'),
  };
}

export function stateOf(
  reach: Reach,
  podClass: PodClass,
  selecting: readonly Governing[],
  direction: Direction,
): SelectedBy['ingress'] {
  const { tiers } = reach.government(podClass, direction);
  if (tiers.length === 0 || !podClass.actor.selectable) return 'open';
  if (podClass.asNode !== undefined || tiers.some(({ unreadable }) => unreadable)) return 'unknown';
  const governing = selecting.filter(({ policy }) => policy[direction] !== undefined);
  const isolating = tiers.filter(({ tier }) => tier.end === 'deny').flatMap(({ policies }) => policies);
  if (isolating.some(({ certain }) => certain === yes)) return 'isolated';
  if (isolating.length > 0) return 'unknown';
  const restricts = governing.some(({ policy }) => (policy[direction] ?? []).some(({ action }) => action !== 'allow'));
  return restricts ? 'restricted' : 'open';
}
