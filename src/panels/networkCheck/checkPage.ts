import { enforcementWords } from '../../inspect/enforcement.ts';
import { type Evidence, formatReference, type ObjectReference } from '../../inspect/evidence.ts';
import type { Check, CheckResult } from '../../inspect/networkCheck/check.ts';
import { type NetworkCheck, readNetworkCheck, type Requirement } from '../../inspect/networkCheck/requirements.ts';
import type { Problem } from '../../inspect/problem.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { type Action, type Block, field, fields, ready, type Section, type TableRow, type Value } from '../page.ts';
import type { NetworkCheckPage, PageHeader, PageState } from '../protocol.ts';
import { t } from '../translate.ts';
import { resultTone, resultWords, verdictTone, verdictWords } from './words.ts';

/** So many problems are shown with their causes; more of them are one trouble seen many times. */
const problemsShown = 20;

/** The page of a cluster’s network: what is wrong, then each requirement with all that was checked for it. */
export function networkCheckPage(snapshot: ClusterSnapshot, state: PageState): NetworkCheckPage {
  const reading = readNetworkCheck(snapshot);
  const live = snapshot.content.origin === 'live';
  const wrong = wrongSection(reading, live);
  return {
    header: header(reading, snapshot, state, live),
    state,
    sections: [
      ...(wrong === undefined ? [] : [wrong]),
      ...reading.requirements.map((requirement) => requirementSection(requirement, live)),
      policySection(reading, live),
      limitsSection(reading),
    ],
  };
}

function statusOf({ verdict, pending, requirements }: NetworkCheck): string {
  if (pending && verdict !== 'broken') return t('being read…');
  const count = requirements.filter((one) => one.verdict === verdict).length;
  switch (verdict) {
    case 'holds':
      return t('Every requirement holds, as far as the API shows');
    case 'at-risk':
      return count === 1 ? t('1 requirement is at risk') : t('{0} requirements are at risk', count);
    case 'broken':
      return count === 1 ? t('1 requirement is broken') : t('{0} requirements are broken', count);
    case 'cannot-tell':
      return t('Cannot tell whether all requirements hold');
  }
}

function header(reading: NetworkCheck, snapshot: ClusterSnapshot, state: PageState, live: boolean): PageHeader {
  const { view, verdict, problems, pending } = reading;
  const facts: Value[] = [
    [view.type.id === 'unknown' ? t('type unknown') : view.type.name, view.version ?? ''].join(' ').trimEnd(),
    view.summary,
    enforcementWords[view.cni.enforcement.verdict],
  ];
  const since = problems.flatMap((problem) => problem.since ?? []);
  if (since.length > 0) facts.push({ at: Math.min(...since), before: t('first trouble'), after: t('ago') });
  if (state.kind === 'live') facts.push({ at: snapshot.content.asOf, before: t('as of'), after: t('ago') });
  const refresh: PageHeader['actions'] = [{ id: 'retry', label: t('Refresh'), icon: 'refresh' }];
  const copy: PageHeader['actions'] = [{ id: 'copyReport', label: t('Copy as Text'), icon: 'copy' }];
  return {
    cluster: snapshot.name,
    namespace: '',
    name: t('Network Check'),
    kind: '',
    status: statusOf(reading),
    tone: pending && verdict !== 'broken' ? 'muted' : verdictTone[verdict],
    facts,
    actions: live ? [...copy, ...refresh] : copy,
  };
}

function wrongSection({ problems }: NetworkCheck, live: boolean): Section | undefined {
  if (problems.length === 0) return undefined;
  const shown = problems.slice(0, problemsShown);
  const more = problems.length - shown.length;
  return {
    id: 'wrong',
    title: t('What is wrong'),
    open: true,
    state: ready,
    blocks: [
      ...shown.map((problem) => problemBlock(problem, live)),
      ...(more === 0 ? [] : [{ kind: 'note' as const, text: t('{0} more stand with the requirements below.', more) }]),
    ],
  };
}

function problemBlock(problem: Problem, live: boolean): Block {
  const { severity, sentence, since, cause, fix, evidence, consequences } = problem;
  const actions = live ? actionsOf(problem) : [];
  const follows =
    consequences.length === 0
      ? []
      : [t('Explains: {0}', consequences.map((consequence) => consequence.sentence).join('; '))];
  return {
    kind: 'problem',
    severity: severity === 'breaks' ? 'error' : 'warning',
    sentence,
    evidence: [...follows, ...evidence.map(evidenceWords)],
    ...(since !== undefined && { since }),
    ...(cause !== undefined && { cause }),
    ...(fix !== undefined && { fix }),
    ...(actions.length > 0 && { actions }),
  };
}

const evidenceWords = ({ object, field: path, sentence }: Evidence): string =>
  [object === undefined ? undefined : formatReference(object), path === undefined ? sentence : `${path}: ${sentence}`]
    .filter((part) => part !== undefined)
    .join(' · ');

/** The pod at which to look: the subject, or the first that shows it. */
function podOf(problem: Problem): ObjectReference | undefined {
  const shown = [problem, ...problem.consequences].flatMap(({ subject, evidence }) => [
    subject,
    ...evidence.flatMap(({ object }) => object ?? []),
  ]);
  return shown.find(({ kind, name }) => kind === 'Pod' && name !== '');
}

const containerOf = (problem: Problem): string | undefined =>
  [problem, ...problem.consequences].find(({ container }) => container !== undefined)?.container;

function actionsOf(problem: Problem): readonly Action[] {
  const { subject } = problem;
  const pod = podOf(problem);
  const container = containerOf(problem);
  return [
    ...(pod === undefined ? [] : [{ id: 'openPod', label: t('Open {0}', pod.name), args: [pod.namespace, pod.name] }]),
    ...(pod === undefined || container === undefined
      ? []
      : [{ id: 'openLog', label: t('Log of {0}', container), args: [pod.namespace, pod.name, container] }]),
    ...(subject.name === ''
      ? []
      : [
          {
            id: 'copyDescribe',
            label: t('Copy kubectl Command'),
            args: [subject.kind, subject.namespace, subject.name],
          },
        ]),
  ];
}

const rank: Readonly<Record<CheckResult, number>> = {
  failed: 0,
  warning: 1,
  'cannot-tell': 2,
  passed: 3,
  'does-not-apply': 4,
};

const worstFirst = (checks: readonly Check[]): readonly Check[] =>
  checks.toSorted((one, other) => rank[one.result] - rank[other.result]);

function requirementSection(requirement: Requirement, live: boolean): Section {
  const { id, title, verdict, sentence, parts, checks } = requirement;
  return {
    id,
    title,
    summary: [
      { text: verdictWords(verdict), tone: verdictTone[verdict] },
      { text: sentence, tone: 'muted' },
    ],
    // What is only not known yet opens when it is.
    open: verdict !== 'holds' && !(verdict === 'cannot-tell' && checks.some(({ pending }) => pending)),
    state: ready,
    blocks: [
      ...fields(
        ...parts.map((part) =>
          field(part.id === 'same-node' ? t('On one node') : t('From node to node'), {
            text: verdictWords(part.verdict),
            tone: verdictTone[part.verdict],
            note: part.sentence,
          }),
        ),
      ),
      ...checkBlocks(title, checks, live),
    ],
  };
}

/** Every check that was made, and what each is founded on. */
function checkBlocks(title: string, checks: readonly Check[], live: boolean): readonly Block[] {
  const sorted = worstFirst(checks);
  const evidence = distinct(sorted.flatMap((one) => one.evidence));
  return [
    {
      kind: 'table',
      // Tables are places to go to, so each has a name of its own.
      caption: t('Checks: {0}', title),
      columns: [{ title: t('What is checked'), text: true }, { title: t('Result') }, { title: t('Found'), text: true }],
      rows: sorted.map((one) => ({ cells: [one.title, resultValue(one), foundValues(one)] })),
    },
    ...(evidence.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            caption: t('Evidence: {0}', title),
            columns: [{ title: t('Object and field') }, { title: t('Says'), text: true }],
            rows: evidence.map((piece) => evidenceRow(piece, live)),
          },
        ]),
  ];
}

const resultValue = ({ result, informs }: Check): Value => ({
  text: resultWords(result),
  tone: resultTone[result],
  // What only informs is marked as such where a reader would else look for its effect.
  ...(informs && (result === 'warning' || result === 'failed') && { note: t('decides nothing') }),
});

function foundValues({ sentence, findings }: Check): readonly Value[] {
  const roots = [...new Set(findings.flatMap(({ root }) => root?.sentence ?? []))];
  return [sentence, ...roots.map((text) => ({ text: t('because {0}', text), tone: 'muted' as const }))];
}

/** Several checks may be founded on one thing. */
const distinct = (evidence: readonly Evidence[]): readonly Evidence[] => [
  ...new Map(evidence.map((piece) => [evidenceWords(piece), piece])).values(),
];

function evidenceRow({ object, field: path, sentence }: Evidence, live: boolean): TableRow {
  const text = object === undefined ? '' : formatReference(object);
  const open = {
    id: 'openPod',
    label: t('Open {0}', object?.name ?? ''),
    args: [object?.namespace ?? '', object?.name ?? ''],
  };
  return {
    cells: [
      [
        { text, mono: true, ...(object?.kind === 'Pod' && live && { action: open }) },
        ...(path === undefined ? [] : [{ text: path, mono: true, tone: 'muted' as const }]),
      ],
      sentence,
    ],
  };
}

function policySection({ others }: NetworkCheck, live: boolean): Section {
  const [worst] = worstFirst(others);
  return {
    id: 'policies',
    title: t('Network policies'),
    ...(worst !== undefined && {
      summary: [
        { text: resultWords(worst.result), tone: resultTone[worst.result] },
        { text: worst.sentence, tone: 'muted' as const },
      ],
    }),
    open: worst?.result === 'warning' || worst?.result === 'failed',
    state: ready,
    blocks: checkBlocks(t('Network policies'), others, live),
  };
}

const limitsSection = ({ limits }: NetworkCheck): Section => ({
  id: 'limits',
  title: t('What this does not tell'),
  open: true,
  state: ready,
  blocks: limits.map((text) => ({ kind: 'note', text })),
});
