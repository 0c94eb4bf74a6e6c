import { booleanAt, isObject, type JsonObject, numberAt, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import type { Text, Value } from '../page.ts';
import { t } from '../translate.ts';

/** Paths of a node that its network is made of. */
const networkPaths = (): readonly (readonly [string, string])[] => [
  ['/etc/cni/net.d', t('CNI configuration of the node')],
  ['/opt/cni/bin', t('CNI plugins of the node')],
  ['/run/xtables.lock', t('lock of the node’s iptables')],
  ['/var/lib/calico', t('Calico’s data on the node')],
  ['/var/run/calico', t('Calico’s sockets on the node')],
  ['/run/flannel', t('Flannel’s subnet of the node')],
  ['/lib/modules', t('kernel modules of the node')],
  ['/sys/fs/bpf', t('BPF file system of the node')],
];

export interface VolumeSource {
  /** What kind of volume it is, as the API names it or in words. */
  readonly type: string;
  readonly values: readonly Value[];
  /** A path of the node itself. */
  readonly host: boolean;
}

interface Shape {
  readonly title: string;
  /** Fields that say which volume it is, in the order in which they are read. */
  readonly parts: readonly string[];
}

/** Sources of which a few fields say all that is of interest. Source: core/v1 VolumeSource. */
const shapes: Readonly<Record<string, Shape>> = {
  nfs: { title: 'NFS', parts: ['server', 'path'] },
  iscsi: { title: 'iSCSI', parts: ['targetPortal', 'iqn', 'lun'] },
  fc: { title: 'Fibre Channel', parts: ['targetWWNs', 'wwids', 'lun'] },
  cephfs: { title: 'CephFS', parts: ['monitors', 'path'] },
  rbd: { title: 'Ceph RBD', parts: ['pool', 'image'] },
  glusterfs: { title: 'GlusterFS', parts: ['endpoints', 'path'] },
  quobyte: { title: 'Quobyte', parts: ['registry', 'volume'] },
  awsElasticBlockStore: { title: 'AWS EBS', parts: ['volumeID', 'partition'] },
  gcePersistentDisk: { title: 'GCE persistent disk', parts: ['pdName', 'partition'] },
  azureDisk: { title: 'Azure disk', parts: ['diskName', 'diskURI'] },
  azureFile: { title: 'Azure file share', parts: ['shareName'] },
  cinder: { title: 'Cinder', parts: ['volumeID'] },
  vsphereVolume: { title: 'vSphere', parts: ['volumePath'] },
  portworxVolume: { title: 'Portworx', parts: ['volumeID'] },
  scaleIO: { title: 'ScaleIO', parts: ['gateway', 'system', 'storagePool', 'volumeName'] },
  storageos: { title: 'StorageOS', parts: ['volumeNamespace', 'volumeName'] },
  photonPersistentDisk: { title: 'Photon disk', parts: ['pdID'] },
  flocker: { title: 'Flocker', parts: ['datasetName', 'datasetUUID'] },
  flexVolume: { title: 'FlexVolume', parts: ['driver'] },
  gitRepo: { title: 'git', parts: ['repository', 'revision', 'directory'] },
};

const part = (source: JsonObject, field: string): string => {
  const value = source[field];
  if (Array.isArray(value)) return value.filter((element) => typeof element === 'string').join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const name = (text: string | undefined, ...notes: readonly (string | undefined)[]): Text => {
  const shown = notes.filter(Boolean).join(', ');
  return { text: text ?? '', mono: true, copy: true, ...(shown !== '' && { note: shown }) };
};

const optional = (source: JsonObject): string | undefined =>
  booleanAt(source, 'optional') === true ? t('optional') : undefined;

/** `Directory`, `Socket` and so on: what must be there, or is made where it is not. Source: core/v1 HostPathType. */
const hostPathWords = (type: string | undefined): string | undefined => {
  switch (type) {
    case undefined:
    case '':
      return undefined;
    case 'DirectoryOrCreate':
      return t('directory, made where there is none');
    case 'FileOrCreate':
      return t('file, made where there is none');
    case 'Directory':
      return t('must be a directory');
    case 'File':
      return t('must be a file');
    case 'Socket':
      return t('must be a socket');
    case 'CharDevice':
    case 'BlockDevice':
      return t('must be a device');
    default:
      return type;
  }
};

function projection(source: JsonObject): Value {
  if ('serviceAccountToken' in source) {
    const token = objectAt(source, 'serviceAccountToken');
    const seconds = numberAt(token, 'expirationSeconds') ?? 3600;
    const audience = stringAt(token, 'audience') ?? '';
    return {
      text: t('token of the service account'),
      note: [
        audience === '' ? t('for the API server') : t('for {0}', audience),
        t('valid for {0} min', Math.round(seconds / 60)),
        stringAt(token, 'path') ?? '',
      ]
        .filter(Boolean)
        .join(', '),
    };
  }
  const at = (kind: string): JsonObject => objectAt(source, kind);
  if ('configMap' in source)
    return name(`ConfigMap ${stringAt(at('configMap'), 'name') ?? ''}`, optional(at('configMap')));
  if ('secret' in source) return name(`Secret ${stringAt(at('secret'), 'name') ?? ''}`, optional(at('secret')));
  if ('downwardAPI' in source) return t('fields of the pod');
  if ('clusterTrustBundle' in source) {
    const bundle = at('clusterTrustBundle');
    return { text: t('trust bundle {0}', stringAt(bundle, 'name') ?? stringAt(bundle, 'signerName') ?? '') };
  }
  if ('podCertificate' in source)
    return { text: t('certificate of the pod, signed by {0}', stringAt(at('podCertificate'), 'signerName') ?? '') };
  return Object.keys(source)[0] ?? '';
}

/** What a volume is made of. `pod` is the pod's name, which a volume of its own is named by. */
export function volumeSource(volume: JsonObject, pod: string): VolumeSource {
  const type = Object.keys(volume).find((key) => key !== 'name' && isObject(volume[key])) ?? 'emptyDir';
  const source = objectAt(volume, type);
  const of = (title: string, ...values: readonly Value[]): VolumeSource => ({ type: title, values, host: false });
  switch (type) {
    case 'hostPath': {
      const path = stringAt(source, 'path') ?? '';
      const known = networkPaths().find(([start]) => path === start || path.startsWith(`${start}/`));
      return {
        type: t('path of the node'),
        values: [name(path, known?.[1], hostPathWords(stringAt(source, 'type')))],
        host: true,
      };
    }
    case 'persistentVolumeClaim':
      return of('PersistentVolumeClaim', name(stringAt(source, 'claimName'), readOnly(source)));
    case 'ephemeral': {
      const claim = objectAt(objectAt(source, 'volumeClaimTemplate'), 'spec');
      const storage = part(objectAt(objectAt(claim, 'resources'), 'requests'), 'storage');
      return of(
        t('claim that lives as long as the pod'),
        name(`${pod}-${stringAt(volume, 'name') ?? ''}`, stringAt(claim, 'storageClassName'), storage),
      );
    }
    case 'configMap':
      return of('ConfigMap', name(stringAt(source, 'name'), optional(source), keysWords(source)));
    case 'secret':
      return of('Secret', name(stringAt(source, 'secretName'), optional(source), keysWords(source)));
    case 'projected':
      return of(t('put together'), ...objectsAt(source, 'sources').map(projection));
    case 'emptyDir': {
      const [medium, limit] = [stringAt(source, 'medium') ?? '', part(source, 'sizeLimit')];
      return of(
        t('empty directory'),
        ...(medium === 'Memory' ? [t('in memory')] : medium === '' ? [] : [medium]),
        ...(limit === '' ? [] : [t('at most {0}', limit)]),
      );
    }
    case 'downwardAPI':
      return of(
        t('fields of the pod'),
        objectsAt(source, 'items')
          .map((item) => stringAt(item, 'path'))
          .join(', '),
      );
    case 'csi':
      return of('CSI', name(stringAt(source, 'driver'), stringAt(source, 'fsType'), readOnly(source)));
    case 'image':
      return of(t('image'), name(stringAt(source, 'reference'), stringAt(source, 'pullPolicy')));
    default: {
      const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
      const words = (shape?.parts ?? []).map((field) => part(source, field)).filter(Boolean);
      return of(shape?.title ?? type, name(words.join(' '), readOnly(source)));
    }
  }
}

const readOnly = (source: JsonObject): string | undefined =>
  booleanAt(source, 'readOnly') === true ? t('read-only') : undefined;

const keysWords = (source: JsonObject): string | undefined => {
  const keys = objectsAt(source, 'items').map((item) => stringAt(item, 'key') ?? '');
  return keys.length === 0 ? undefined : t('only {0}', keys.join(', '));
};
