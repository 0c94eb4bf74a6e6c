import { matchesLabels } from '../../model/labels.ts';
import type { Pod } from '../../model/pod.ts';
import type { EndpointSlice, Service } from '../../model/service.ts';
import type { Knowledge } from '../../model/snapshot.ts';
import { gapOf } from '../../inspect/evidence.ts';
import type { Block, TableRow, Value } from '../page.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

/** A slice that has the pod, and how the pod stands in it. */
interface Membership {
  readonly slice: string;
  readonly ready: boolean;
  readonly words: string;
}

function memberships(slices: readonly EndpointSlice[], pod: Pod): readonly Membership[] {
  return slices.flatMap(({ meta, endpoints }) => {
    const endpoint = endpoints.find(
      ({ target }) => target?.name === pod.meta.name && target.namespace === pod.meta.namespace,
    );
    if (endpoint === undefined) return [];
    const { ready, serving, terminating } = endpoint;
    const words = terminating
      ? serving
        ? t('terminating, still serving')
        : t('terminating')
      : ready
        ? t('ready')
        : serving
          ? t('not ready, serving')
          : t('not ready');
    return [{ slice: meta.name, ready: ready && !terminating, words }];
  });
}

interface ServiceEntry {
  readonly service: Service;
  /** Empty where no slice has the pod. */
  readonly slices: readonly Membership[];
}

export function servicesOf({ pod, snapshot }: Pick<PodInput, 'pod' | 'snapshot'>): readonly ServiceEntry[] {
  const slices = Map.groupBy(snapshot.table('endpointSlices').in(pod.meta.namespace), ({ service }) => service ?? '');
  return snapshot
    .table('services')
    .in(pod.meta.namespace)
    .map((service) => ({ service, slices: memberships(slices.get(service.meta.name) ?? [], pod) }))
    .filter(
      ({ service, slices: found }) =>
        found.length > 0 ||
        (service.selector !== undefined &&
          Object.keys(service.selector).length > 0 &&
          matchesLabels(service.selector, pod.meta.labels)),
    );
}

function portWords({ port, targetPort, protocol, name, nodePort }: Service['ports'][number]): Value {
  const target = String(targetPort) === String(port) ? '' : ` → ${targetPort}`;
  const notes = [name ?? '', nodePort === undefined ? '' : t('node port {0}', nodePort)].filter(Boolean);
  return { text: `${port}${target}/${protocol}`, mono: true, ...(notes.length > 0 && { note: notes.join(', ') }) };
}

/** One word where all slices say the same, else one for each. */
function stateValues(slices: readonly Membership[]): readonly Value[] {
  if (slices.length === 0) return [{ text: t('selected, in no EndpointSlice'), tone: 'warning' }];
  const byWords = [...new Map(slices.map((slice) => [slice.words, slice])).values()];
  return byWords.map(({ words, ready }) => ({ text: words, tone: ready ? 'plain' : 'warning' }));
}

const worse = (one: Knowledge, other: Knowledge): Knowledge => (gapOf(one, '') === undefined ? other : one);

export function serviceBlocks(input: PodInput): readonly Block[] {
  const { pod, snapshot } = input;
  const { namespace } = pod.meta;
  const gap = gapOf(
    worse(snapshot.knowledge('services', { namespace }), snapshot.knowledge('endpointSlices', { namespace })),
    'services are',
  );
  if (gap !== undefined)
    return [{ kind: 'note', text: t('Cannot tell which services send traffic here: {0}.', gap), tone: 'muted' }];
  const list = servicesOf(input);
  if (list.length === 0) return [{ kind: 'note', text: t('No service selects this pod.'), tone: 'muted' }];
  return [
    {
      kind: 'table',
      caption: t('Services that include this pod'),
      columns: [
        { title: t('Service') },
        { title: t('Type') },
        { title: t('Addresses') },
        { title: t('Ports') },
        { title: t('This pod is') },
        { title: t('EndpointSlices') },
      ],
      rows: list.map(({ service, slices }): TableRow => ({
        cells: [
          { text: service.meta.name, mono: true },
          service.headless ? t('headless') : service.type,
          [...service.clusterIPs, ...service.externalIPs, ...service.loadBalancerAddresses].map((text) => ({
            text,
            mono: true,
            copy: true,
          })),
          service.ports.map(portWords),
          stateValues(slices),
          slices.map(({ slice }) => ({ text: slice, mono: true })),
        ],
      })),
    },
  ];
}
