import type { CniView } from '../cniViewTypes.ts';
import { readCniView } from '../cniView.ts';
import { bySeverity, type Problem } from '../problem.ts';
import { reading } from '../reading.ts';
import { addressChecks, nodesHere } from './addressChecks.ts';
import { type Check, type CheckContext, counted, type Reach } from './check.ts';
import { cniChecks, nodeNetworkChecks } from './cniChecks.ts';
import { dnsChecks } from './dnsChecks.ts';
import { enforcementCheck } from './enforcementCheck.ts';
import { flatten } from './findings.ts';
import { limitsOf } from './limits.ts';
import { outsideChecks } from './outsideChecks.ts';
import { podChecks } from './podChecks.ts';
import { sandboxEventCheck } from './sandboxEvents.ts';
import { serviceChecks } from './serviceChecks.ts';
import { serviceProxyChecks } from './serviceProxyChecks.ts';
import { configurationCheck, tunnelChecks } from './tunnelChecks.ts';

export type Verdict = 'holds' | 'at-risk' | 'broken' | 'cannot-tell';

export type RequirementId = 'container-to-container' | 'pod-to-pod' | 'pod-to-service' | 'outside-to-service';

/** One half of a requirement, with a verdict of its own. */
export interface RequirementPart {
  readonly id: Reach;
  readonly verdict: Verdict;
  readonly sentence: string;
}

/** What Kubernetes asks of a network. Source: kubernetes.io/docs/concepts/cluster-administration/networking. */
export interface Requirement {
  readonly id: RequirementId;
  readonly title: string;
  readonly verdict: Verdict;
  /** Why: the first thing that is wrong or not known, or what was found. */
  readonly sentence: string;
  /** Empty for one that has no halves. */
  readonly parts: readonly RequirementPart[];
  readonly checks: readonly Check[];
}

export interface NetworkCheck {
  readonly view: CniView;
  readonly verdict: Verdict;
  readonly requirements: readonly Requirement[];
  /** What was checked beside the four requirements. */
  readonly others: readonly Check[];
  /** All that is wrong, roots only, the worst first. */
  readonly problems: readonly Problem[];
  /** What no reading of the API can tell, and what is left out here. */
  readonly limits: readonly string[];
  /** Some of what is needed is still on its way. */
  readonly pending: boolean;
}

/** Whether a cluster’s network is healthy, and how that is known. */
export const readNetworkCheck = reading((snapshot): NetworkCheck => {
  const view = readCniView(snapshot);
  const context: CheckContext = {
    snapshot,
    view,
    findings: flatten(view.problems),
    nodes: nodesHere(snapshot.list('nodes')),
  };
  const proxy = serviceProxyChecks(context);
  const cni = cniChecks(context);
  const requirements = [
    requirement('container-to-container', 'Containers of a pod reach each other', podChecks(context)),
    requirement(
      'pod-to-pod',
      'Pods reach each other without NAT',
      [
        ...cni,
        ...nodeNetworkChecks(context),
        ...addressChecks(context),
        ...tunnelChecks(context),
        configurationCheck(context),
        sandboxEventCheck(context),
      ],
      context.nodes.length === 1 ? ['same-node'] : ['same-node', 'across-nodes'],
    ),
    requirement('pod-to-service', 'Pods reach services, by name and by address', [
      ...proxy,
      ...serviceChecks(context),
      ...dnsChecks(context),
    ]),
    requirement('outside-to-service', 'Services are reached from outside', [...outsideChecks(context), ...proxy]),
  ];
  const others = [enforcementCheck(context)];
  const checks = [...requirements.flatMap((one) => one.checks), ...others];
  return {
    view,
    verdict: worstVerdict(requirements.map(({ verdict }) => verdict)),
    requirements,
    others,
    problems: rootsOf(view.problems, checks),
    limits: limitsOf(context),
    pending: view.type.pending || view.cni.state === 'pending' || checks.some(({ pending }) => pending),
  };
});

const order: readonly Verdict[] = ['broken', 'at-risk', 'cannot-tell', 'holds'];

const worstVerdict = (verdicts: readonly Verdict[]): Verdict =>
  order.find((verdict) => verdicts.includes(verdict)) ?? 'cannot-tell';

function verdictOf(checks: readonly Check[]): Verdict {
  const deciding = checks.filter(({ informs, result }) => !informs && result !== 'does-not-apply');
  if (deciding.some(({ result }) => result === 'failed')) return 'broken';
  if (deciding.some(({ result }) => result === 'warning')) return 'at-risk';
  if (deciding.some(({ result }) => result === 'cannot-tell')) return 'cannot-tell';
  return 'holds';
}

function sentenceOf(verdict: Verdict, checks: readonly Check[]): string {
  const of = (result: Check['result']): readonly Check[] =>
    checks.filter((one) => one.result === result && !one.informs);
  const named = (list: readonly Check[], verb: string): string => {
    const sentences = [...new Set(list.map(({ sentence }) => sentence))];
    const more = sentences.length - 1;
    return `${sentences[0] ?? ''}${more > 0 ? `; ${counted(more, 'more check')} ${verb}` : ''}`;
  };
  switch (verdict) {
    case 'broken':
      return named(of('failed'), 'failed');
    case 'at-risk':
      return named(of('warning'), 'warned');
    case 'cannot-tell':
      return named(of('cannot-tell'), 'cannot tell');
    case 'holds': {
      const passed = checks.filter(({ result }) => result === 'passed').length;
      const rest = checks.filter(({ result }) => result === 'does-not-apply').length;
      return `${counted(passed, 'check')} passed${rest === 0 ? '' : `, ${rest} ${rest === 1 ? 'does' : 'do'} not apply`}`;
    }
  }
}

function requirement(
  id: RequirementId,
  title: string,
  checks: readonly Check[],
  halves: readonly Reach[] = [],
): Requirement {
  const verdict = verdictOf(checks);
  const parts = halves.map((half): RequirementPart => {
    const own = checks.filter(({ reach }) => reach === undefined || reach === half);
    const ownVerdict = verdictOf(own);
    return { id: half, verdict: ownVerdict, sentence: sentenceOf(ownVerdict, own) };
  });
  return { id, title, verdict, sentence: sentenceOf(verdict, checks), parts, checks };
}

/** The causes that the CNI’s view knows, and what only the checks have found. */
function rootsOf(known: readonly Problem[], checks: readonly Check[]): readonly Problem[] {
  const all = new Set(known.flatMap((problem) => [problem, ...problem.consequences]));
  const roots = [...known];
  for (const { findings } of checks)
    for (const { problem } of findings) {
      if (all.has(problem)) continue;
      all.add(problem);
      roots.push(problem);
    }
  return roots.sort(bySeverity);
}
