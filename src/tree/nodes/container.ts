import type { ContainerView, PodView } from '../../inspect/cniViewTypes.ts';
import { referenceTo } from '../../inspect/evidence.ts';
import type { ContainerState } from '../../model/pod.ts';
import { logs } from '../../base/kubectlLine.ts';
import { icons, severityIcon } from '../look.ts';
import { named, parts, type Row } from '../row.ts';
import { formatMoment, type Translate } from '../words.ts';
import type { ClusterScope } from './scope.ts';

export function containerRow(container: ContainerView, pod: PodView, podId: string, scope: ClusterScope): Row {
  const { rendering, source, kubectl } = scope;
  const { t } = rendering;
  const { name, words, severity, state, lastState } = container;
  const reference = referenceTo(pod.pod);
  const crashed = state?.kind === 'waiting' && lastState?.kind === 'terminated';
  return {
    id: `${podId}/${container.kind}:${name}`,
    ...named(rendering, name),
    description: parts(words, state?.kind === 'running' ? shortImage(container.image) : undefined),
    icon: severity === undefined ? icons.container : severityIcon(severity),
    spoken: `${t('Container {0}', name)}, ${words}`,
    tags: ['container', container.kind],
    target: { kind: 'container', source, pod: reference, name },
    basis: [pod.pod],
    tooltip: () => ({
      title: name,
      sentences: container.role === undefined ? [] : [container.role],
      rows: [
        [t('Image'), container.image],
        [t('Ready'), container.ready ? t('yes') : t('no')],
        [t('Restarts'), String(container.restarts)],
        ...stateRows(t('State'), state, t),
        ...stateRows(t('Last state'), lastState, t),
      ],
    }),
    ...(kubectl === undefined ? {} : { kubectl: () => logs(kubectl, reference, name, crashed) }),
  };
}

/** `quay.io/calico/node:v3.32.1@sha256:…` → `calico/node:v3.32.1`. All of it is in the tooltip. */
function shortImage(image: string): string {
  const [name = '', digest] = image.split('@');
  const host = name.split('/', 1)[0] ?? '';
  const isHost = name.includes('/') && (/[.:]/.test(host) || host === 'localhost');
  const short = isHost ? name.slice(host.length + 1) : name;
  return digest === undefined || /:[^/]*$/.test(short) ? short : `${short}@${digest.slice(0, 19)}…`;
}

function stateRows(label: string, state: ContainerState | undefined, t: Translate): (readonly [string, string])[] {
  switch (state?.kind) {
    case undefined:
      return [];
    case 'waiting':
      return [[label, [t('waiting'), state.reason, state.message].filter((text) => text !== undefined).join(': ')]];
    case 'running':
      return [
        [label, state.started === undefined ? t('running') : t('running since {0}', formatMoment(state.started))],
      ];
    case 'terminated': {
      const why = [t('exit code {0}', state.exitCode), state.reason, state.message];
      return [
        [label, why.filter((text) => text !== undefined).join(', ')],
        ...(state.finished === undefined ? [] : [[t('Ended'), formatMoment(state.finished)] as const]),
      ];
    }
  }
}
