import type { ClusterTypeDefinition } from './definition.ts';
import {
  apiGroup,
  certificatePath,
  configMap,
  contextName,
  nodeAnnotation,
  nodeLabel,
  nodeName,
  osImage,
  providerId,
  serverUrl,
  service,
  version,
} from './signals.ts';

export const rke2: ClusterTypeDefinition = {
  id: 'rke2',
  name: 'RKE2',
  signals: [
    nodeAnnotation(60, 'rke2.io/'),
    providerId(60, 'rke2://'),
    version(60, /\+rke2r\d/),
    nodeLabel(60, 'node.kubernetes.io/instance-type', 'rke2'),
    service(40, 'kube-system', 'rke2-coredns-rke2-coredns'),
  ],
};

export const k3s: ClusterTypeDefinition = {
  id: 'k3s',
  name: 'k3s',
  signals: [
    nodeAnnotation(60, 'k3s.io/node-args'),
    providerId(60, 'k3s://'),
    version(60, /\+k3s\d/),
    nodeLabel(60, 'node.kubernetes.io/instance-type', 'k3s'),
    // RKE2 serves it as well, and stands before k3s in the list.
    apiGroup(20, 'k3s.cattle.io'),
    contextName(/^k3d-/),
  ],
};

export const rke1: ClusterTypeDefinition = {
  id: 'rke1',
  name: 'RKE1',
  signals: [
    nodeAnnotation(60, 'rke.cattle.io/internal-ip'),
    nodeAnnotation(60, 'rke.cattle.io/external-ip'),
    configMap(60, 'kube-system', 'full-cluster-state'),
    version(40, /-rancher\d/),
  ],
};

export const kind: ClusterTypeDefinition = {
  id: 'kind',
  name: 'kind',
  signals: [providerId(60, 'kind://'), contextName(/^kind-/)],
};

export const dockerDesktop: ClusterTypeDefinition = {
  id: 'docker-desktop',
  name: 'Docker Desktop',
  signals: [
    osImage(60, /Docker Desktop/i),
    nodeName(60, /^docker-desktop$/),
    serverUrl(30, /\/\/kubernetes\.docker\.internal(:|\/|$)/),
    contextName(/^docker-(desktop|for-desktop)$/),
  ],
};

export const minikube: ClusterTypeDefinition = {
  id: 'minikube',
  name: 'minikube',
  signals: [nodeLabel(60, 'minikube.k8s.io/'), certificatePath(30, /[\\/]\.minikube[\\/]/), contextName(/^minikube$/)],
};

export const microk8s: ClusterTypeDefinition = {
  id: 'microk8s',
  name: 'MicroK8s',
  signals: [nodeLabel(60, 'microk8s.io/cluster'), serverUrl(5, /:16443(\/|$)/), contextName(/^microk8s$/)],
};

export const k0s: ClusterTypeDefinition = {
  id: 'k0s',
  name: 'k0s',
  signals: [nodeLabel(60, 'node.k0sproject.io/'), version(60, /\+k0s/)],
};

export const talos: ClusterTypeDefinition = {
  id: 'talos',
  name: 'Talos',
  signals: [osImage(60, /^Talos\b/)],
};

export const kops: ClusterTypeDefinition = {
  id: 'kops',
  name: 'kOps',
  signals: [nodeLabel(60, 'kops.k8s.io/')],
};

/** kind, minikube and others show the same signs and stand before it. */
export const kubeadm: ClusterTypeDefinition = {
  id: 'kubeadm',
  name: 'Upstream (kubeadm)',
  signals: [
    configMap(60, 'kube-system', 'kubeadm-config'),
    nodeAnnotation(60, 'kubeadm.alpha.kubernetes.io/cri-socket'),
  ],
};
