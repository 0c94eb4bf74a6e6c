import type { RawObject } from '../../model/objects.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { KindKey } from '../../model/kinds.ts';
import type { Policy } from '../rules.ts';
import type { Incompleteness } from '../types.ts';
import { compileAdminPolicy } from './adminPolicy.ts';
import type { Compiler } from './compiler.ts';
import { compileNetworkPolicy } from './networkPolicy.ts';

export interface Compiled {
  /** Absent where the policy as a whole is not applied. */
  readonly policy: Policy | undefined;
  readonly problems: readonly Incompleteness[];
}

/** Compiles policies, and knows again those that have not changed. */
export class PolicyCompiler {
  readonly #compiler: Compiler;
  readonly #blocksMatchPods: boolean;
  readonly #known = new WeakMap<RawObject, Compiled>();

  constructor(compiler: Compiler, blocksMatchPods: boolean) {
    this.#compiler = compiler;
    this.#blocksMatchPods = blocksMatchPods;
  }

  all(snapshot: ClusterSnapshot): readonly Compiled[] {
    const list: Compiled[] = [];
    for (const object of snapshot.table('networkPolicies').items)
      list.push(
        this.#once(object, () => {
          const policy = compileNetworkPolicy(object, this.#compiler, this.#blocksMatchPods);
          return { policy, problems: policy.problems };
        }),
      );
    for (const table of ['adminNetworkPolicies', 'baselineAdminNetworkPolicies', 'clusterNetworkPolicies'] as const) {
      for (const object of snapshot.table(table).items)
        list.push(
          this.#once(object, () => {
            const { policy, notes } = compileAdminPolicy(table, object, this.#compiler);
            return { policy, problems: notes.problems };
          }),
        );
    }
    return list;
  }

  #once(object: RawObject, compile: () => Compiled): Compiled {
    let compiled = this.#known.get(object);
    if (compiled === undefined) {
      compiled = compile();
      this.#known.set(object, compiled);
    }
    return compiled;
  }
}

/** Policy kinds that other programs enforce and that are not evaluated. */
const foreign: readonly (readonly [KindKey, string])[] = [
  ['ciliumNetworkPolicies', 'CiliumNetworkPolicy'],
  ['ciliumClusterwideNetworkPolicies', 'CiliumClusterwideNetworkPolicy'],
  ['antreaNetworkPolicies', 'Antrea NetworkPolicy'],
  ['antreaClusterNetworkPolicies', 'Antrea ClusterNetworkPolicy'],
  ['istioAuthorizationPolicies', 'Istio AuthorizationPolicy'],
];

/** Every kind that is evaluated. */
export const policyKinds: readonly KindKey[] = [
  'networkPolicies',
  'adminNetworkPolicies',
  'baselineAdminNetworkPolicies',
  'clusterNetworkPolicies',
  'calicoNetworkPolicies',
  'calicoGlobalNetworkPolicies',
  'calicoTiers',
  'calicoNetworkSets',
  'calicoGlobalNetworkSets',
  'calicoProfiles',
];

/** What makes verdicts incomplete beside the policies' own problems. */
export function gapsOf(snapshot: ClusterSnapshot): readonly Incompleteness[] {
  const gaps: Incompleteness[] = [];
  for (const [table, name] of foreign) {
    const count = snapshot.table(table).size;
    if (count > 0)
      gaps.push({
        kind: 'foreign-policies',
        table,
        text: `${count} ${name} ${count === 1 ? 'object is' : 'objects are'} present and not evaluated`,
      });
  }
  const staged: readonly KindKey[] = [
    'calicoStagedNetworkPolicies',
    'calicoStagedGlobalNetworkPolicies',
    'calicoStagedKubernetesNetworkPolicies',
  ];
  for (const table of staged) {
    for (const { kind, meta } of snapshot.table(table).items) {
      const { namespace, name, source } = meta;
      const policy = { table, kind, namespace, name, ...(source === undefined ? {} : { source }) };
      gaps.push({ kind: 'staged', table, policy, text: `${kind} ${name} is staged: it is not enforced` });
    }
  }
  const hostEndpoints = snapshot.table('calicoHostEndpoints').size;
  if (hostEndpoints > 0)
    gaps.push({
      kind: 'host-endpoints',
      table: 'calicoHostEndpoints',
      text: `${hostEndpoints} Calico host ${hostEndpoints === 1 ? 'endpoint guards' : 'endpoints guard'} nodes; traffic of nodes is not evaluated`,
    });
  if (snapshot.content.origin === 'live') {
    for (const table of ['pods', 'namespaces', ...policyKinds] as const) {
      const knowledge = snapshot.knowledge(table);
      if (knowledge.state === 'loaded' || knowledge.state === 'absent') continue;
      gaps.push({
        kind: 'unread-kind',
        table,
        text:
          knowledge.state === 'forbidden'
            ? `${table} may not be read (${knowledge.verb} ${knowledge.resource})`
            : `${table}: ${knowledge.state}`,
      });
    }
  }
  return gaps;
}
