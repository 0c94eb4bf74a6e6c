import type { ClusterTypeVerdict } from '../../inspect/clusterType.ts';
import type { CniView, PodView, WorkloadView } from '../../inspect/cniViewTypes.ts';
import { enforcementWords, type Enforcement } from '../../inspect/enforcement.ts';
import { type Evidence, formatReference } from '../../inspect/evidence.ts';
import type { Problem } from '../../inspect/problem.ts';

export type InspectionFormat = 'text' | 'json';

export const formatInspection = (view: CniView, format: InspectionFormat): string =>
  format === 'json' ? `${JSON.stringify(toJson(view), null, 2)}\n` : toText(view);

function toJson({ type, version, cni, entries, system, problems }: CniView) {
  return {
    type: verdictToJson(type),
    overlays: type.overlays.map((overlay) => ({ ...verdictToJson(overlay), meaning: overlay.meaning })),
    version: version ?? null,
    cni: cni.detected.map((one) => ({
      id: one.id,
      name: one.name,
      title: one.title,
      version: one.version ?? null,
      role: one.role,
      confidence: one.confidence,
      evidence: one.evidence,
      enforcement: enforcementToJson(one.enforcement),
      notes: entries.find((entry) => entry.cni === one)?.notes ?? one.notes,
    })),
    traces: cni.traces.map(({ id, name, confidence, evidence }) => ({ id, name, confidence, evidence })),
    enforcement: enforcementToJson(cni.enforcement),
    workloads: [...entries.flatMap(({ workloads }) => workloads), ...system].map(workloadToJson),
    problems: problems.map(problemToJson),
    gaps: [...type.gaps, ...cni.gaps].map(({ sentence }) => sentence),
  };
}

const verdictToJson = ({ id, name, confidence, evidence }: ClusterTypeVerdict) => ({
  id,
  name,
  confidence: confidence ?? null,
  evidence,
});

const enforcementToJson = ({ verdict, reason, fix, evidence }: Enforcement) => ({
  verdict,
  reason,
  ...(fix === undefined ? {} : { fix }),
  evidence,
});

function workloadToJson({ workload, role, words, counts, uncovered, pods, podsKnowledge }: WorkloadView) {
  return {
    kind: workload.kind,
    namespace: workload.meta.namespace,
    name: workload.meta.name,
    role,
    state: words,
    ...(counts === undefined ? {} : { counts }),
    ...(uncovered.length === 0 ? {} : { nodesWithout: uncovered.map(({ meta }) => meta.name) }),
    podsKnowledge: podsKnowledge.state,
    pods: pods.map(podToJson),
  };
}

const podToJson = ({ pod, node, ip, status, containers }: PodView) => ({
  name: pod.meta.name,
  node: node ?? null,
  ip: ip ?? null,
  ready: `${status.ready}/${status.total}`,
  status: status.status,
  restarts: status.restarts,
  containers: containers.map(({ name, kind, image, words, restarts }) => ({
    name,
    kind,
    image,
    state: words,
    restarts,
  })),
});

interface ProblemJson {
  readonly id: string;
  readonly severity: string;
  readonly subject: Problem['subject'];
  readonly sentence: string;
  readonly since?: string;
  readonly cause?: string;
  readonly fix?: string;
  readonly evidence: readonly Evidence[];
  readonly consequences: readonly ProblemJson[];
}

export function problemToJson({
  id,
  severity,
  subject,
  sentence,
  since,
  cause,
  fix,
  evidence,
  consequences,
}: Problem): ProblemJson {
  return {
    id,
    severity,
    subject,
    sentence,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(cause === undefined ? {} : { cause }),
    ...(fix === undefined ? {} : { fix }),
    evidence,
    consequences: consequences.map(problemToJson),
  };
}

function toText({ type, version, cni, entries, system, problems }: CniView): string {
  const lines: string[] = [];
  const put = (label: string, text: string): void => void lines.push(`${label.padEnd(13)}${text}`);
  put(
    'Type',
    type.id === 'unknown'
      ? 'cannot tell'
      : `${type.name}${type.confidence === 'certain' ? '' : ` (${type.confidence})`}${evidenceWords(type.evidence)}`,
  );
  for (const overlay of type.overlays) put('Managed by', `${overlay.name}: ${overlay.meaning}`);
  put('Version', version ?? 'cannot tell');
  if (cni.detected.length === 0) put('CNI', cni.gaps[0]?.sentence ?? 'none found');
  for (const { title, name, version: own, confidence, evidence } of cni.detected) {
    const sure = confidence === 'certain' ? '' : ` (${confidence})`;
    put(
      'CNI',
      `${name}${own === undefined ? '' : ` ${own}`}${title === name ? '' : `: ${title}`}${sure}${evidenceWords(evidence)}`,
    );
  }
  for (const { name } of cni.traces) put('Traces of', name);
  put('Enforcement', `${enforcementWords[cni.enforcement.verdict]}: ${cni.enforcement.reason}`);
  if (cni.enforcement.fix !== undefined) put('', cni.enforcement.fix);
  const workloads = [...entries.flatMap((entry) => entry.workloads), ...system];
  if (workloads.length > 0) lines.push('', 'Workloads');
  for (const view of workloads) lines.push(...workloadLines(view));
  const notes = entries.flatMap((entry) => entry.notes);
  if (notes.length > 0) lines.push('', 'Notes', ...notes.map((note) => `  ${note}`));
  lines.push('', problems.length === 0 ? 'No problem found' : 'Problems');
  for (const problem of problems) lines.push(...problemLines(problem, '  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

const evidenceWords = (evidence: readonly Evidence[]): string => {
  const first = evidence.find(({ from }) => from !== 'gap');
  return first === undefined ? '' : ` — ${first.sentence}`;
};

function workloadLines({ workload, words, pods }: WorkloadView): readonly string[] {
  const { kind, meta } = workload;
  const lines = [`  ${kind} ${meta.namespace}/${meta.name}${words === '' ? '' : `  ${words}`}`];
  for (const { pod, node, status, containers, severity } of pods) {
    if (severity === undefined) continue;
    lines.push(`    ${pod.meta.name}  ${node ?? 'no node'}  ${status.ready}/${status.total} ${status.status}`);
    for (const container of containers)
      if (container.severity !== undefined) lines.push(`      ${container.name}  ${container.words}`);
  }
  return lines;
}

function problemLines(problem: Problem, indent: string): readonly string[] {
  const { severity, subject, sentence, cause, fix, consequences } = problem;
  const lines = [`${indent}${severity === 'breaks' ? 'error' : 'warning'}: ${sentence} (${formatReference(subject)})`];
  if (cause !== undefined) lines.push(`${indent}  ${cause}`);
  if (fix !== undefined) lines.push(`${indent}  ${fix}`);
  if (consequences.length > 0)
    lines.push(
      `${indent}  It explains ${consequences.length} more: ${consequences.map((one) => one.sentence).join('; ')}`,
    );
  return lines;
}
