import type { KubernetesEvent } from '../../model/objects.ts';
import type { Interest } from '../../model/snapshot.ts';
import { type Evidence } from '../evidence.ts';
import { formatNames, type Problem } from '../problem.ts';
import { check, type Check, type CheckContext, evidenceShown, found, gapsIn } from './check.ts';
import { sandboxCauseOf } from './sandboxCauses.ts';

const reason = 'FailedCreatePodSandBox';

/** Of all events, only those that tell of a network that could not be set up. */
export const sandboxEventInterest: Interest = { kind: 'events', fieldSelector: `reason=${reason}` };

/** The kubelet repeats it at least this often while it goes on, in milliseconds. */
const recentMs = 6 * 60_000;
/** Shorter than this it is a node that has just started. */
const lastingMs = 60_000;

/** Whether the runtime could give new pods a network. It is seen in events, of which a server keeps an hour. */
export function sandboxEventCheck({ snapshot }: CheckContext): Check {
  const { asOf } = snapshot.content;
  const events = snapshot.list('events').filter((event) => isLasting(event, asOf));
  const groups = Map.groupBy(events, ({ message }) => sandboxCauseOf(message));
  const findings = found([...groups].map(([cause, members]) => problemOf(cause, members)));
  return check({
    id: 'sandboxes-fail',
    title: 'The runtime gives new pods a network',
    findings,
    // That there are none, or that they may not be read, decides nothing.
    informs: findings.length === 0,
    gaps: gapsIn(snapshot, 'events', 'events', { fieldSelector: `reason=${reason}` }),
    passed: () => ({ sentence: `No pod has had the event ${reason} again and again in the last minutes.` }),
  });
}

function isLasting({ reason: why, type, count, first, last, about }: KubernetesEvent, asOf: number): boolean {
  if (why !== reason || type === 'Normal' || about.kind !== 'Pod' || last === undefined) return false;
  return asOf - last < recentMs && count > 2 && last - (first ?? last) >= lastingMs;
}

function problemOf(cause: ReturnType<typeof sandboxCauseOf>, events: readonly KubernetesEvent[]): Problem | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const names = [...new Set(events.map(({ about }) => `${about.namespace}/${about.name}`))];
  const times = events.flatMap((event) => event.first ?? []);
  return {
    id: `sandbox-${cause?.id ?? 'fails'}`,
    severity: 'may-break',
    subject: { kind: 'Pod', namespace: first.about.namespace, name: first.about.name },
    sentence: `The network of ${formatNames(names)} cannot be set up`,
    cause: cause?.cause ?? first.message.slice(0, 400),
    fix: cause?.fix ?? 'Look at the CNI’s pod on the pod’s node, and at the log of the container runtime there.',
    evidence: events.slice(0, evidenceShown).map((event): Evidence => ({
      from: 'object',
      sentence: event.message,
      weight: 0,
      object: { kind: 'Pod', namespace: event.about.namespace, name: event.about.name },
      field: `event ${reason}, ${event.count} times`,
    })),
    consequences: [],
    ...(times.length === 0 ? {} : { since: Math.min(...times) }),
  };
}
