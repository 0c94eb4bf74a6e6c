import type { IpFamily } from '../model/address.ts';
import type { Actor } from './actor.ts';
import { type End, type Endpoints, hasFamily, portsNamed, type Resolved } from './endpoints.ts';
import { evaluate, type Governing, type Recorder } from './evaluate.ts';
import { icmp6Start, icmpStart, isPortProtocol, nothing, type PacketSet, rangeOfProtocol, startOf } from './packets.ts';
import type { Reach } from './reach.ts';
import { matchRule, type Rule } from './rules.ts';
import { profileTier } from './tiers.ts';
import { no, reasonsOf, yes } from './tri.ts';
import type { Basis, Direction, Explanation, Half, Question, TraceStep, Verdict } from './types.ts';
import { listText, packetText, peersOnly, policyText, ruleText } from './words.ts';

/** One connection between two certain ends. */
interface Case {
  readonly from: End;
  readonly to: End;
  readonly family: IpFamily;
  readonly port: number | string | undefined;
  readonly packets: PacketSet;
  /** The destination's address is a service's before it is translated. */
  readonly service: string | undefined;
}

interface Judged {
  readonly half: Half;
  /** For the sentence: policies that isolate, and what they admit instead. */
  readonly isolating: readonly Governing[];
  readonly decided: { readonly governing: Governing; readonly rule: Rule } | undefined;
}

const rank: Readonly<Record<Verdict, number>> = { deny: 0, unknown: 1, allow: 2 };

/** Answers single questions with the reasons. */
export class Explainer {
  readonly #reach: Reach;
  readonly #endpoints: Endpoints;

  constructor(reach: Reach, endpoints: Endpoints) {
    this.#reach = reach;
    this.#endpoints = endpoints;
  }

  explain(question: Question): Explanation {
    const sender = this.#endpoints.resolve(question.from);
    const to = this.#endpoints.resolve(question.to, onHost(sender));
    const from = onHost(to) ? this.#endpoints.resolve(question.from, true) : sender;
    const missing = missingOf(from, to, question);
    if (missing !== undefined) return this.#nowhere(question, from.label, to.label, 'unknown-endpoint', missing);
    const sources = 'ends' in from ? from.ends : [];
    const cases: Explanation[] = [];
    let fault: string | undefined;
    for (const source of sources) {
      const destinations = this.#destinations(to, question);
      if (typeof destinations === 'string') {
        fault = destinations;
        continue;
      }
      for (const { end, ports } of destinations) {
        const families = this.#families(source, end, question.family);
        if (families.length === 0) fault = `${source.label} and ${end.label} have no address of the same family`;
        const perFamily = families.map((family) => this.#overPorts(question, source, end, family, ports, to));
        cases.push(...mergeFamilies(perFamily, families.length));
      }
    }
    if (cases.length === 0)
      return this.#nowhere(question, from.label, to.label, 'no-endpoint', fault ?? 'there is nothing to talk to');
    return merge(question, from.label, to.label, cases);
  }

  #destinations(
    to: Resolved,
    question: Question,
  ): readonly { readonly end: End; readonly ports: readonly (number | undefined)[] }[] | string {
    if (!('ends' in to)) return to.missing;
    const { protocol, port } = question;
    if (to.service !== undefined) {
      if (typeof protocol !== 'string' || !isPortProtocol(protocol))
        return `a service has no ${packetText(protocol, undefined)}`;
      const targets = this.#endpoints.targets(to.service, protocol, port);
      if (targets.length === 0) return `service ${to.label} has no ready endpoint for ${packetText(protocol, port)}`;
      return targets.map(({ end, ports }) => ({ end, ports: ports ?? [undefined] }));
    }
    if (typeof port !== 'string') return to.ends.map((end) => ({ end, ports: [port] }));
    if (typeof protocol !== 'string' || !isPortProtocol(protocol))
      return `${packetText(protocol, undefined)} has no named ports`;
    const named = to.ends.map((end) => ({ end, ports: portsNamed(end, protocol, port) }));
    const found = named.filter(({ ports }) => ports.length > 0);
    return found.length > 0 ? found : `${to.label} has no ${protocol} port named ${port}`;
  }

  #families(from: End, to: End, wanted: IpFamily | undefined): readonly IpFamily[] {
    if (wanted !== undefined) return hasFamily(from, wanted) && hasFamily(to, wanted) ? [wanted] : [];
    const both = ([4, 6] as const).filter((family) => hasFamily(from, family) && hasFamily(to, family));
    const certain = [from, to].some(({ actor }) => actor.v4 !== undefined && actor.v6 !== undefined);
    if (certain) return both;
    // Nothing is known of the addresses: ask for the families that the cluster has.
    return both.filter((family) => this.#reach.world.families.includes(family));
  }

  #overPorts(
    question: Question,
    from: End,
    to: End,
    family: IpFamily,
    ports: readonly (number | undefined)[],
    resolved: Resolved,
  ): Explanation {
    const service = 'ends' in resolved && resolved.service !== undefined ? resolved.label : undefined;
    const each = ports.map((port) =>
      this.#one(question, {
        from,
        to,
        family,
        port: port ?? undefined,
        packets: this.#packets(question, family, port),
        service,
      }),
    );
    return merge(question, from.label, to.label, each);
  }

  #packets({ protocol }: Question, family: IpFamily, port: number | undefined): PacketSet {
    const { sets } = this.#reach.outcomes;
    if (protocol === 'ICMP' || protocol === 'ICMPv6') {
      const start = family === 4 ? icmpStart : icmp6Start;
      return port === undefined ? sets.range(start, start + 65536) : sets.range(start + port, start + port + 1);
    }
    if (typeof protocol === 'number') {
      const [start, end] = rangeOfProtocol(protocol);
      return port === undefined || end - start === 1
        ? sets.range(start, end)
        : sets.range(start + port, start + port + 1);
    }
    const start = startOf(protocol);
    return port === undefined ? sets.range(start, start + 65536) : sets.range(start + port, start + port + 1);
  }

  #one(question: Question, asked: Case): Explanation {
    const { from, to, family } = asked;
    const what = packetText(question.protocol, asked.port);
    const frame = {
      from: from.label,
      to: to.label,
      protocol: question.protocol,
      family,
      ...(asked.port === undefined ? {} : { port: asked.port }),
    };
    if (from.pod !== undefined && from.pod === to.pod && from.count === 1) {
      const half: Half = { verdict: 'allow', basis: 'self', trace: [] };
      return {
        ...frame,
        verdict: 'allow',
        egress: half,
        ingress: half,
        basis: 'self',
        trace: [],
        sentence: `Allowed: \`${from.label}\` talks to itself, which no policy blocks`,
      };
    }
    let egress = this.#half('egress', from, to, asked);
    let ingress = this.#half('ingress', to, from, asked);
    ingress = this.#nodeLocal(ingress, to, from);
    egress = this.#ownNode(egress, from, to);
    const verdict =
      rank[egress.half.verdict] <= rank[ingress.half.verdict] ? egress.half.verdict : ingress.half.verdict;
    const deciding = decidingSide(egress.half, ingress.half, verdict);
    return {
      ...frame,
      verdict,
      egress: egress.half,
      ingress: ingress.half,
      basis: deciding.basis,
      trace: [...egress.half.trace, ...ingress.half.trace],
      sentence: sentenceOf(verdict, egress, ingress, asked, what),
    };
  }

  #half(direction: Direction, own: End, other: End, asked: Case): Judged {
    if (own.actor.kind === 'outside' || !own.actor.selectable || this.#guarded(own)) return this.#ungoverned(own);
    const asPods = this.#read(direction, own.actor, other.actor, asked);
    if (own.asNode === undefined && other.asNode === undefined) return asPods;
    const asNode =
      own.asNode !== undefined
        ? this.#ungoverned(own).half
        : this.#read(direction, own.actor, other.asNode ?? other.actor, asked).half;
    if (asNode.verdict === asPods.half.verdict) return asPods;
    const host = own.asNode === undefined ? other.label : own.label;
    return {
      ...asPods,
      half: {
        ...asPods.half,
        verdict: 'unknown',
        basis: 'undefined-host-network',
        reason: `${host} is on its node's network: read as a pod the answer is ${asPods.half.verdict}, read as its node ${asNode.verdict}`,
      },
    };
  }

  #ungoverned(own: End): Judged {
    const half: Half = this.#guarded(own)
      ? {
          verdict: 'unknown',
          basis: 'unknown-host-endpoint',
          reason: `a Calico host endpoint guards node ${own.node ?? ''}`,
          trace: [],
        }
      : { verdict: 'allow', basis: 'not-governed', trace: [] };
    return { half, isolating: [], decided: undefined };
  }

  #guarded(own: End): boolean {
    return own.actor.kind === 'host' && own.node !== undefined && this.#reach.guarded(own.node);
  }

  #read(direction: Direction, own: Actor, other: Actor, asked: Case): Judged {
    const { world, outcomes } = this.#reach;
    const { sets } = outcomes;
    const selecting = this.#reach.selecting(own);
    const { tiers } = this.#reach.governmentOf(selecting, own.namespace?.name ?? '', direction);
    const log = new Log(direction, asked, sets);
    const possible = evaluate(tiers, asked.packets, {
      sets,
      direction,
      family: asked.family,
      destination: direction === 'ingress' ? own : other,
      matches: (rule) => matchRule(rule, own, other, asked.family, world.nodeLabels),
      recorder: log,
    });
    const allowed = sets.minus(possible.allow, possible.deny);
    const verdict: Verdict = possible.deny === nothing ? 'allow' : possible.allow === nothing ? 'deny' : 'unknown';
    log.flush();
    const undecided = sets.and(possible.allow, possible.deny);
    const [reason] = reasonsOf(possible.reasons);
    const governed = tiers.length > 0;
    if (!governed)
      log.steps.push({ direction, tier: 'default', outcome: 'allow', text: 'no policy governs this direction' });
    else if (!log.final && verdict === 'allow')
      log.steps.push({ direction, tier: 'default', outcome: 'allow', text: 'no policy decides, so it is allowed' });
    const basis: Basis =
      verdict === 'unknown'
        ? undecided === nothing && allowed !== nothing
          ? 'mixed'
          : (reason?.basis ?? 'mixed')
        : verdict === 'deny' || log.final
          ? 'policy'
          : 'default-allow';
    const half: Half = { verdict, basis, trace: log.steps };
    return {
      half:
        verdict === 'unknown'
          ? { ...half, reason: basis === 'mixed' ? 'some of it is allowed and some denied' : (reason?.text ?? '') }
          : half,
      isolating: log.isolating,
      decided: log.decided,
    };
  }

  /** Source: NetworkPolicy `types.go`: a pod's own node may always connect to it. */
  #nodeLocal(ingress: Judged, to: End, from: End): Judged {
    if (to.pod === undefined || from.actor.kind !== 'host' || this.#guarded(to)) return ingress;
    if (to.node !== undefined && to.node === from.node) return always(ingress, 'ingress');
    if ((to.node !== undefined && from.node !== undefined) || ingress.half.verdict === 'allow') return ingress;
    return perhapsLocal(ingress);
  }

  /**
   * Source: the Network Policies page: traffic to and from the node where a pod runs is always allowed. Calico applies a
   * pod's egress policies to its own node as well, so where one governs the pod, they decide.
   */
  #ownNode(egress: Judged, from: End, to: End): Judged {
    if (from.pod === undefined || to.actor.kind !== 'host' || this.#guarded(from) || this.#calicoGoverns(from))
      return egress;
    if (from.node !== undefined && from.node === to.node) return always(egress, 'egress');
    if ((from.node !== undefined && to.node !== undefined) || egress.half.verdict === 'allow') return egress;
    return perhapsLocal(egress);
  }

  #calicoGoverns(end: End): boolean {
    return this.#reach
      .selecting(end.actor)
      .some(({ policy }) => policy.family === 'calico' && policy.tier !== profileTier && policy.egress !== undefined);
  }

  #nowhere(question: Question, from: string, to: string, basis: Basis, reason: string): Explanation {
    const half: Half = { verdict: 'unknown', basis, reason, trace: [] };
    return {
      verdict: 'unknown',
      egress: half,
      ingress: half,
      basis,
      trace: [],
      sentence: `Unknown: ${reason}`,
      from,
      to,
      protocol: question.protocol,
      ...(question.port === undefined ? {} : { port: question.port }),
    };
  }
}

const always = (judged: Judged, direction: Direction): Judged => ({
  isolating: [],
  decided: undefined,
  half: {
    verdict: 'allow',
    basis: 'node-local',
    trace: [
      ...judged.half.trace,
      { direction, tier: 'default', outcome: 'allow', text: 'a pod and its own node always reach each other' },
    ],
  },
});

const perhapsLocal = (judged: Judged): Judged => ({
  ...judged,
  half: {
    ...judged.half,
    verdict: 'unknown',
    basis: 'node-local',
    reason: 'it is not known on which node the pod is, and its own node always reaches it',
  },
});

const onHost = (resolved: Resolved): boolean =>
  'ends' in resolved && resolved.ends.some(({ actor }) => actor.kind === 'host');

function missingOf(from: Resolved, to: Resolved, question: Question): string | undefined {
  if ('missing' in from) return from.missing;
  if ('missing' in to) return to.missing;
  if (from.service !== undefined) return 'a service is no source of connections';
  return question.to.kind === 'ingress-controller' ? 'the ingress controller is a source only' : undefined;
}

/** Collects the trace of one side. */
class Log implements Recorder {
  readonly steps: TraceStep[] = [];
  readonly isolating: Governing[] = [];
  decided: { readonly governing: Governing; readonly rule: Rule } | undefined;
  /** A rule or the end of a tier has decided. */
  final = false;
  readonly #direction: Direction;
  readonly #asked: Case;
  readonly #sets: { and(one: PacketSet, other: PacketSet): PacketSet };
  #open: { readonly governing: Governing; readonly tier: string; readonly misses: string[] } | undefined;

  constructor(direction: Direction, asked: Case, sets: { and(one: PacketSet, other: PacketSet): PacketSet }) {
    this.#direction = direction;
    this.#asked = asked;
    this.#sets = sets;
  }

  rule(
    tier: { readonly label: string },
    governing: Governing,
    rule: Rule,
    match: number,
    hit: PacketSet | undefined,
  ): void {
    if (this.#open?.governing !== governing) {
      this.flush();
      this.#open = { governing, tier: tier.label, misses: [] };
    }
    if (hit === undefined || hit === nothing) {
      this.#open.misses.push(ruleText(rule));
      return;
    }
    const certain = match === yes && governing.certain === yes && rule.ports.doubt === 0;
    const verb = rule.action === 'allow' ? 'admits' : rule.action === 'deny' ? 'denies' : 'passes on';
    const outcome = certain ? rule.action : 'unknown';
    this.#open = { governing, tier: tier.label, misses: [] };
    this.steps.push({
      direction: this.#direction,
      tier: tier.label,
      policy: governing.policy.ref,
      rule: rule.ref,
      outcome,
      text: `${policyText(governing.policy)} ${certain ? '' : 'perhaps '}${verb} ${ruleText(rule)}`,
    });
    if (rule.action === 'allow' || rule.action === 'deny') {
      this.final = true;
      this.decided ??= { governing, rule };
    }
  }

  tier(
    tier: { readonly label: string },
    policies: readonly Governing[],
    outcome: TraceStep['outcome'],
    left: PacketSet,
  ): void {
    this.flush();
    if (outcome === 'no-match') return;
    const concerned = this.#sets.and(left, this.#asked.packets) !== nothing;
    if (!concerned) return;
    if (outcome === 'deny') {
      this.final = true;
      this.isolating.push(...policies.filter(({ certain }) => certain !== no));
    }
    const names = listText([...new Set(policies.map(({ policy }) => policyText(policy)))]);
    this.steps.push({
      direction: this.#direction,
      tier: tier.label,
      outcome,
      text:
        policies.length === 0
          ? 'policies of this tier could not be read'
          : outcome === 'deny'
            ? `isolated by ${names}; no rule admits it`
            : `${names} ${policies.length === 1 ? 'leaves' : 'leave'} it open`,
    });
  }

  flush(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.misses.length === 0) return;
    this.steps.push({
      direction: this.#direction,
      tier: open.tier,
      policy: open.governing.policy.ref,
      outcome: 'no-match',
      text: `${policyText(open.governing.policy)} is about ${listText(open.misses)}`,
    });
  }
}

function decidingSide(egress: Half, ingress: Half, verdict: Verdict): Half {
  if (verdict !== 'allow') return egress.verdict === verdict ? egress : ingress;
  if (egress.basis === 'node-local' || ingress.basis === 'node-local')
    return egress.basis === 'node-local' ? egress : ingress;
  if (ingress.basis === 'policy') return ingress;
  if (egress.basis === 'policy') return egress;
  return ingress.basis === 'not-governed' ? egress : ingress;
}

function sentenceOf(verdict: Verdict, egress: Judged, ingress: Judged, asked: Case, what: string): string {
  const from = `\`${asked.from.label}\``;
  const to = `\`${asked.to.label}\``;
  const through = asked.service === undefined ? '' : ` (through service \`${asked.service}\`)`;
  if (verdict === 'deny') {
    const side = egress.half.verdict === 'deny' ? egress : ingress;
    return `Denied: ${denial(side, side === egress ? 'egress' : 'ingress', from, to, what)}${through}`;
  }
  if (verdict === 'unknown') {
    const side = egress.half.verdict === 'unknown' ? egress : ingress;
    const direction = side === egress ? 'egress' : 'ingress';
    return `Unknown: for ${direction} of ${side === egress ? from : to}, ${side.half.reason ?? 'it cannot be decided'}${through}`;
  }
  const parts = [approval(egress, 'egress', from, to, what), approval(ingress, 'ingress', from, to, what)].filter(
    (part) => part !== '',
  );
  return `Allowed: ${parts.length === 0 ? `no policy governs ${from} or ${to}` : parts.join('; ')}${through}`;
}

function denial(side: Judged, direction: Direction, from: string, to: string, what: string): string {
  const own = direction === 'egress' ? from : to;
  const { decided, isolating } = side;
  if (decided !== undefined && decided.rule.action === 'deny') {
    const { name, index } = decided.rule.ref;
    const which = name === undefined ? `${direction} rule ${index + 1}` : `${direction} rule "${name}"`;
    return `${which} of ${policyText(decided.governing.policy)} denies ${from} to ${to} on ${what}`;
  }
  const other = direction === 'egress' ? to : from;
  const shown = isolating.filter(({ policy }) => (policy[direction] ?? []).length === 0);
  const admitting = isolating.filter(({ policy }) => (policy[direction] ?? []).length > 0);
  const isolators = shown.length > 0 ? shown : isolating;
  const only = admitting.map(({ policy }) => {
    const rules = policy[direction] ?? [];
    return `${policyText(policy)} admits only ${listText([...new Set(rules.map(oneRule(what)))])}`;
  });
  const names = listText(isolators.map(({ policy }) => policyText(policy)));
  const detail = only.length === 0 ? '' : ` (${only.slice(0, 2).join('; ')}${only.length > 2 ? '; …' : ''})`;
  return `${own} is isolated for ${direction} by ${names}; no rule admits ${other} on ${what}${detail}`;
}

/** Of a rule that is about the asked port the peers say enough. */
const oneRule =
  (what: string) =>
  (rule: Rule): string =>
    rule.ports.text === what ? peersOnly(rule) : ruleText(rule);

function approval(side: Judged, direction: Direction, from: string, to: string, what: string): string {
  const own = direction === 'egress' ? from : to;
  const other = direction === 'egress' ? to : from;
  switch (side.half.basis) {
    case 'policy':
      return side.decided === undefined
        ? `policies admit ${other} on ${what}`
        : `${policyText(side.decided.governing.policy)} admits ${from} to ${to} on ${what}`;
    case 'default-allow':
      return `no policy restricts ${direction} of ${own}${side.half.trace.length > 1 ? ' here' : ''}`;
    case 'node-local':
      return `a pod and its own node always reach each other`;
    default:
      return '';
  }
}

/** Both families in one where they say the same. */
function mergeFamilies(cases: readonly Explanation[], asked: number): readonly Explanation[] {
  const [first, second] = cases;
  if (asked < 2 || first === undefined || second === undefined) return cases;
  if (first.verdict !== second.verdict || first.basis !== second.basis || first.sentence !== second.sentence)
    return cases;
  const merged: { -readonly [K in keyof Explanation]: Explanation[K] } = { ...first };
  delete merged.family;
  return [merged];
}

/** One answer for several cases: theirs, where they agree. */
function merge(question: Question, from: string, to: string, cases: readonly Explanation[]): Explanation {
  const [first] = cases;
  if (first !== undefined && cases.length === 1) return first;
  if (first === undefined) throw new RangeError('an explanation needs a case');
  const same = cases.every((one) => one.verdict === first.verdict);
  const flat = cases.flatMap((one) => one.cases ?? [one]);
  if (same) return { ...first, from, to, cases: flat };
  const counts = (verdict: Verdict): number => flat.filter((one) => one.verdict === verdict).length;
  const reason = `${counts('allow')} of ${flat.length} cases are allowed, ${counts('deny')} denied, ${counts('unknown')} unknown`;
  const half: Half = { verdict: 'unknown', basis: 'mixed', reason, trace: [] };
  return {
    verdict: 'unknown',
    egress: half,
    ingress: half,
    basis: 'mixed',
    trace: [],
    sentence: `Unknown: it depends; ${reason}`,
    from,
    to,
    protocol: question.protocol,
    ...(question.port === undefined ? {} : { port: question.port }),
    cases: flat,
  };
}
