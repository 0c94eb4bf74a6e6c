import { antrea } from './antrea.ts';
import { awsVpc } from './awsVpc.ts';
import { azure } from './azure.ts';
import { azureNpm } from './azureNpm.ts';
import { calico } from './calico.ts';
import { calicoPolicyOnly } from './calicoPolicyOnly.ts';
import { canal } from './canal.ts';
import { cilium } from './cilium.ts';
import type { CniDefinition } from './definition.ts';
import { flannel } from './flannel.ts';
import { gkeDataplaneV2 } from './gkeDataplaneV2.ts';
import { gkeNetd } from './gkeNetd.ts';
import { k3sFlannel } from './k3sFlannel.ts';
import { kindnet } from './kindnet.ts';
import { kubeOvn } from './kubeOvn.ts';
import { kubeRouter } from './kubeRouter.ts';
import { multus } from './multus.ts';
import { openshiftSdn } from './openshiftSdn.ts';
import { ovnKubernetes } from './ovnKubernetes.ts';
import { providerManaged } from './providerManaged.ts';
import { weave } from './weave.ts';

/** A DaemonSet belongs to the first definition that recognises it, so the special stands before the general. */
export const catalogue: readonly CniDefinition[] = [
  canal,
  calicoPolicyOnly,
  calico,
  flannel,
  gkeDataplaneV2,
  cilium,
  antrea,
  weave,
  kubeRouter,
  awsVpc,
  azure,
  azureNpm,
  gkeNetd,
  ovnKubernetes,
  openshiftSdn,
  kindnet,
  kubeOvn,
  multus,
];

/** Asked in this order, and only while no agent that makes a network has been found. */
export const withoutAgent: readonly CniDefinition[] = [k3sFlannel, ovnKubernetes, openshiftSdn, providerManaged];

export const definitionOf = (id: string): CniDefinition | undefined =>
  catalogue.find((definition) => definition.id === id) ?? withoutAgent.find((definition) => definition.id === id);
