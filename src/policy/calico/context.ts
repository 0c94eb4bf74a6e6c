import type { Labels } from '../../model/labels.ts';
import { netsOf } from '../../model/objects.ts';
import type { ModelObject } from '../../model/meta.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { Actor } from '../actor.ts';
import { type AddressSet, addressesOf, parseNet } from '../addressSet.ts';
import { namespaceNameLabel, labelValue } from '../selectors.ts';
import { because } from '../tri.ts';
import type { Lookup } from './selector.ts';

/** A NetworkSet or GlobalNetworkSet: labels for addresses. */
export interface NetworkSet {
  readonly text: string;
  /** Undefined for a global one. */
  readonly namespace: string | undefined;
  readonly lookup: Lookup;
  readonly addresses: AddressSet;
}

/** What Calico's rules refer to beside pods. */
export interface CalicoContext {
  readonly snapshot: ClusterSnapshot;
  readonly networkSets: readonly NetworkSet[];
  /** Labels of a pod as Calico sees them, those of its namespace and service account included. */
  readonly podLookup: (actor: Actor) => Lookup;
  readonly serviceAccountLookup: (actor: Actor) => Lookup;
  readonly namespaceLookup: (labels: Labels, known: boolean) => Lookup;
}

const unknownNamespace = because('unknown-namespace');
const unknownServiceAccount = because('unknown-service-account');
const namespaceKey = 'projectcalico.org/namespace';
const nameKey = 'projectcalico.org/name';

/** The tables whose change makes compiled Calico policies stale. */
export const contextTables = [
  'calicoNetworkSets',
  'calicoGlobalNetworkSets',
  'calicoTiers',
  'calicoProfiles',
  'serviceAccounts',
  'namespaces',
  'services',
  'endpointSlices',
] as const;

export function contextOf(snapshot: ClusterSnapshot): CalicoContext {
  const folder = snapshot.content.origin === 'folder';
  const stateOf = (table: 'namespaces' | 'serviceAccounts'): boolean =>
    folder || ['loaded', 'absent', 'stale'].includes(snapshot.knowledge(table).state);
  const namespacesKnown = stateOf('namespaces');
  const accountsKnown = stateOf('serviceAccounts');

  const namespaceLookup =
    (labels: Labels, known: boolean): Lookup =>
    (key) => {
      if (key === nameKey || key === namespaceNameLabel) return labelValue(labels, namespaceNameLabel);
      return labelValue(labels, key) ?? (known ? undefined : unknownNamespace);
    };
  const accountLookup = (namespace: string, account: string): Lookup => {
    const object: ModelObject | undefined = snapshot.table('serviceAccounts').get(namespace, account);
    return (key) => {
      if (key === nameKey) return account;
      if (object === undefined) return accountsKnown ? undefined : unknownServiceAccount;
      return labelValue(object.meta.labels, key);
    };
  };
  const serviceAccountLookup = (actor: Actor): Lookup =>
    accountLookup(actor.namespace?.name ?? '', actor.serviceAccount);
  const podLookup = (actor: Actor): Lookup => {
    const { namespace } = actor;
    const ofNamespace = namespaceLookup(namespace?.labels ?? {}, namespace?.known ?? false);
    return (key) => {
      switch (key) {
        case namespaceKey:
          return namespace?.name;
        case 'projectcalico.org/orchestrator':
          return 'k8s';
        case 'projectcalico.org/serviceaccount':
          return actor.serviceAccount;
        default:
      }
      const own = labelValue(actor.labels, key);
      if (own !== undefined) return own;
      if (key.startsWith('pcns.')) return ofNamespace(key.slice(5));
      if (key.startsWith('pcsa.')) return serviceAccountLookup(actor)(key.slice(5));
      return undefined;
    };
  };
  const networkSets: NetworkSet[] = [];
  for (const table of ['calicoNetworkSets', 'calicoGlobalNetworkSets'] as const) {
    for (const set of snapshot.table(table).items) {
      const { labels, name } = set.meta;
      const namespace = table === 'calicoNetworkSets' ? set.meta.namespace : undefined;
      const object = namespace === undefined ? undefined : snapshot.table('namespaces').get('', namespace);
      const ofNamespace =
        namespace === undefined
          ? undefined
          : namespaceLookup(
              { ...object?.meta.labels, [namespaceNameLabel]: namespace },
              object !== undefined || namespacesKnown,
            );
      networkSets.push({
        text: `network set ${name}`,
        namespace,
        lookup: (key) => {
          if (key === namespaceKey) return namespace;
          const own = labelValue(labels, key);
          if (own !== undefined) return own;
          return key.startsWith('pcns.') ? ofNamespace?.(key.slice(5)) : undefined;
        },
        addresses: addressesOf(netsOf(set).flatMap((net) => parseNet(net) ?? [])),
      });
    }
  }
  return { snapshot, networkSets, podLookup, serviceAccountLookup, namespaceLookup };
}

/** Labels of nothing, for a selector whose subject has none. */
export const noLookup: Lookup = () => undefined;
