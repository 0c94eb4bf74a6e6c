import { isObject, objectAt, objectsAt, stringAt } from '../../model/json.ts';
import type { KindDescriptor } from '../../model/kinds.ts';
import type { ApiGroup } from '../../model/snapshot.ts';
import { ApiError } from '../apiError.ts';
import type { Transport } from '../transport/transport.ts';

/** Which API groups a server has and, where it says so, which resources are in them. */
export interface Discovery {
  readonly groups: readonly ApiGroup[];
  /** `group/version` → plural names; undefined where the server does not tell in one answer (before 1.26). */
  readonly resources?: ReadonlyMap<string, ReadonlySet<string>>;
  /** `group/version`s whose own server does not answer at the moment. */
  readonly stale: ReadonlySet<string>;
}

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** One request, with the resources in it where the server can. Source: KEP-3352. */
export async function discover(transport: Transport, signal: AbortSignal): Promise<Discovery> {
  const answer = await transport.json({ path: '/apis', accept: aggregated, signal });
  if (!isObject(answer)) throw new ApiError({ reason: 'malformed' }, 'the list of API groups is not an object');
  return stringAt(answer, 'kind') === 'APIGroupDiscoveryList' ? readAggregated(answer) : readGroups(answer);
}

const core: ApiGroup = { name: '', versions: ['v1'] };

function readAggregated(answer: Readonly<Record<string, unknown>>): Discovery {
  const resources = new Map<string, ReadonlySet<string>>();
  const stale = new Set<string>();
  const groups = objectsAt(answer, 'items').map((item): ApiGroup => {
    const name = stringAt(objectAt(item, 'metadata'), 'name') ?? '';
    const versions = objectsAt(item, 'versions').map((version) => {
      const text = stringAt(version, 'version') ?? '';
      const names = objectsAt(version, 'resources').map((resource) => stringAt(resource, 'resource') ?? '');
      resources.set(`${name}/${text}`, new Set(names));
      if (stringAt(version, 'freshness') === 'Stale') stale.add(`${name}/${text}`);
      return text;
    });
    return { name, versions };
  });
  return { groups: [core, ...groups], resources, stale };
}

function readGroups(answer: Readonly<Record<string, unknown>>): Discovery {
  const groups = objectsAt(answer, 'groups').map((group): ApiGroup => {
    const preferred = stringAt(objectAt(group, 'preferredVersion'), 'version');
    const all = objectsAt(group, 'versions').map((version) => stringAt(version, 'version') ?? '');
    const versions = preferred === undefined ? all : [preferred, ...all.filter((version) => version !== preferred)];
    return { name: stringAt(group, 'name') ?? '', versions };
  });
  return { groups: [core, ...groups], stale: new Set() };
}

const pathOf = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/**
 * The API paths under which a kind may be found, the best first; none if the server does not have it. Where discovery
 * says nothing these are all that the program knows.
 */
export function pathsOfKind(kind: KindDescriptor, discovery: Discovery | undefined): readonly string[] {
  if (discovery === undefined) return kind.apis.map(pathOf);
  const served = kind.apis.filter(({ group, version }) =>
    discovery.groups.some(({ name, versions }) => name === group && versions.includes(version)),
  );
  const { resources, stale } = discovery;
  const keyOf = ({ group, version }: { readonly group: string; readonly version: string }): string =>
    `${group}/${version}`;
  const sure = served.find(
    (api) =>
      api.group === '' ||
      (!stale.has(keyOf(api)) && (resources === undefined || resources.get(keyOf(api))?.has(kind.plural) === true)),
  );
  // A server that does not answer for a group may well have the kind: its error says more than "none".
  const found = sure ?? served.find((api) => stale.has(keyOf(api)));
  return found === undefined ? [] : [pathOf(found)];
}
