import { booleanAt, type JsonObject, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import { type Block, ready, type Section, type TableRow, type Value } from '../page.ts';
import { mountAccess } from './containerDetail.ts';
import type { PodInput } from './input.ts';
import { t } from '../translate.ts';
import { volumeSource } from './volumeSource.ts';

interface Place {
  readonly path: string;
  readonly container: string;
  readonly access: string;
  readonly writable: boolean;
}

/** Where each volume is mounted, or attached as a device, by the volume's name. */
function placesOf(spec: JsonObject): ReadonlyMap<string, readonly Place[]> {
  const places = new Map<string, Place[]>();
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((group) => objectsAt(spec, group));
  for (const container of containers) {
    const add = (volume: string, place: Omit<Place, 'container'>): void => {
      places.set(volume, [...(places.get(volume) ?? []), { ...place, container: stringAt(container, 'name') ?? '' }]);
    };
    for (const mount of objectsAt(container, 'volumeMounts'))
      add(stringAt(mount, 'name') ?? '', {
        path: stringAt(mount, 'mountPath') ?? '',
        access: mountAccess(mount),
        writable: booleanAt(mount, 'readOnly') !== true,
      });
    for (const device of objectsAt(container, 'volumeDevices'))
      add(stringAt(device, 'name') ?? '', {
        path: stringAt(device, 'devicePath') ?? '',
        access: t('block device'),
        writable: true,
      });
  }
  return places;
}

export function volumes({ raw, pod }: PodInput): Section {
  const spec = objectAt(raw, 'spec');
  const places = placesOf(spec);
  const list = objectsAt(spec, 'volumes').map((volume) => {
    const name = stringAt(volume, 'name') ?? '';
    return { name, source: volumeSource(volume, pod.meta.name), places: places.get(name) ?? [] };
  });
  const hosts = list.filter(({ source }) => source.host);
  const writable = hosts.filter((volume) => volume.places.some((place) => place.writable)).length;
  const rows = list.map(({ name, source, places: mounted }): TableRow => ({
    cells: [
      { text: name, mono: true },
      source.type,
      source.values,
      mounted.map(({ path, container, access }): Value => ({
        text: path,
        mono: true,
        note: `${container}, ${access}`,
      })),
    ],
  }));
  const table: Block = {
    kind: 'table',
    caption: t('Volumes'),
    columns: [{ title: t('Name') }, { title: t('Kind') }, { title: t('Source') }, { title: t('Mounted at') }],
    rows,
  };
  return {
    id: 'volumes',
    title: t('Volumes'),
    summary: [
      String(list.length),
      ...(hosts.length === 0
        ? []
        : [
            {
              text:
                writable === 0
                  ? t('{0} from the node', hosts.length)
                  : t('{0} from the node, {1} may be written', hosts.length, writable),
              tone: 'muted' as const,
            },
          ]),
    ],
    open: false,
    state: ready,
    blocks: list.length === 0 ? [{ kind: 'note', text: t('This pod has no volumes.'), tone: 'muted' }] : [table],
  };
}
