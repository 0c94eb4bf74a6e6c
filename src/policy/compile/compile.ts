import type { RawObject } from '../../model/objects.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { KindKey } from '../../model/kinds.ts';
import type { AddressSet } from '../addressSet.ts';
import { type CalicoContext, contextOf, contextTables } from '../calico/context.ts';
import { compileCalicoPolicy, compileProfile, isMirrored, tierFactsOf } from '../calico/policy.ts';
import { foreignKinds, policyKinds, stagedKinds } from '../kinds.ts';
import type { Policy } from '../rules.ts';
import type { TierFacts } from '../tiers.ts';
import type { Incompleteness } from '../types.ts';
import { compileAdminPolicy } from './adminPolicy.ts';
import type { Compiler } from './compiler.ts';
import { compileNetworkPolicy } from './networkPolicy.ts';

export interface Compiled {
  /** Absent where the policy as a whole is not applied. */
  readonly policy: Policy | undefined;
  readonly problems: readonly Incompleteness[];
}

/** All policies of a snapshot, and what they refer to. */
export interface CompiledPolicies {
  readonly policies: readonly Policy[];
  readonly problems: readonly Incompleteness[];
  readonly tiers: readonly TierFacts[];
  /** Addresses that are told apart although no policy names them itself: those of network sets. */
  readonly addresses: readonly AddressSet[];
  /** Whether Calico's own policies are among them. */
  readonly calico: boolean;
}

interface Remembered {
  readonly objects: readonly RawObject[];
  readonly compiled: readonly Compiled[];
}

/** Compiles policies, and knows again those that have not changed. */
export class PolicyCompiler {
  readonly #compiler: Compiler;
  readonly #blocksMatchPods: boolean;
  readonly #known = new Map<string, Remembered>();
  readonly #knownCalico = new Map<string, Remembered>();
  #calico: { readonly context: CalicoContext; readonly tables: readonly unknown[] } | undefined;
  #version = 0;

  constructor(compiler: Compiler, blocksMatchPods: boolean) {
    this.#compiler = compiler;
    this.#blocksMatchPods = blocksMatchPods;
  }

  all(snapshot: ClusterSnapshot): CompiledPolicies {
    const policies: Policy[] = [];
    const problems: Incompleteness[] = [];
    /** Compiles the objects of a table; those that were there in the last snapshot are known, usually in the same places. */
    const addAll = (
      memory: Map<string, Remembered>,
      table: KindKey,
      objects: readonly RawObject[],
      compile: (object: RawObject) => Compiled,
    ): void => {
      const before = memory.get(table);
      const compiled: Compiled[] = [];
      let moved: Map<RawObject, Compiled> | undefined;
      for (let index = 0; index < objects.length; index++) {
        const object = objects[index] as RawObject;
        let one = before?.objects[index] === object ? before.compiled[index] : undefined;
        if (one === undefined && before !== undefined) {
          moved ??= new Map(before.objects.map((known, at) => [known, before.compiled[at] as Compiled]));
          one = moved.get(object);
        }
        one ??= compile(object);
        compiled.push(one);
        if (one.policy !== undefined) policies.push(one.policy);
        if (one.problems.length > 0) problems.push(...one.problems);
      }
      memory.set(table, { objects, compiled });
    };
    addAll(this.#known, 'networkPolicies', snapshot.table('networkPolicies').items, (object) => {
      const policy = compileNetworkPolicy(object, this.#compiler, this.#blocksMatchPods);
      return { policy, problems: policy.problems };
    });
    for (const table of ['adminNetworkPolicies', 'baselineAdminNetworkPolicies', 'clusterNetworkPolicies'] as const)
      addAll(this.#known, table, snapshot.table(table).items, (object) => {
        const { policy, notes } = compileAdminPolicy(table, object, this.#compiler);
        return { policy, problems: notes.problems };
      });
    const calico = calicoTables.some((table) => snapshot.table(table).size > 0);
    if (!calico) return { policies, problems, tiers: [], addresses: [], calico };
    const context = this.#contextFor(snapshot);
    for (const table of ['calicoNetworkPolicies', 'calicoGlobalNetworkPolicies'] as const) {
      const objects = snapshot.table(table).items.filter((object) => !isMirrored(object));
      addAll(this.#knownCalico, table, objects, (object) => {
        const { policy, notes } = compileCalicoPolicy(table, object, context, this.#version, this.#compiler);
        return { policy, problems: notes.problems };
      });
    }
    addAll(this.#knownCalico, 'calicoProfiles', snapshot.table('calicoProfiles').items, (object) => {
      const { policy, notes } = compileProfile(object, context, this.#version, this.#compiler);
      return { policy, problems: notes.problems };
    });
    return {
      policies,
      problems,
      tiers: snapshot.table('calicoTiers').items.map(tierFactsOf),
      addresses: context.networkSets.map(({ addresses }) => addresses),
      calico,
    };
  }

  /** Calico's policies are compiled against network sets, service accounts and services; a change there compiles anew. */
  #contextFor(snapshot: ClusterSnapshot): CalicoContext {
    const tables = [
      ...contextTables.map((table) => snapshot.table(table)),
      snapshot.knowledge('namespaces').state,
      snapshot.knowledge('serviceAccounts').state,
    ];
    const same = this.#calico?.tables.every((table, index) => table === tables[index]) ?? false;
    if (this.#calico !== undefined && same) return this.#calico.context;
    this.#calico = { context: contextOf(snapshot), tables };
    this.#knownCalico.clear();
    this.#version++;
    return this.#calico.context;
  }
}

const calicoTables: readonly KindKey[] = [
  'calicoNetworkPolicies',
  'calicoGlobalNetworkPolicies',
  'calicoProfiles',
  'calicoTiers',
];

/** What makes verdicts incomplete beside the policies' own problems. */
export function gapsOf(snapshot: ClusterSnapshot): readonly Incompleteness[] {
  const gaps: Incompleteness[] = [];
  for (const [table, name] of foreignKinds) {
    const count = snapshot.table(table).size;
    if (count > 0)
      gaps.push({
        kind: 'foreign-policies',
        table,
        text: `${count} ${name} ${count === 1 ? 'object is' : 'objects are'} present and not evaluated`,
      });
  }
  for (const table of stagedKinds) {
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
