import { gapOf } from '../inspect/evidence.ts';
import { enforcementWords } from '../inspect/enforcement.ts';
import { kindEnforcement } from '../inspect/kindEnforcement.ts';
import { isObject, type JsonObject, stringAt, stringsAt } from '../model/json.ts';
import { kindOf } from '../model/kinds.ts';
import { LintContext, selectorOf } from '../policy/lint/context.ts';
import { valueAt } from '../policy/lint/finding.ts';
import type { Path } from '../policy/lint/path.ts';
import { type Subject, subjectsByName } from '../policy/lint/subjects.ts';
import type { Direction, PeerSelection, RuleSelection, Selection } from '../policy/types.ts';
import { blockLines, exceptLines } from './hoverBlocks.ts';
import { adminPort, choiceLines } from './hoverAdmin.ts';
import { entityLines, type EntitySide } from './hoverCalico.ts';
import { type Destinations, networkPolicyPort, portLines, portsLines, type PortWords } from './hoverPorts.ts';
import { actionLines, rankLines } from './hoverRank.ts';
import { labelAt, labelLines, namespaceLines, nearMissLines, peerSentence } from './hoverSelectors.ts';
import { type Measurement, pluginsOf, stalenessOf } from './measurement.ts';
import { plural, podCount, podLines } from './podWords.ts';
import type { WrittenPolicy } from './policyText.ts';

/** What a hover says, as plain lines; the first is the sentence, the last ones say how far to believe it. */
export function hoverAt(measurement: Measurement, written: WrittenPolicy, path: Path): readonly string[] {
  if (written.leftAlone !== undefined) return [written.leftAlone.text];
  const selection = measurement.selection(written);
  if (selection === undefined) return [];
  const lines = new PolicyHover(measurement, written, selection).at(path);
  return lines.length === 0
    ? []
    : [
        ...lines,
        ...(written.made === undefined ? [] : [written.made.text]),
        ...enforcementLines(measurement, written),
        ...stalenessLines(measurement),
      ];
}

function enforcementLines({ cni, snapshot }: Measurement, { kind }: WrittenPolicy): readonly string[] {
  if (gapOf(snapshot.knowledge('pods'), '') !== undefined) return [];
  const names = pluginsOf(cni);
  if (names.length === 0) return ['Cannot tell whether this takes effect: no network plugin has been recognised.'];
  if (kind === 'networkPolicies') return [`${names.join(' and ')} ${enforcementWords[cni.enforcement.verdict]}.`];
  const { verdict, reason } = kindEnforcement(kind, cni) ?? cni.enforcement;
  return [`${kindOf(kind).kind} ${effectWords[verdict]}: ${reason}`];
}

const effectWords = {
  yes: 'takes effect here',
  no: 'has no effect here',
  unknown: 'may have no effect here',
} as const;

const stalenessLines = ({ snapshot }: Measurement): readonly string[] => {
  const staleness = stalenessOf(snapshot);
  return staleness === undefined ? [] : [`The cluster is shown ${staleness}; it does not answer at the moment.`];
};

class PolicyHover {
  readonly #measurement: Measurement;
  readonly #written: WrittenPolicy;
  readonly #selection: Selection;
  readonly #context: LintContext;
  /** Why the pods are not known. */
  readonly #gap: string | undefined;

  constructor(measurement: Measurement, written: WrittenPolicy, selection: Selection) {
    this.#measurement = measurement;
    this.#written = written;
    this.#selection = selection;
    this.#context = new LintContext(measurement.snapshot, {});
    this.#gap = gapOf(measurement.snapshot.knowledge('pods'), 'pods are');
  }

  at(path: Path): readonly string[] {
    const [root, section, index, part] = path;
    const { kind, policy } = this.#written;
    if (root === 'kind' || root === 'metadata' || (root === 'spec' && section === undefined)) return this.#whole();
    if (root !== 'spec') return [];
    if (section === 'priority' || section === 'tier' || section === 'order')
      return rankLines(this.#measurement.snapshot, this.#written);
    if (section === 'podSelector' || section === 'selector' || section === 'subject') return this.#selector(path);
    if (section === 'policyTypes' || section === 'types') return this.#types();
    if (section !== 'ingress' && section !== 'egress') return [];
    if (index === undefined) return this.#direction(section);
    const rule = this.#selection.rules.find(
      (one) => one.rule.direction === section && one.rule.index === Number(index),
    );
    const spec = valueAt(policy.spec, [section, index]);
    if (!isObject(spec)) return [];
    const action = stringAt(spec, 'action');
    if (part === 'action') return action === undefined ? [] : actionLines(kind, policy, action);
    if (part === 'from' || part === 'to') return this.#peer(path, rule);
    if (part === 'ports' || part === 'protocols') return this.#ports(path, rule);
    if (part === 'source' || part === 'destination') return this.#entity(path, part, rule, spec);
    return this.#rule(section, rule, spec);
  }

  get #namespace(): string {
    return this.#written.policy.meta.namespace;
  }

  get #isNetworkPolicy(): boolean {
    return this.#written.kind === 'networkPolicies';
  }

  get #cannotTell(): readonly string[] {
    return this.#gap === undefined ? [] : [`Cannot tell which pods are meant: ${this.#gap}.`];
  }

  #whole(): readonly string[] {
    const { policy } = this.#written;
    const { pods, directions } = this.#selection;
    if (this.#gap !== undefined) return this.#cannotTell;
    const verb = this.#isNetworkPolicy ? 'isolates' : 'governs';
    const clauses = inOrder(directions).map((direction) => `${direction} (${this.#admits(direction)})`);
    return [
      `${policy.meta.name} ${verb} ${podCount(pods)} for ${clauses.join(' and ') || 'no direction'}.`,
      ...this.#ungoverned(),
      ...(this.#isNetworkPolicy ? [] : [...rankLines(this.#measurement.snapshot, this.#written), ...this.#ruleLines()]),
      ...podLines(pods),
      ...this.#leftOut(),
    ];
  }

  /** The rules of a policy whose first matching rule decides, in order and in words. */
  #ruleLines(): readonly string[] {
    const { rules } = this.#selection;
    const lines = rules.slice(0, shownRules).map(({ rule: { direction, index }, text }) => {
      const action = valueAt(this.#written.policy.spec, [direction, index, 'action']);
      const number = `${direction === 'ingress' ? 'Ingress' : 'Egress'} ${index + 1}`;
      return `${number}: ${typeof action === 'string' ? action : 'no action'} ${direction === 'ingress' ? 'from' : 'to'} ${text}.`;
    });
    return rules.length > shownRules ? [...lines, `${rules.length - shownRules} more rules.`] : lines;
  }

  /** What a direction's rules let through, in a few words. */
  #admits(direction: Direction): string {
    const rules = this.#selection.rules.filter(({ rule }) => rule.direction === direction);
    if (!this.#isNetworkPolicy) return plural(rules.length, 'rule');
    if (rules.length === 0) return 'admits nothing';
    const open = rules.some(({ rule, peers }) => peers.some(({ everything }) => everything) && !this.#hasPorts(rule));
    return open ? 'admits everything' : `admits what one of ${plural(rules.length, 'rule')} matches`;
  }

  #hasPorts({ direction, index }: RuleSelection['rule']): boolean {
    const ports = valueAt(this.#written.policy.spec, [direction, index, 'ports']);
    return Array.isArray(ports) && ports.length > 0;
  }

  #ungoverned(): readonly string[] {
    if (!this.#isNetworkPolicy) return [];
    const { directions } = this.#selection;
    return (['ingress', 'egress'] as const)
      .filter((direction) => !directions.includes(direction))
      .map((direction) => `It says nothing about ${direction}.`);
  }

  #leftOut(): readonly string[] {
    const { hostNetworkPods, unknownPods } = this.#selection;
    const lines: string[] = [];
    if (hostNetworkPods.length > 0)
      lines.push(
        `${hostNetworkPods.length} more ${hostNetworkPods.length === 1 ? 'matches and is' : 'match and are'} on the node’s network: most network plugins do not apply the policy there.`,
      );
    if (unknownPods.length > 0) lines.push(`Cannot tell for ${unknownPods.length} more.`);
    return lines;
  }

  #selector(path: Path): readonly string[] {
    if (this.#gap !== undefined) return this.#cannotTell;
    const { pods } = this.#selection;
    const { spec } = this.#written.policy;
    const lines = [pods.length === 0 ? 'Selects no pod.' : `Selects ${podCount(pods)}.`];
    if (this.#isNetworkPolicy) {
      const own = this.#context.in(this.#namespace);
      if (pods.length > 0 && pods.length === own.filter((pod) => !pod.spec.hostNetwork).length)
        lines[0] = `Selects all pods of ${this.#namespace}: ${pods.length}.`;
      const label = labelAt(spec, path.slice(1));
      lines.push(...podLines(pods));
      if (label !== undefined)
        lines.push(
          ...labelLines(
            label,
            own.map(({ labels }) => labels),
            'pod',
          ),
        );
      lines.push(...nearMissLines(spec['podSelector'], own));
    } else {
      lines.push(...podLines(pods));
      if (isObject(spec['subject']))
        lines.push(...choiceLines(spec['subject'], path.slice(2), pods.length, this.#context));
    }
    return [...lines, ...this.#leftOut()];
  }

  #types(): readonly string[] {
    const { directions } = this.#selection;
    const governed = inOrder(directions).join(' and ');
    return [
      governed === '' ? 'The policy governs no direction.' : `Governs ${governed}.`,
      ...this.#ungoverned(),
      ...(this.#isNetworkPolicy
        ? ['Without policyTypes a policy governs ingress, and egress only where it has egress rules.']
        : ['Without types a policy governs the directions that it has rules for, and ingress where it has none.']),
    ];
  }

  #direction(direction: Direction): readonly string[] {
    if (!this.#selection.directions.includes(direction))
      return [`These rules have no effect: the policy does not govern ${direction}.`];
    const rules = this.#selection.rules.filter(({ rule }) => rule.direction === direction);
    if (!this.#isNetworkPolicy)
      return [
        `${plural(rules.length, 'rule')}, of which the first that matches decides. No match leaves the decision to others.`,
        ...rankLines(this.#measurement.snapshot, this.#written),
      ];
    if (rules.length === 0)
      return [
        `No rule: the selected pods are isolated for ${direction}, and this policy admits nothing. [{}] would admit everything.`,
      ];
    if (this.#admits(direction) === 'admits everything')
      return [
        `A rule without peers and ports admits everything, addresses outside the cluster included. [] would admit nothing.`,
      ];
    return [
      `The selected pods are isolated for ${direction}. Admitted is what at least one of ${plural(rules.length, 'rule')} matches, here or in another policy.`,
    ];
  }

  #rule(direction: Direction, rule: RuleSelection | undefined, spec: JsonObject): readonly string[] {
    if (this.#isNetworkPolicy && !this.#selection.directions.includes(direction)) return this.#direction(direction);
    if (rule === undefined && spec['action'] === 'Log')
      return actionLines(this.#written.kind, this.#written.policy, 'Log');
    if (rule === undefined || this.#gap !== undefined) return this.#cannotTell;
    const everything = rule.peers.some((peer) => peer.everything);
    const field = direction === 'ingress' ? 'from' : 'to';
    const peers =
      everything && this.#isNetworkPolicy
        ? [
            `No ${field} is given: every ${direction === 'ingress' ? 'source' : 'destination'} is meant, addresses outside the cluster included.`,
          ]
        : [];
    const action = stringAt(spec, 'action');
    const means = action === undefined ? [] : actionLines(this.#written.kind, this.#written.policy, action);
    const ports = this.#isNetworkPolicy ? portsLines({ ...spec }) : [];
    return [...means, ...peers, ...rule.peers.flatMap((peer) => this.#matches(peer)), ...ports];
  }

  #peer(path: Path, rule: RuleSelection | undefined): readonly string[] {
    if (this.#gap !== undefined) return this.#cannotTell;
    const [, direction, index, field, number, part] = path;
    const list = valueAt(this.#written.policy.spec, [direction ?? '', index ?? 0, field ?? '']);
    const peers = rule?.peers ?? [];
    if (number === undefined) {
      const many = Array.isArray(list) && list.length > 1 ? [`${list.length} peers: one of them is enough.`] : [];
      return [...many, ...peers.flatMap((peer) => this.#described(peer, list))];
    }
    const spec: unknown = Array.isArray(list) ? list[Number(number)] : undefined;
    const chosen = peers.filter((peer) => peer.index === Number(number));
    if (isObject(spec) && part === 'ipBlock' && isObject(spec['ipBlock'])) {
      const except = path[6] === 'except' && typeof path[7] === 'number' ? path[7] : undefined;
      const { snapshot } = this.#measurement;
      if (except !== undefined) return exceptLines(stringsAt(spec['ipBlock'], 'except')[except] ?? '', snapshot);
      return blockLines(spec['ipBlock'], snapshot);
    }
    const lines: string[] = chosen.flatMap((peer) => this.#described(peer, list));
    if (!isObject(spec)) return lines;
    if (!this.#isNetworkPolicy) {
      const pods = chosen.reduce((count, peer) => count + peer.pods.length + peer.unknownPods.length, 0);
      return [...lines, ...choiceLines(spec, path.slice(5), pods, this.#context)];
    }
    const namespaces = selectorOf(spec['namespaceSelector']);
    if (namespaces !== undefined) lines.push(...namespaceLines(spec['namespaceSelector'], this.#context));
    const label = labelAt(spec, path.slice(5));
    const candidates: readonly Subject[] =
      namespaces === undefined
        ? this.#context.in(this.#namespace)
        : this.#context.namespacesSelected(namespaces).flatMap((name) => this.#context.in(name));
    if (label !== undefined)
      lines.push(
        ...(part === 'namespaceSelector'
          ? labelLines(label, [...this.#context.subjects.namespaces.values()], 'namespace')
          : labelLines(
              label,
              candidates.map(({ labels }) => labels),
              'pod',
            )),
      );
    if (chosen.every(({ pods, unknownPods }) => pods.length + unknownPods.length === 0))
      lines.push(...nearMissLines(spec['podSelector'], candidates));
    return lines;
  }

  #described(peer: PeerSelection, list: unknown): readonly string[] {
    const sentence =
      this.#isNetworkPolicy && Array.isArray(list)
        ? peerSentence((list as unknown[])[peer.index], this.#namespace)
        : `${peer.text.charAt(0).toUpperCase()}${peer.text.slice(1)}.`;
    return [...(sentence === undefined ? [] : [sentence]), ...this.#matches(peer)];
  }

  #matches({ everything, pods, unknownPods, blocks }: PeerSelection): readonly string[] {
    if (everything) return ['Everything: every pod, every node, and every address outside the cluster.'];
    const lines: string[] = [];
    if (blocks.length > 0)
      lines.push(`${blocks.join(', ')}${pods.length > 0 ? `, which contains ${podCount(pods)}` : ''}.`);
    else lines.push(pods.length === 0 ? 'Matches no pod.' : `Matches ${podCount(pods)}.`);
    lines.push(...podLines(pods));
    if (unknownPods.length > 0)
      lines.push(
        `Cannot tell for ${unknownPods.length} more: their addresses, their namespaces or their network decide it.`,
      );
    return lines;
  }

  /** The `source` or `destination` of a Calico rule. */
  #entity(path: Path, side: EntitySide, rule: RuleSelection | undefined, spec: JsonObject): readonly string[] {
    const entity = spec[side];
    if (!isObject(entity)) return [];
    return entityLines(entity, side, path.slice(4), {
      direction: path[1] === 'ingress' ? 'ingress' : 'egress',
      protocol: spec['protocol'],
      namespace: this.#namespace,
      context: this.#context,
      port: (port) => this.#port(port, rule),
      matches: () =>
        this.#gap === undefined
          ? (rule?.peers ?? []).flatMap((peer) => this.#described(peer, undefined))
          : this.#cannotTell,
    });
  }

  #ports(path: Path, rule: RuleSelection | undefined): readonly string[] {
    const [, direction, index, field, number] = path;
    const spec = valueAt(this.#written.policy.spec, [direction ?? '', index ?? 0]);
    if (!isObject(spec)) return [];
    const list = spec[String(field)];
    const ports: readonly unknown[] = Array.isArray(list) ? list : [];
    const only = number === undefined ? (ports.length === 1 ? 0 : undefined) : Number(number);
    if (only === undefined) return portsLines(spec, String(field));
    return this.#port(this.#isNetworkPolicy ? networkPolicyPort(ports[only]) : adminPort(ports[only]), rule);
  }

  #port(port: PortWords | undefined, rule: RuleSelection | undefined): readonly string[] {
    if (port === undefined) return [];
    const byName = subjectsByName(this.#context.subjects);
    const peers = rule?.peers ?? [];
    const isIngress = rule?.rule.direction !== 'egress';
    const pods = new Set<Subject>();
    for (const list of isIngress ? [this.#selection.pods] : peers.map((peer) => peer.pods))
      for (const { namespace, name } of list) {
        const pod = byName.get(namespace)?.get(name);
        if (pod !== undefined) pods.add(pod);
      }
    const destinations: Destinations = {
      pods: [...pods],
      everything: !isIngress && peers.some(({ everything }) => everything),
      blocks: !isIngress && peers.some(({ blocks }) => blocks.length > 0),
    };
    return [...portLines(port, destinations, this.#measurement.snapshot), ...this.#cannotTell];
  }
}

const shownRules = 8;

const inOrder = (directions: readonly Direction[]): readonly Direction[] => directions.toSorted().toReversed();
