import type { ClusterTypeDefinition } from './definition.ts';
import {
  apiGroup,
  configMap,
  contextName,
  execPlugin,
  hidesControlPlane,
  namespace,
  nodeAnnotation,
  nodeLabel,
  osImage,
  providerId,
  serverUrl,
  service,
  version,
} from './signals.ts';

export const eksAnywhere: ClusterTypeDefinition = {
  id: 'eks-anywhere',
  name: 'EKS Anywhere',
  signals: [apiGroup(60, 'anywhere.eks.amazonaws.com'), namespace(60, 'eksa-system')],
};

/** `aws-auth` is absent where access entries replace it, so nothing here is required. */
export const eks: ClusterTypeDefinition = {
  id: 'eks',
  name: 'EKS',
  signals: [
    nodeLabel(60, 'eks.amazonaws.com/'),
    nodeLabel(60, 'alpha.eksctl.io/'),
    // EKS Distro carries the same suffix and runs anywhere.
    version(40, /-eks-/),
    service(40, 'kube-system', 'kube-dns', 'eks.amazonaws.com/component'),
    configMap(40, 'kube-system', 'aws-auth'),
    configMap(40, 'kube-system', 'eks-certificates-controller'),
    // kOps and kubeadm run on EC2 too, and show their control plane.
    providerId(30, 'aws:///', hidesControlPlane),
    serverUrl(30, /\.eks\.amazonaws\.com(\.cn)?(:|\/|$)/),
    execPlugin(30, /^aws .*\beks get-token\b|^aws-iam-authenticator\b/),
    contextName(/^arn:aws[a-z-]*:eks:/),
  ],
};

export const gke: ClusterTypeDefinition = {
  id: 'gke',
  name: 'GKE',
  signals: [
    nodeLabel(60, 'cloud.google.com/gke-'),
    version(60, /-gke\.\d+/),
    apiGroup(20, 'networking.gke.io'),
    providerId(20, 'gce://', hidesControlPlane),
    execPlugin(30, /^gke-gcloud-auth-plugin\b/),
    contextName(/^gke_[^_]+_[^_]+_.+/),
  ],
};

export const aks: ClusterTypeDefinition = {
  id: 'aks',
  name: 'AKS',
  signals: [
    nodeLabel(60, 'kubernetes.azure.com/cluster'),
    nodeLabel(60, 'kubernetes.azure.com/agentpool'),
    nodeLabel(40, 'kubernetes.azure.com/role'),
    nodeLabel(40, 'kubernetes.azure.com/mode'),
    nodeLabel(40, 'kubernetes.azure.com/node-image-version'),
    providerId(30, 'azure:///subscriptions/', hidesControlPlane),
    serverUrl(30, /\.azmk8s\.io(:|\/|$)/),
    execPlugin(10, /^kubelogin\b/),
  ],
};

export const oke: ClusterTypeDefinition = {
  id: 'oke',
  name: 'OKE',
  signals: [
    nodeLabel(60, 'oci.oraclecloud.com/fault-domain'),
    providerId(30, 'ocid1.'),
    serverUrl(30, /\.clusters\.oci(\.|:|\/|$)/),
  ],
};

export const doks: ClusterTypeDefinition = {
  id: 'doks',
  name: 'DigitalOcean Kubernetes',
  signals: [
    nodeLabel(60, 'doks.digitalocean.com/'),
    providerId(30, 'digitalocean://', hidesControlPlane),
    serverUrl(30, /\.k8s\.ondigitalocean\.com(:|\/|$)/),
    contextName(/^do-[a-z]+\d-/),
  ],
};

export const iks: ClusterTypeDefinition = {
  id: 'iks',
  name: 'IBM Cloud Kubernetes Service',
  signals: [
    version(60, /\+IKS$/),
    nodeLabel(40, 'ibm-cloud.kubernetes.io/'),
    providerId(30, 'ibm://', hidesControlPlane),
  ],
};

export const lke: ClusterTypeDefinition = {
  id: 'lke',
  name: 'Linode Kubernetes Engine',
  signals: [nodeLabel(60, 'lke.linode.com/'), providerId(30, 'linode://', hidesControlPlane)],
};

export const ack: ClusterTypeDefinition = {
  id: 'ack',
  name: 'Alibaba Cloud Kubernetes',
  signals: [version(60, /-aliyun/), nodeLabel(40, 'alibabacloud.com/')],
};

export const openshift: ClusterTypeDefinition = {
  id: 'openshift',
  name: 'OpenShift',
  signals: [
    apiGroup(60, 'config.openshift.io'),
    nodeLabel(60, 'node.openshift.io/os_id'),
    nodeAnnotation(60, 'machineconfiguration.openshift.io/currentConfig'),
    osImage(40, /Red Hat Enterprise Linux CoreOS/i),
    namespace(30, 'openshift-kube-apiserver'),
  ],
};

export const tkg: ClusterTypeDefinition = {
  id: 'tkg',
  name: 'Tanzu Kubernetes Grid',
  signals: [
    apiGroup(60, 'core.tanzu.vmware.com'),
    apiGroup(60, 'run.tanzu.vmware.com'),
    version(40, /\+vmware\.\d/),
    providerId(5, 'vsphere://'),
  ],
};

export const mke: ClusterTypeDefinition = {
  id: 'mke',
  name: 'Mirantis Kubernetes Engine',
  signals: [nodeLabel(60, 'com.docker.ucp.'), version(60, /-docker-|-mirantis-/)],
};
