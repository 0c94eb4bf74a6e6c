import type { Node } from '../model/node.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { flagOf } from './cni/agent.ts';
import { reading } from './reading.ts';

export interface K3sArguments {
  readonly node: Node;
  readonly server: boolean;
  readonly words: readonly string[];
}

/** What k3s and RKE2 were started with, from the annotation that they write as a JSON list. */
export const k3sArguments = reading((snapshot): readonly K3sArguments[] => {
  const found: K3sArguments[] = [];
  for (const node of snapshot.list('nodes')) {
    const text = node.meta.annotations['k3s.io/node-args'] ?? node.meta.annotations['rke2.io/node-args'];
    if (text === undefined) continue;
    const words = parseWords(text);
    found.push({ node, words, server: words[0] === 'server' });
  }
  return found;
});

function parseWords(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter((word) => typeof word === 'string') : [];
  } catch {
    return [];
  }
}

/** A flag of the servers, which decide for the cluster. */
export function k3sFlag(snapshot: ClusterSnapshot, flag: string): string | undefined {
  for (const { server, words } of k3sArguments(snapshot)) {
    const value = server ? flagOf(words, flag) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
