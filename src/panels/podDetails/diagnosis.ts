import { detectCni } from '../../inspect/cni/detect.ts';
import type { Problem } from '../../inspect/problem.ts';
import { type PodExpectations, podHealth } from '../../inspect/podHealth.ts';
import { cachedBy } from '../../inspect/reading.ts';
import type { Workload } from '../../model/workload.ts';
import { type Block, ready, type Section } from '../page.ts';
import { sortEvents } from './events.ts';
import type { PodInput } from './input.ts';
import { ownerOf } from './relations.ts';
import { conditionFails } from './status.ts';

const plain: PodExpectations = { agent: false, unprobed: new Set(), roles: {} };

const expectationsOf = cachedBy((owner: Workload): PodExpectations => ({
  ...plain,
  unprobed: new Set(
    owner.template.containers
      .filter(({ readinessProbe, livenessProbe, init }) => !init && !readinessProbe && !livenessProbe)
      .map(({ name }) => name),
  ),
}));

const agentExpectationsOf = cachedBy((owner: Workload): PodExpectations => ({ ...expectationsOf(owner), agent: true }));

/** What is wrong with the pod itself, the worst first. */
export function podProblems({ pod, snapshot, now }: Pick<PodInput, 'pod' | 'snapshot' | 'now'>): readonly Problem[] {
  const owner = ownerOf(pod, snapshot);
  const agent = owner !== undefined && detectCni(snapshot).detected.some(({ agents }) => agents.includes(owner));
  const expectations = owner === undefined ? plain : agent ? agentExpectationsOf(owner) : expectationsOf(owner);
  return podHealth(pod, expectations, now).problems;
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
  const problems = podProblems(input);
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
