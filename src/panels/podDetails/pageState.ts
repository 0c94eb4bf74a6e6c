import type { ApiError } from '../../cluster/apiError.ts';
import type { ClusterSource } from '../../cluster/source.ts';
import type { Knowledge } from '../../model/snapshot.ts';
import type { Pod } from '../../model/pod.ts';
import type { SectionState } from '../page.ts';
import type { PageState, PageSubject, PodPage } from '../protocol.ts';
import type { JsonObject } from '../../model/json.ts';
import { t } from '../translate.ts';

/** How well a section is known whose objects are. */
export function sectionState(knowledge: Knowledge): SectionState {
  switch (knowledge.state) {
    case 'loaded':
    case 'absent':
    case 'stale':
      return { kind: 'ready' };
    case 'loading':
    case 'unread':
      return { kind: 'loading' };
    case 'forbidden':
      return {
        kind: 'forbidden',
        verb: knowledge.verb,
        resource: knowledge.resource,
        ...(knowledge.namespace !== undefined && { namespace: knowledge.namespace }),
      };
    case 'unavailable':
      return { kind: 'failed', reason: knowledge.reason };
  }
}

/** How well the pod is known, from how well pods are. `seen`: it has been there since its page was opened. */
export function knownState(
  knowledge: Knowledge,
  source: Pick<ClusterSource, 'name' | 'state'>,
  subject: PageSubject,
  seen: boolean,
): PageState {
  switch (knowledge.state) {
    case 'loaded':
      return !seen
        ? { kind: 'failed', reason: t('There is no pod {0}/{1}.', subject.namespace, subject.name) }
        : { kind: 'live' };
    case 'stale':
      return { kind: 'stale', since: knowledge.since, reason: knowledge.reason };
    case 'forbidden':
      return {
        kind: 'forbidden',
        verb: knowledge.verb,
        resource: knowledge.resource,
        namespace: knowledge.namespace ?? subject.namespace,
      };
    case 'absent':
    case 'unavailable':
      return {
        kind: 'failed',
        reason: knowledge.state === 'absent' ? t('The server has no pods.') : knowledge.reason,
      };
    case 'loading':
    case 'unread':
      return source.state.kind === 'connected' || source.state.kind === 'connecting'
        ? { kind: 'loading' }
        : { kind: 'failed', reason: t('{0} is not connected.', source.name) };
  }
}

/** Why a pod cannot be read whole, to follow a colon; undefined where that needs no words. */
export function partialWords({ failure, message }: ApiError): string | undefined {
  switch (failure.reason) {
    case 'aborted':
    case 'not-found':
      return undefined;
    case 'forbidden':
      return t('not allowed to {0} {1}', failure.verb, failure.resource);
    default:
      return message;
  }
}

/** A page of which nothing is known but what it is about. */
export const emptyPage = ({ namespace, name }: PageSubject, cluster: string, state: PageState): PodPage => ({
  header: { cluster, namespace, name, kind: 'Pod', status: '', tone: 'plain', facts: [], actions: [] },
  state,
  sections: [],
  logs: { containers: [] },
});

/** The sibling that took the place of a pod that is gone: on the same node, or else the newest. */
export function replacementOf(gone: Pod, all: readonly Pod[], siblings: readonly Pod[]): string | undefined {
  const candidates = (siblings.length > 0 ? siblings : all).filter(
    ({ meta }) =>
      meta.name !== gone.meta.name &&
      meta.owners.some(({ name, kind }) =>
        gone.meta.owners.some((owner) => owner.name === name && owner.kind === kind),
      ),
  );
  const sameNode = candidates.filter(({ spec }) => spec.nodeName === gone.spec.nodeName);
  const newest = (sameNode.length > 0 ? sameNode : candidates).toSorted(
    (one, other) => (other.meta.created ?? 0) - (one.meta.created ?? 0),
  )[0];
  return newest?.meta.name;
}

/** The little that a snapshot keeps, until the whole pod has been read. */
export const rawOf = ({ meta, spec }: Pod): JsonObject => ({
  metadata: { name: meta.name, namespace: meta.namespace, labels: meta.labels, annotations: meta.annotations },
  spec: {
    nodeName: spec.nodeName,
    hostNetwork: spec.hostNetwork,
    serviceAccountName: spec.serviceAccount,
    containers: spec.containers.map(({ name, image }) => ({ name, image })),
    initContainers: spec.initContainers.map(({ name, image }) => ({ name, image })),
  },
});
