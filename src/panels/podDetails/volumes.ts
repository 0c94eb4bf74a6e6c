import { isObject, type JsonObject, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import { ready, type Section, type TableRow, type Value } from '../page.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';

/** Paths of a node that its network is made of. */
const networkPaths: readonly (readonly [string, string])[] = [
  ['/etc/cni/net.d', t('CNI configuration of the node')],
  ['/opt/cni/bin', t('CNI plugins of the node')],
  ['/run/xtables.lock', t('lock of the node’s iptables')],
  ['/var/lib/calico', t('Calico’s data on the node')],
  ['/var/run/calico', t('Calico’s sockets on the node')],
  ['/run/flannel', t('Flannel’s subnet of the node')],
  ['/lib/modules', t('kernel modules of the node')],
  ['/sys/fs/bpf', t('BPF file system of the node')],
];

interface Source {
  readonly type: string;
  readonly words: Value;
  readonly host: boolean;
}

function sourceOf(volume: JsonObject): Source {
  const type = Object.keys(volume).find((key) => key !== 'name' && isObject(volume[key])) ?? 'emptyDir';
  const source = objectAt(volume, type);
  const text = (value: string | undefined): Value => ({ text: value ?? '', mono: true });
  switch (type) {
    case 'hostPath': {
      const path = stringAt(source, 'path') ?? '';
      const known = networkPaths.find(([start]) => path === start || path.startsWith(`${start}/`));
      return {
        type: t('path of the node'),
        words: { text: path, mono: true, copy: true, ...(known && { note: known[1] }) },
        host: true,
      };
    }
    case 'persistentVolumeClaim':
      return { type: 'PersistentVolumeClaim', words: text(stringAt(source, 'claimName')), host: false };
    case 'configMap':
      return { type: 'ConfigMap', words: text(stringAt(source, 'name')), host: false };
    case 'secret':
      return { type: 'Secret', words: text(stringAt(source, 'secretName')), host: false };
    case 'projected':
      return {
        type: 'projected',
        words: objectsAt(source, 'sources')
          .map((entry) => {
            const kind = Object.keys(entry)[0] ?? '';
            const name = stringAt(objectAt(entry, kind), 'name');
            return name === undefined ? kind : `${kind} ${name}`;
          })
          .join(', '),
        host: false,
      };
    case 'emptyDir':
      return {
        type: t('empty directory'),
        words: [stringAt(source, 'medium'), stringAt(source, 'sizeLimit')].filter(Boolean).join(', '),
        host: false,
      };
    case 'csi':
      return { type: 'CSI', words: text(stringAt(source, 'driver')), host: false };
    case 'downwardAPI':
      return { type: t('pod fields'), words: '', host: false };
    default:
      return {
        type,
        words: text(stringAt(source, 'server') ?? stringAt(source, 'volumeID') ?? stringAt(source, 'path')),
        host: false,
      };
  }
}

export function volumes({ raw }: PodInput): Section {
  const list = objectsAt(objectAt(raw, 'spec'), 'volumes').map((volume) => ({
    name: stringAt(volume, 'name') ?? '',
    source: sourceOf(volume),
  }));
  const hosts = list.filter(({ source }) => source.host).length;
  const rows = list.map(({ name, source }): TableRow => ({
    cells: [{ text: name, mono: true }, source.type, source.words],
  }));
  return {
    id: 'volumes',
    title: t('Volumes'),
    summary: [
      String(list.length),
      ...(hosts > 0 ? [{ text: t('{0} from the node', hosts), tone: 'muted' as const }] : []),
    ],
    open: false,
    state: ready,
    blocks: [
      {
        kind: 'table',
        caption: t('Volumes'),
        columns: [{ title: t('Name') }, { title: t('Kind') }, { title: t('Source') }],
        rows,
      },
    ],
  };
}
