import type { KindKey } from '../model/kinds.ts';
import type { CniReading, DetectedCni } from './cni/cniReading.ts';
import { type Enforcement, cannotTellEnforcement, doesNotEnforce, enforces } from './enforcement.ts';

type Support = Pick<Enforcement, 'verdict' | 'reason'>;

/** What a network plugin that enforces NetworkPolicy does with the cluster-wide kinds of policy.networking.k8s.io. */
interface ClusterWide {
  /** AdminNetworkPolicy and BaselineAdminNetworkPolicy, v1alpha1. */
  readonly admin: (cni: DetectedCni) => Support;
  /** ClusterNetworkPolicy, v1alpha2. */
  readonly cluster: (cni: DetectedCni) => Support;
}

const always = (support: Support) => (): Support => support;
const onlyNetworkPolicy = ({ name }: DetectedCni): Support =>
  doesNotEnforce(`of the Kubernetes kinds ${name} enforces NetworkPolicy alone.`, undefined);
const dependsOn =
  (what: string) =>
  ({ name }: DetectedCni): Support =>
    cannotTellEnforcement(`Whether ${name} enforces it depends on ${what}.`);

/** A release as a number that orders releases: 3.32.1 is 3032. `undefined` where it is not known. */
function release({ version }: DetectedCni): number | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major === undefined || minor === undefined ? undefined : Number(major) * 1000 + Number(minor);
}

/** The releases that began and ended it. Sources: Calico release notes 3.29, 3.30 and 3.32; projectcalico/calico#9206. */
const calico: ClusterWide = {
  admin(cni) {
    const at = release(cni);
    if (at === undefined) return cannotTellEnforcement('Calico 3.30 and 3.31 enforce it; the release is not known.');
    if (at >= 3032)
      return doesNotEnforce('Calico enforces ClusterNetworkPolicy in its place from release 3.32 on.', undefined);
    if (at >= 3030) return enforces('Calico 3.30 and 3.31 enforce it.');
    return at === 3029
      ? cannotTellEnforcement('Calico 3.29 was the first release to know it, and knew a part.')
      : doesNotEnforce('Calico knows it from release 3.29 on.', undefined);
  },
  cluster(cni) {
    const at = release(cni);
    if (at === undefined) return cannotTellEnforcement('Calico 3.32 and later enforce it; the release is not known.');
    return at >= 3032
      ? enforces('Calico 3.32 and later enforce it.')
      : doesNotEnforce('Calico enforces it from release 3.32 on.', undefined);
  },
};

const nothingElse: ClusterWide = { admin: onlyNetworkPolicy, cluster: onlyNetworkPolicy };
const flags = dependsOn('how its policy controller was started');

/** By the id of the plugin in the catalogue. What is not in the table is not known. */
const clusterWide: Readonly<Record<string, ClusterWide>> = {
  canal: calico,
  calico,
  'calico-policy-only': calico,
  // Weave NPC and kube-router's policy controller, which k3s embeds, watch NetworkPolicy and nothing else (their sources).
  weave: nothingElse,
  'kube-router': nothingElse,
  'k3s-flannel': nothingElse,
  // A feature gate, off by default (Antrea docs, admin-network-policy.md).
  antrea: { admin: dependsOn('a feature gate'), cluster: dependsOn('its release and a feature gate') },
  // OpenShift documentation, "Network policy APIs".
  'ovn-kubernetes': {
    admin: always(enforces('OVN-Kubernetes enforces it.')),
    cluster: dependsOn('its release'),
  },
  // Both use kube-network-policies, which reads the cluster-wide kinds where a flag says so.
  kindnet: { admin: flags, cluster: flags },
  flannel: { admin: flags, cluster: flags },
  cilium: { admin: dependsOn('its release'), cluster: dependsOn('its release') },
};

const isCalico = ({ id }: DetectedCni): boolean => id === 'canal' || id.startsWith('calico');

const best: readonly Support['verdict'][] = ['yes', 'unknown', 'no'];

/**
 * Whether policies of a kind take effect in a cluster: what enforces NetworkPolicy need not know other kinds. The reason is
 * a sentence, or the second half of one. `undefined` where no network plugin is known, of which nothing can be said.
 */
export function kindEnforcement(kind: KindKey, { detected, enforcement }: CniReading): Support | undefined {
  const acting = detected.filter(({ role }) => role !== 'meta');
  if (acting.length === 0) return undefined;
  if (kind.startsWith('calico') && !acting.some(isCalico))
    return doesNotEnforce(
      `it is Calico's own kind, and the cluster runs ${acting.map(({ name }) => name).join(' and ')}.`,
      undefined,
    );
  const part =
    kind === 'adminNetworkPolicies' || kind === 'baselineAdminNetworkPolicies'
      ? 'admin'
      : kind === 'clusterNetworkPolicies'
        ? 'cluster'
        : undefined;
  if (part === undefined || enforcement.verdict !== 'yes') return enforcement;
  const supports = acting
    .filter((cni) => cni.enforcement.verdict === 'yes')
    .map((cni) => clusterWide[cni.id]?.[part](cni) ?? dependsOn('its release')(cni));
  return best.flatMap((verdict) => supports.filter((support) => support.verdict === verdict))[0] ?? enforcement;
}
