import type { Evidence, ObjectReference } from './evidence.ts';

/** `breaks`: traffic or a node is affected now. `may-break`: it may be, or will be. */
export type Severity = 'breaks' | 'may-break';

export interface Problem {
  /** The rule that found it, the same from one reading to the next: `agent-crash-loop`. */
  readonly id: string;
  readonly severity: Severity;
  readonly subject: ObjectReference;
  /** The container of the subject that it is about. */
  readonly container?: string;
  /** Object and state. How long it has lasted is in `since`, so that the sentence does not change as time passes. */
  readonly sentence: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly cause?: string;
  /** What to do. */
  readonly fix?: string;
  readonly evidence: readonly Evidence[];
  /** What would go away with this one. They are not counted apart. */
  readonly consequences: readonly Problem[];
}

/** `node-1`, `node-1 and node-2`, `node-1, node-2, node-3 and 9 more`: a count that says what it leaves out. */
export function formatNames(names: readonly string[], shown = 3): string {
  const head = names.slice(0, shown);
  const more = names.length - head.length;
  if (more > 0) return `${head.join(', ')} and ${more} more`;
  const last = head.pop();
  if (last === undefined) return 'none';
  return head.length === 0 ? last : `${head.join(', ')} and ${last}`;
}

/** A key that tells two problems of one reading apart. */
export const problemKey = ({ id, subject }: Problem): string =>
  [id, subject.kind, subject.namespace, subject.name].join('|');

const severityRank: Readonly<Record<Severity, number>> = { breaks: 0, 'may-break': 1 };

export const worst = (problems: Iterable<{ readonly severity: Severity }>): Severity | undefined => {
  let found: Severity | undefined;
  for (const { severity } of problems) {
    if (severity === 'breaks') return severity;
    found = severity;
  }
  return found;
};

export const bySeverity = (one: Problem, other: Problem): number =>
  severityRank[one.severity] - severityRank[other.severity];
