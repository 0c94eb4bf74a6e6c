import { isDeepStrictEqual } from 'node:util';
import type { CniReading } from '../inspect/cni/cniReading.ts';
import { detectCni } from '../inspect/cni/detect.ts';
import { enforcementWords } from '../inspect/enforcement.ts';
import { gapOf } from '../inspect/evidence.ts';
import { kindEnforcement } from '../inspect/kindEnforcement.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { RawObject } from '../model/objects.ts';
import { buildEngine } from '../policy/engine.ts';
import type { Finding } from '../policy/lint/finding.ts';
import { lintedKinds, lintPolicy } from '../policy/lint/lint.ts';
import { findUnquotedValues } from '../policy/lint/unquoted.ts';
import { policyRef } from '../policy/lint/policyView.ts';
import type { PolicyEngine, Selection } from '../policy/types.ts';
import { plural } from './podWords.ts';
import type { PolicyText, WrittenPolicy } from './policyText.ts';

/** What the policies of a text mean for a cluster, as they stand in the text. */
export interface Measurement {
  readonly snapshot: ClusterSnapshot;
  readonly cni: CniReading;
  readonly engine: PolicyEngine;
  /** Of the cluster as it is, without the text. */
  readonly before: PolicyEngine;
  readonly text: PolicyText;
  selection(written: WrittenPolicy): Selection | undefined;
  findings(written: WrittenPolicy): readonly Finding[];
}

/** Measures texts against the snapshots of one cluster, and keeps what the next keystroke leaves valid. */
export class Measurer {
  #base: { readonly snapshot: ClusterSnapshot; readonly engine: PolicyEngine } | undefined;
  #last: Measurement | undefined;
  /** By policy as it was read: a document that stays the same has the same object for it. */
  #selections = new WeakMap<RawObject, Selected>();

  measure(snapshot: ClusterSnapshot, text: PolicyText): Measurement {
    const last = this.#last;
    if (last !== undefined && this.#base?.snapshot === snapshot && last.text === text) return last;
    if (this.#base?.snapshot !== snapshot) {
      const engine = this.#base === undefined ? buildEngine(snapshot) : this.#base.engine.update(snapshot);
      this.#base = { snapshot, engine };
    }
    const laid = snapshot.with(text.overlay);
    // Nobody lists the parts of workloads here, and a word that is deleted is often typed again.
    const engine = (last?.engine ?? this.#base.engine).update(laid, { mayBeFiner: true });
    const cni = detectCni(snapshot);
    const chosenFrom = chosenFromOf(laid);
    const findings = new Map<WrittenPolicy, readonly Finding[]>();
    this.#last = {
      snapshot: laid,
      cni,
      engine,
      before: this.#base.engine,
      text,
      selection: (written) => {
        const { policy, kind } = written;
        if (written.leftAlone !== undefined) return undefined;
        const known = this.#selections.get(policy);
        if (known?.engine === engine || (known !== undefined && isSame(known.chosenFrom, chosenFrom)))
          return known.selection;
        const { namespace, name } = policy.meta;
        const selection = engine.selects({ table: kind, namespace, name });
        this.#selections.set(policy, { engine, chosenFrom, selection });
        return selection;
      },
      findings: (written) => {
        if (written.leftAlone?.as === 'patch') return [];
        let found = findings.get(written);
        if (found === undefined) {
          found = [
            ...lintPolicy(laid, written.kind, written.policy, { enforcement: (kind) => kindEnforcement(kind, cni) }),
            ...unquoted(written),
          ];
          // What the API server refuses it refuses in every namespace.
          if (written.leftAlone !== undefined) found = found.filter(({ severity }) => severity === 'error');
          findings.set(written, found);
        }
        return found;
      },
    };
    return this.#last;
  }
}

interface Selected {
  readonly engine: PolicyEngine;
  readonly chosenFrom: readonly unknown[];
  readonly selection: Selection | undefined;
}

/** Everything that decides which pods a policy and its peers select. Other policies do not. */
const chosenFromOf = ({ content }: ClusterSnapshot): readonly unknown[] => [
  content.reads,
  ...Object.entries(content.tables)
    .filter(([kind]) => !policyKinds.has(kind))
    .map(([, table]) => table),
];

const policyKinds: ReadonlySet<string> = new Set(lintedKinds);

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((part, index) => part === other[index]);

function unquoted(written: WrittenPolicy): readonly Finding[] {
  const parsed = written.parsed();
  return parsed === undefined
    ? []
    : findUnquotedValues(parsed.document, parsed.root, policyRef(written.kind, written.policy));
}

/** The network plugins that have been recognised, by name. */
export const pluginsOf = ({ detected }: CniReading): readonly string[] =>
  detected.filter(({ role }) => role !== 'meta').map(({ name }) => name);

/** `as of 10:42`, where what is counted has not been confirmed since. */
export function stalenessOf(snapshot: ClusterSnapshot): string | undefined {
  const pods = snapshot.knowledge('pods');
  if (pods.state !== 'stale') return undefined;
  const at = new Date(pods.since);
  return `as of ${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}

/** `Selects 7 pods in shop · isolates ingress and egress · enforced by Canal`. */
export function lensTitle(measurement: Measurement, written: WrittenPolicy): string {
  const { snapshot, cni } = measurement;
  const { namespace } = written.policy.meta;
  const gap = gapOf(snapshot.knowledge('pods', namespace === '' ? {} : { namespace }), 'pods are');
  const selection = measurement.selection(written);
  if (gap !== undefined) return `Cannot tell which pods it selects: ${gap}`;
  if (selection === undefined) return 'Not evaluated';
  const { pods, hostNetworkPods, unknownPods, directions } = selection;
  const namespaces = new Set(pods.map((pod) => pod.namespace));
  const where =
    namespaces.size === 0
      ? ''
      : namespaces.size === 1
        ? ` in ${[...namespaces][0] ?? ''}`
        : ` in ${plural(namespaces.size, 'namespace')}`;
  const parts = [`Selects ${plural(pods.length, 'pod')}${where}`];
  if (hostNetworkPods.length > 0) parts.push(`+${plural(hostNetworkPods.length, 'host-network pod')} not covered`);
  if (unknownPods.length > 0) parts.push(`cannot tell for ${unknownPods.length} more`);
  const isolates = written.kind === 'networkPolicies' ? 'isolates' : 'governs';
  if (directions.length > 0) parts.push(`${isolates} ${directions.toSorted().reverse().join(' and ')}`);
  const plugin = pluginsOf(cni);
  if (plugin.length > 0) {
    const names = plugin.join(' and ');
    const { verdict } = kindEnforcement(written.kind, cni) ?? cni.enforcement;
    if (verdict === 'yes') parts.push(`enforced by ${names}`);
    else if (verdict === 'no' && written.kind !== 'networkPolicies') parts.push(`not enforced by ${names}`);
    else parts.push(`${names} ${enforcementWords[verdict]}`);
  }
  if (written.made?.incomplete === true) parts.push('without kustomize’s patches');
  const staleness = stalenessOf(snapshot);
  if (staleness !== undefined) parts.push(staleness);
  return parts.join(' · ');
}

/** Whether applying the policy would change something: the cluster has none of its name, or one that says something else. */
export function isEdited({ before }: Measurement, { kind, policy }: WrittenPolicy): 'new' | 'changed' | undefined {
  const live = before.snapshot.table(kind).get(policy.meta.namespace, policy.meta.name) as RawObject | undefined;
  if (live === undefined) return 'new';
  return isDeepStrictEqual(live.spec, policy.spec) ? undefined : 'changed';
}
