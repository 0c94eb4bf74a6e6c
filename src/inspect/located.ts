import type { Node } from '../model/node.ts';
import { type Evidence, type ObjectReference, referenceTo } from './evidence.ts';
import { formatNames, type Problem, type Severity } from './problem.ts';

/**
 * How near a problem is to its cause: configuration and node data, then the agents that read them, then what nodes say
 * of themselves, then the services that need a network.
 */
export type Level = 'configuration' | 'agent' | 'node' | 'service';

/** A problem and the nodes on which it shows, which is how causes and consequences find each other. */
export interface Located {
  readonly problem: Problem;
  readonly level: Level;
  /** Undefined for one that shows on every node. */
  readonly nodes: ReadonlySet<string> | undefined;
  /** The containers that it can make fail. Absent where it explains none. */
  readonly breaksContainers?: readonly string[];
}

const evidenceShown = 10;

export interface NodeProblem {
  readonly id: string;
  readonly severity: Severity;
  readonly nodes: readonly Node[];
  readonly field: string;
  /** One node's state, without its name. */
  readonly state: (node: Node) => string;
  /** The sentence for one node or several, whose names are given. */
  readonly sentence: (names: string, count: number) => string;
  readonly subject?: ObjectReference;
  readonly since?: number;
  readonly cause?: string;
  readonly fix: string;
  readonly breaksContainers?: readonly string[];
  readonly level?: Level;
}

/** One problem for all nodes that share it. */
export function problemOfNodes({
  id,
  severity,
  nodes,
  field,
  state,
  sentence,
  subject,
  since,
  cause,
  fix,
  breaksContainers,
  level = 'configuration',
}: NodeProblem): Located | undefined {
  const [first] = nodes;
  if (first === undefined) return undefined;
  const names = nodes.map(({ meta }) => meta.name);
  return {
    level,
    nodes: new Set(names),
    ...(breaksContainers === undefined ? {} : { breaksContainers }),
    problem: {
      id,
      severity,
      subject: subject ?? referenceTo(first),
      sentence: sentence(formatNames(names), names.length),
      evidence: nodes.slice(0, evidenceShown).map((node): Evidence => ({
        from: 'object',
        sentence: `${node.meta.name}: ${state(node)}`,
        weight: 0,
        object: referenceTo(node),
        field,
      })),
      consequences: [],
      fix,
      ...(since === undefined ? {} : { since }),
      ...(cause === undefined ? {} : { cause }),
    },
  };
}
