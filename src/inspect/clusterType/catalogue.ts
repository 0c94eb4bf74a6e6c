import type { ClusterTypeDefinition } from './definition.ts';
import * as managed from './managed.ts';
import * as own from './selfManaged.ts';

/** From specific to generic: of two types that are equally well founded, the first is meant. */
export const clusterTypes: readonly ClusterTypeDefinition[] = [
  managed.openshift,
  managed.eksAnywhere,
  managed.gke,
  managed.eks,
  managed.aks,
  own.rke2,
  own.k3s,
  own.rke1,
  own.dockerDesktop,
  own.kind,
  own.minikube,
  own.microk8s,
  own.k0s,
  managed.tkg,
  managed.mke,
  managed.oke,
  managed.doks,
  managed.iks,
  managed.lke,
  managed.ack,
  own.talos,
  own.kops,
  own.kubeadm,
];
