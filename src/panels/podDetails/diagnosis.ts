import { definitionOf } from '../../inspect/cni/catalogue.ts';
import { detectCni } from '../../inspect/cni/detect.ts';
import { readCniView } from '../../inspect/cniView.ts';
import type { ObjectReference } from '../../inspect/evidence.ts';
import { expectationsOf } from '../../inspect/expectations.ts';
import type { Problem } from '../../inspect/problem.ts';
import { type PodExpectations, podHealth } from '../../inspect/podHealth.ts';
import { type Block, ready, type Section } from '../page.ts';
import { sortEvents } from './events.ts';
import type { PodInput } from './input.ts';
import { ownerOf } from './relations.ts';
import { conditionFails } from './status.ts';

/** What is wrong with the pod itself, the worst first. */
export function podProblems({ pod, snapshot, now }: Pick<PodInput, 'pod' | 'snapshot' | 'now'>): readonly Problem[] {
  const owner = ownerOf(pod, snapshot);
  if (owner === undefined) return podHealth(pod, unknownOwner, now).problems;
  const cni = detectCni(snapshot).detected.find(({ agents }) => agents.includes(owner));
  const definition = cni === undefined ? undefined : definitionOf(cni.id);
  return podHealth(pod, expectationsOf(owner, cni !== undefined, definition), now).problems;
}

const unknownOwner: PodExpectations = { agent: false, unprobed: new Set(), roles: {} };

/** What is wrong with the cluster's network and shows in this pod: itself or its node is the subject or among the evidence. */
function rootsOf({ pod, snapshot }: PodInput): readonly Problem[] {
  const isHere = ({ kind, namespace, name }: ObjectReference): boolean =>
    (kind === 'Pod' && namespace === pod.meta.namespace && name === pod.meta.name) ||
    (kind === 'Node' && name === pod.spec.nodeName);
  const concerns = ({ subject, evidence, consequences }: Problem): boolean =>
    isHere(subject) ||
    evidence.some(({ object }) => object !== undefined && isHere(object)) ||
    consequences.some(concerns);
  return readCniView(snapshot).problems.filter(concerns);
}

const toBlock = ({ severity, sentence, since, cause, fix, evidence }: Problem): Block => ({
  kind: 'problem',
  severity: severity === 'breaks' ? 'error' : 'warning',
  sentence,
  evidence: evidence.map(({ sentence: text, field }) => (field === undefined ? text : `${text} (${field})`)),
  ...(since !== undefined && { since }),
  ...(cause !== undefined && { cause }),
  ...(fix !== undefined && { fix }),
});

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
  const restarted = pod.containerStatuses.some(({ restarts }) => restarts > 0);
  const blocks: Block[] = [
    ...problems.map(toBlock),
    ...conditions.map(({ type, status, reason, message, since }): Block => ({
      kind: 'problem',
      severity: 'warning',
      sentence: `${type} is ${status}${reason === undefined ? '' : `: ${reason}`}`,
      evidence: [],
      ...(message !== undefined && message !== '' && { cause: message }),
      ...(since !== undefined && { since }),
    })),
  ];
  if (warnings.length > 0)
    blocks.push({
      kind: 'table',
      caption: 'What the cluster reports about it',
      columns: [{ title: 'Reason' }, { title: 'Message' }, { title: 'Count', numeric: true }, { title: 'Last' }],
      rows: warnings.map(({ reason, message, count, last }) => ({
        cells: [
          { text: reason, tone: 'warning' },
          { text: message, copy: true },
          String(count),
          last === undefined ? '' : { at: last, after: 'ago' },
        ],
      })),
    });
  if (restarted && problems.length > 0)
    blocks.push({
      kind: 'note',
      text: 'The log of the run before the last restart is under Logs, “previous”.',
      tone: 'muted',
    });
  return { id: 'diagnosis', title: 'What is wrong', open: true, state: ready, blocks };
}
