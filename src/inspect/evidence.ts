import type { ModelObject } from '../model/meta.ts';
import { type KindKey, kindOf } from '../model/kinds.ts';
import type { ClusterSnapshot, Interest, Knowledge } from '../model/snapshot.ts';

/** An object by the names that a person would look it up with. The namespace is empty for cluster-scoped objects. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export const referenceTo = (object: ModelObject): ObjectReference => ({
  kind: object.kind,
  namespace: object.meta.namespace,
  name: object.meta.name,
});

/** `DaemonSet kube-system/canal`, `Node node-17`. */
export const formatReference = ({ kind, namespace, name }: ObjectReference): string =>
  `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;

/**
 * One reason for a verdict.
 *
 * `from` says where it was read: an object of the cluster, the API server itself (its version, its API groups), or the
 * kubeconfig, which describes the way to a cluster and is believed less. A `gap` is something that could not be read; it
 * says nothing for or against.
 */
export interface Evidence {
  readonly from: 'object' | 'server' | 'kubeconfig' | 'gap';
  readonly sentence: string;
  /** Points in the score it belongs to; 0 where it only explains. */
  readonly weight: number;
  readonly object?: ObjectReference;
  /** The field that was read, as a path: `spec.providerID`, `users[].user.exec.command`. */
  readonly field?: string;
  /** How many objects say the same; `object` is the first of them. */
  readonly count?: number;
}

/** `certain`: an object says so. `likely`: the signs agree. `hint`: a name or a trace, no more. */
export type Confidence = 'certain' | 'likely' | 'hint';

/**
 * Why something is not known, to follow "Cannot tell: " — or undefined where it is known. `what` names it so that
 * "still loading" or "unavailable" can follow.
 */
export function gapOf(knowledge: Knowledge, what: string): string | undefined {
  switch (knowledge.state) {
    case 'loaded':
    case 'absent':
    case 'stale':
      return undefined;
    case 'unread':
      return `${what} not read yet`;
    case 'loading':
      return `${what} still loading`;
    case 'forbidden':
      return `not allowed to ${knowledge.verb} ${knowledge.resource}${
        knowledge.namespace === undefined || knowledge.namespace === '' ? '' : ` in ${knowledge.namespace}`
      }`;
    case 'unavailable':
      return `${what} unavailable: ${knowledge.reason}`;
  }
}

export const isKnown = (knowledge: Knowledge): boolean =>
  knowledge.state === 'loaded' || knowledge.state === 'absent' || knowledge.state === 'stale';

export const isPending = (knowledge: Knowledge): boolean =>
  knowledge.state === 'loading' || knowledge.state === 'unread';

/** Evidence that something could not be read, or undefined where it is known or still on its way. */
export function gapEvidence(knowledge: Knowledge, what: string): Evidence | undefined {
  if (isPending(knowledge)) return undefined;
  const gap = gapOf(knowledge, what);
  return gap === undefined ? undefined : { from: 'gap', sentence: `Cannot tell: ${gap}`, weight: 0 };
}

const plural = (kind: string): string => (/s$/.test(kind) ? `${kind}es` : kind.replace(/y$/, 'ie').concat('s'));

/**
 * How well objects of a kind are known. Files are what somebody chose to write down: that they hold no object of a kind
 * at all does not say that the cluster has none.
 */
export function knowledgeOf(snapshot: ClusterSnapshot, kind: KindKey, scope: Omit<Interest, 'kind'> = {}): Knowledge {
  if (snapshot.content.origin === 'folder' && snapshot.table(kind).size === 0)
    return { state: 'unavailable', reason: `the files contain no ${plural(kindOf(kind).kind)}` };
  return snapshot.knowledge(kind, scope);
}
