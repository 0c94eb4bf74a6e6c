import { objectAt, stringAt } from '../../model/json.ts';
import type { Pod } from '../../model/pod.ts';
import type { ClusterSnapshot, Interest } from '../../model/snapshot.ts';
import { flagOfContainer } from '../cni/agent.ts';
import type { DetectedCni } from '../cni/cniReading.ts';
import type { CniView, WorkloadView } from '../cniViewTypes.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import { k3sFlag } from '../k3sArguments.ts';

/** What turns a service’s address into a pod’s on each node. */
export type ServiceProxy =
  | { readonly kind: 'kube-proxy'; readonly view: WorkloadView }
  /** The CNI’s agents do it. */
  | { readonly kind: 'cni'; readonly cni: DetectedCni; readonly evidence: Evidence }
  /** kube-proxy runs without a DaemonSet: the kubelet of each node starts it from a file. */
  | { readonly kind: 'static'; readonly pods: readonly Pod[] }
  /** It runs in another program on the node, or outside of what the API shows. */
  | { readonly kind: 'hidden'; readonly sentence: string }
  | { readonly kind: 'none' };

/** Why no kube-proxy is seen in clusters of these types that have one. */
const hidden: Readonly<Record<string, string>> = {
  k3s: 'k3s runs kube-proxy in its own process: a node that is Ready has it.',
  microk8s: 'MicroK8s runs kube-proxy in its own process: a node that is Ready has it.',
  rke1: 'RKE1 runs kube-proxy as a container beside Kubernetes, where the API does not show it.',
  mke: 'MKE runs kube-proxy as a container beside Kubernetes, where the API does not show it.',
  rke2: 'RKE2 runs kube-proxy as a static pod of each node; none is seen.',
  gke: 'GKE runs kube-proxy as a static pod of each node; none is seen.',
  iks: 'IBM Cloud runs kube-proxy on the node itself, where the API does not show it.',
};

/** The label that kubeadm, RKE2 and GKE give to kube-proxy’s static pods. */
export const staticProxies: Interest = {
  kind: 'pods',
  namespace: 'kube-system',
  labelSelector: 'component=kube-proxy',
};

/** Types of clusters that may have them. */
export const hasStaticProxies = (type: string): boolean => type === 'rke2' || type === 'gke';

/** kube-proxy’s DaemonSet comes first: it is there although another could do its work, unless no node wants it. */
export function serviceProxyOf(snapshot: ClusterSnapshot, { cni, system, type }: CniView): ServiceProxy {
  const view = system.find(({ role }) => role === 'kube-proxy');
  if (view !== undefined && view.counts?.desired !== 0) return { kind: 'kube-proxy', view };
  for (const detected of cni.detected) {
    const evidence = replacementBy(snapshot, detected);
    if (evidence !== undefined) return { kind: 'cni', cni: detected, evidence };
  }
  const pods = hasStaticProxies(type.id) ? staticPods(snapshot) : [];
  if (pods.length > 0) return { kind: 'static', pods };
  const withoutProxy = k3sFlag(snapshot, '--disable-kube-proxy') === 'true';
  const sentence = Object.hasOwn(hidden, type.id) && !withoutProxy ? hidden[type.id] : undefined;
  if (sentence !== undefined) return { kind: 'hidden', sentence };
  // EKS Auto Mode and GKE Autopilot: agents that nobody sees, and a proxy that nobody sees.
  if (cni.detected.some(({ id }) => id === 'provider-managed'))
    return { kind: 'hidden', sentence: 'The provider runs it on the nodes, where the API does not show it.' };
  return { kind: 'none' };
}

const staticPods = (snapshot: ClusterSnapshot): readonly Pod[] =>
  snapshot
    .table('pods')
    .in('kube-system')
    .filter(({ meta }) => meta.labels['component'] === 'kube-proxy' && meta.deleted === undefined);

function replacementBy(snapshot: ClusterSnapshot, cni: DetectedCni): Evidence | undefined {
  const [agent] = cni.agents;
  const from = (sentence: string, more: Partial<Evidence> = {}): Evidence => ({
    from: 'object',
    sentence,
    weight: 0,
    ...(agent === undefined ? {} : { object: referenceTo(agent) }),
    ...more,
  });
  switch (cni.id) {
    case 'cilium':
      return configured(snapshot, cni, 'cilium-config', 'kube-proxy-replacement', /^(true|strict)$/i);
    case 'antrea':
      return configured(snapshot, cni, 'antrea-config', 'antrea-agent.conf', /^\s*proxyAll:\s*true\s*$/m);
    case 'gke-dataplane-v2':
      return from('GKE Dataplane V2 forwards to services itself');
    case 'ovn-kubernetes':
      return from('OVN-Kubernetes forwards to services itself');
    case 'openshift-sdn':
      return from('OpenShift SDN has kube-proxy in its own process');
    case 'kube-router': {
      const container = agent?.template.containers.find(({ name }) => name === 'kube-router');
      const flag = container === undefined ? undefined : flagOfContainer(container, '--run-service-proxy');
      return flag === 'true'
        ? from('kube-router runs with --run-service-proxy=true', { field: 'spec.template.spec.containers[].args' })
        : undefined;
    }
    case 'calico': {
      const env = agent?.template.containers.find(({ name }) => name === 'calico-node')?.env;
      if (env?.['FELIX_BPFENABLED'] === 'true')
        return from('calico-node runs with FELIX_BPFENABLED=true', { field: 'spec.template.spec.containers[].env' });
      const installation = snapshot
        .list('calicoInstallations')
        .find(({ spec }) => stringAt(objectAt(spec, 'calicoNetwork'), 'linuxDataplane') === 'BPF');
      return installation === undefined
        ? undefined
        : from('linuxDataplane: BPF', {
            object: referenceTo(installation),
            field: 'spec.calicoNetwork.linuxDataplane',
          });
    }
    default:
      return undefined;
  }
}

/** Whether a key of the CNI’s ConfigMap says so; some installers add a hash to its name. */
function configured(
  snapshot: ClusterSnapshot,
  { agents }: DetectedCni,
  name: string,
  key: string,
  yes: RegExp,
): Evidence | undefined {
  const namespaces = new Set([...agents.map(({ meta }) => meta.namespace), 'kube-system']);
  for (const namespace of namespaces)
    for (const configMap of snapshot.table('configMaps').in(namespace)) {
      const value = configMap.meta.name.startsWith(name) ? configMap.data[key] : undefined;
      const said = value === undefined ? undefined : yes.exec(value)?.[0].trim();
      if (said !== undefined)
        return {
          from: 'object',
          sentence: said.includes(':') ? said : `${key}: ${said}`,
          weight: 0,
          object: referenceTo(configMap),
          field: `data["${key}"]`,
        };
    }
  return undefined;
}
