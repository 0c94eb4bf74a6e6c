import { formatAge } from '../../model/age.ts';
import type { PodView } from '../../inspect/cniViewTypes.ts';
import { referenceTo } from '../../inspect/evidence.ts';
import { formatRestarts, type PodStatus } from '../../inspect/podStatus.ts';
import { getObject } from '../../base/kubectlLine.ts';
import { icons, severityIcon } from '../look.ts';
import type { Rendering } from '../rendering.ts';
import { named, parts, type Row } from '../row.ts';
import { formatMoment } from '../words.ts';
import { containerRow } from './container.ts';
import { problemTooltip } from './problemRows.ts';
import { type ClusterScope, leadsToProblem } from './scope.ts';

export function podRow(view: PodView, parentId: string, scope: ClusterScope): Row {
  const { rendering, source, kubectl } = scope;
  const { t } = rendering;
  const { pod, status, severity, node, ip } = view;
  const { name, namespace } = pod.meta;
  const id = `${parentId}/Pod:${name}`;
  const reference = referenceTo(pod);
  const description = parts(
    node ?? t('no node'),
    `${status.ready}/${status.total}`,
    status.status,
    restarts(status, rendering),
  );
  return {
    id,
    ...named(rendering, name),
    description,
    icon: severity === undefined ? icons.pod : severityIcon(severity),
    spoken: [
      t('Pod {0}', name),
      status.status,
      t('{0} of {1} containers ready', status.ready, status.total),
      restarts(status, rendering),
      node === undefined ? t('on no node') : t('on {0}', node),
    ]
      .filter((text) => text !== undefined)
      .join(', '),
    tags: ['pod', ...(severity === undefined ? [] : ['problem'])],
    target: { kind: 'object', source, object: reference },
    leads: leadsToProblem(scope, reference),
    children: () => view.containers.map((container) => containerRow(container, view, id, scope)),
    basis: [pod, ...view.problems],
    tooltip: () => ({
      title: name,
      rows: [
        [t('Namespace'), namespace],
        [t('Node'), node ?? '—'],
        ['IP', pod.podIPs.length === 0 ? '—' : pod.podIPs.join(', ')],
        [t('Status'), status.status],
        [t('Ready'), `${status.ready}/${status.total}`],
        [t('Restarts'), formatRestarts(status, rendering.now)],
        ...(status.lastRestart === undefined ? [] : [[t('Last restart'), formatMoment(status.lastRestart)] as const]),
        ...(pod.meta.created === undefined ? [] : [[t('Created'), formatMoment(pod.meta.created)] as const]),
      ],
      ...problemTooltip(view.problems, t),
    }),
    ...(ip === undefined ? {} : { address: ip }),
    ...(kubectl === undefined ? {} : { kubectl: () => getObject(kubectl, reference) }),
  };
}

/** Ages in rows count whole minutes, so that a row is not written anew every few seconds. */
function restarts({ restarts: count, lastRestart }: PodStatus, { t, now }: Rendering): string | undefined {
  if (count === 0) return undefined;
  const words = count === 1 ? t('1 restart') : t('{0} restarts', count);
  if (lastRestart === undefined) return words;
  const minutes = Math.floor((now - lastRestart) / 60_000);
  if (minutes < 1) return t('{0}, last under 1m ago', words);
  return t('{0}, last {1} ago', words, minutes === 1 ? '1m' : formatAge(minutes * 60_000));
}
