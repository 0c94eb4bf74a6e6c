import { readCniView } from '../../inspect/cniView.ts';
import type { ObjectReference } from '../../inspect/evidence.ts';
import { expectationsOf } from '../../inspect/expectations.ts';
import type { Problem } from '../../inspect/problem.ts';
import type { Pod } from '../../model/pod.ts';
import type { CniView } from '../../inspect/cniViewTypes.ts';
import { type PodExpectations, podHealth } from '../../inspect/podHealth.ts';
import { type Action, type Block, ready, type Section } from '../page.ts';
import { agentOf } from './agentOf.ts';
import { sortEvents } from './events.ts';
import type { PodInput } from './input.ts';
import { ownerOf } from './relations.ts';
import { conditionFails } from './status.ts';
import { t } from '../translate.ts';

/** What is wrong with the pod itself, the worst first. */
export function podProblems({ pod, snapshot, now }: Pick<PodInput, 'pod' | 'snapshot' | 'now'>): readonly Problem[] {
  const owner = ownerOf(pod, snapshot);
  if (owner === undefined) return podHealth(pod, unknownOwner, now).problems;
  const definition = agentOf(pod, snapshot);
  return podHealth(pod, expectationsOf(owner, definition !== undefined, definition), now).problems;
}

const unknownOwner: PodExpectations = { agent: false, unprobed: new Set(), roles: {} };

/** The pods that make the network of the pod's node: a pod on the node's own network does without them. */
function servants(pod: Pod, { entries, system }: CniView): readonly Pod[] {
  if (pod.spec.hostNetwork || pod.spec.nodeName === undefined) return [];
  return [...entries.flatMap(({ workloads }) => workloads), ...system]
    .filter(({ role }) => role === 'agent' || role === 'kube-proxy')
    .flatMap(({ pods }) => pods)
    .filter(({ node }) => node === pod.spec.nodeName)
    .map((view) => view.pod);
}

/**
 * What is wrong with the cluster's network and shows in this pod: itself, its node or what makes the node's network is the
 * subject or among the evidence.
 */
function rootsOf({ pod, snapshot }: PodInput): readonly Problem[] {
  const view = readCniView(snapshot);
  const concerned = [pod, ...servants(pod, view)].map(({ meta }) => meta);
  const isHere = ({ kind, namespace, name }: ObjectReference): boolean =>
    (kind === 'Pod' && concerned.some((meta) => namespace === meta.namespace && name === meta.name)) ||
    (kind === 'Node' && name === pod.spec.nodeName);
  const concerns = ({ subject, evidence, consequences }: Problem): boolean =>
    isHere(subject) ||
    evidence.some(({ object }) => object !== undefined && isHere(object)) ||
    consequences.some(concerns);
  return view.problems.filter(concerns);
}

/** What its last run wrote is read in the page itself, where there was such a run and logs are to be had. */
const logsOf = ({ pod, snapshot }: PodInput, container: string | undefined): readonly Action[] => {
  const restarts = [...pod.containerStatuses, ...pod.initContainerStatuses].find(
    ({ name }) => name === container,
  )?.restarts;
  return container === undefined || restarts === undefined || restarts === 0 || snapshot.content.origin !== 'live'
    ? []
    : [{ id: 'previousLog', label: t('Log of the Previous Run'), args: [container] }];
};

const toBlock = (
  input: PodInput,
  { severity, sentence, since, cause, fix, evidence, container, subject }: Problem,
): Block => ({
  kind: 'problem',
  severity: severity === 'breaks' ? 'error' : 'warning',
  sentence,
  evidence: evidence.map(({ sentence: text, field }) => (field === undefined ? text : `${text} (${field})`)),
  ...(since !== undefined && { since }),
  ...(cause !== undefined && { cause }),
  ...(fix !== undefined && { fix }),
  ...(subject.kind === 'Pod' && { actions: actionsFor(input, subject, container) }),
});

const actionsFor = (
  input: PodInput,
  { namespace, name }: ObjectReference,
  container: string | undefined,
): readonly Action[] =>
  namespace === input.pod.meta.namespace && name === input.pod.meta.name
    ? logsOf(input, container)
    : [{ id: 'openPod', label: t('Open {0}', name), args: [namespace, name] }];

/** Conditions that only repeat what the containers say. */
const circular = new Set(['Ready', 'ContainersReady', 'Initialized', 'PodReadyToStartContainers']);

/** Problems with cause and fix, then what the events add. */
export function diagnosis(input: PodInput): Section {
  const { pod, events } = input;
  const roots = rootsOf(input);
  const key = ({ id, container }: Problem): string => `${id}|${container ?? ''}`;
  const said = new Set(roots.map(key));
  const problems = [...roots, ...podProblems(input).filter((problem) => !said.has(key(problem)))];
  const done = pod.phase === 'Succeeded' || pod.phase === 'Failed';
  const conditions = pod.conditions.filter(
    (condition) =>
      !done && !circular.has(condition.type) && condition.type !== 'PodScheduled' && conditionFails(condition),
  );
  const warnings = sortEvents(events.filter(({ type }) => type === 'Warning')).slice(0, 5);
  const blocks: Block[] = [
    ...problems.map((problem) => toBlock(input, problem)),
    ...conditions.map(({ type, status, reason, message, since }): Block => ({
      kind: 'problem',
      severity: 'warning',
      sentence: reason === undefined ? t('{0} is {1}', type, status) : t('{0} is {1}: {2}', type, status, reason),
      evidence: [],
      ...(message !== undefined && message !== '' && { cause: message }),
      ...(since !== undefined && { since }),
    })),
  ];
  if (warnings.length > 0)
    blocks.push({
      kind: 'table',
      caption: t('What the cluster reports about it'),
      columns: [
        { title: t('Reason') },
        { title: t('Message'), text: true },
        { title: t('Count'), numeric: true },
        { title: t('Last') },
      ],
      rows: warnings.map(({ reason, message, count, last }) => ({
        cells: [
          { text: reason, tone: 'warning' },
          { text: message, copy: true },
          String(count),
          last === undefined ? '' : { at: last, after: t('ago') },
        ],
      })),
    });
  return { id: 'diagnosis', title: t('What is wrong'), open: true, state: ready, blocks };
}
