import type { CniEntryView } from '../../inspect/cniViewTypes.ts';
import { enforcementWords } from '../../inspect/enforcement.ts';
import { referenceTo } from '../../inspect/evidence.ts';
import type { CniTrace } from '../../inspect/cni/cniReading.ts';
import { getPods } from '../../base/kubectlLine.ts';
import { type Icon, icons, severityIcon } from '../look.ts';
import { named, parts, type Row } from '../row.ts';
import type { VisibleEntry } from '../visible.ts';
import { formatCount, type Translate } from '../words.ts';
import { evidenceRows } from './evidenceRows.ts';
import { problemRows, problemTooltip } from './problemRows.ts';
import { type ClusterScope, leadsToProblem } from './scope.ts';
import { workloadRow } from './workload.ts';

export function cniRow({ view, workloads, problems }: VisibleEntry, scope: ClusterScope): Row {
  const { rendering, source, kubectl } = scope;
  const { t } = rendering;
  const { cni } = view;
  const id = `${scope.id}/cni:${cni.id}`;
  const [agent] = cni.agents;
  const selector = agent?.selector;
  const enforcement = cni.role === 'meta' ? t('calls other CNIs') : enforcementWords[cni.enforcement.verdict];
  const description = parts(
    cni.title === cni.name ? undefined : cni.title,
    enforcement,
    problemCount(view.problems.length, t),
  );
  const children = workloads.length + problems.length > 0;
  return {
    id,
    ...named(rendering, cni.name),
    description,
    icon: view.severity === undefined ? quietIcon(view) : severityIcon(view.severity),
    spoken: `${cni.name}, ${description}`,
    tags: ['cni', 'why', ...(view.severity === undefined ? [] : ['problem'])],
    target: { kind: 'network', source, name: cni.name },
    leads: cni.agents.some((workload) => leadsToProblem(scope, referenceTo(workload))),
    basis: [cni, ...view.problems],
    tooltip: () => ({
      title: parts(cni.name, cni.version),
      sentences: [cni.enforcement.reason, ...(cni.enforcement.fix === undefined ? [] : [cni.enforcement.fix])],
      rows: evidenceRows(cni.evidence),
      ...problemTooltip(view.problems, t),
      ...(cni.enforcement.verdict === 'yes' || cni.role === 'meta' ? {} : { links: [aboutEnforcement(t)] }),
    }),
    ...(children
      ? {
          children: () => [
            ...problemRows(problems, id, scope),
            ...workloads.map((workload) => workloadRow(workload, id, scope)),
          ],
        }
      : {}),
    ...(kubectl === undefined || agent === undefined || selector === undefined
      ? {}
      : { kubectl: () => getPods(kubectl, agent.meta.namespace, selector) }),
  };
}

const aboutEnforcement = (t: Translate): { readonly text: string; readonly url: string } => ({
  text: t('What NetworkPolicy needs of a CNI'),
  url: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites',
});

function quietIcon({ cni }: CniEntryView): Icon {
  if (cni.role === 'meta') return icons.network;
  switch (cni.enforcement.verdict) {
    case 'yes':
      return icons.enforces;
    case 'no':
      return icons.mayBreak;
    case 'unknown':
      return icons.unknown;
  }
}

export const problemCount = (count: number, t: Translate): string | undefined =>
  count === 0 ? undefined : count === 1 ? t('1 problem') : t('{0} problems', formatCount(count));

/** What a CNI that does not run has left behind. */
export function traceRow(trace: CniTrace, { rendering, id, source }: ClusterScope): Row {
  const { t } = rendering;
  const description = t('traces only, not seen running');
  return {
    id: `${id}/trace:${trace.id}`,
    ...named(rendering, trace.name),
    description,
    icon: icons.unknown,
    spoken: `${trace.name}, ${description}`,
    tags: ['trace', 'why'],
    target: { kind: 'network', source, name: trace.name },
    basis: [trace],
    tooltip: () => ({
      title: trace.name,
      rows: evidenceRows(trace.evidence),
    }),
  };
}
