import { servesGroup } from '../clusterType/signals.ts';
import { nodeFacts } from '../nodeFacts.ts';
import { type CheckContext, counted } from './check.ts';

/** What no reading of the API can tell, and what is left out of the checks here, as sentences. */
export function limitsOf({ snapshot, view }: CheckContext): readonly string[] {
  const facts = snapshot.list('nodes').map(nodeFacts);
  const windows = facts.filter(({ linux }) => !linux).length;
  const virtual = facts.filter((one) => one.linux && one.virtual).length;
  const leaving = facts.filter((one) => one.linux && !one.virtual && one.leaving).length;
  return [
    'No packet was sent: routes, firewalls between nodes, the size of packets and the kernel’s rules are not seen in the API.',
    ...view.entries.flatMap(({ notes }) => notes.filter((note) => note.includes('MTU'))),
    ...(windows === 0 ? [] : [`${counted(windows, 'Windows node')} ${windows === 1 ? 'is' : 'are'} not checked.`]),
    ...(virtual === 0
      ? []
      : [
          `${counted(virtual, 'node')} without agents of the cluster, such as Fargate’s or a virtual kubelet’s, ${virtual === 1 ? 'is' : 'are'} not checked.`,
        ]),
    ...(leaving === 0
      ? []
      : [
          `${counted(leaving, 'node')} that ${leaving === 1 ? 'is' : 'are'} being removed ${leaving === 1 ? 'is' : 'are'} not checked.`,
        ]),
    ...(servesGroup(snapshot, 'gateway.networking.k8s.io') ? ['Gateways of the Gateway API are not read.'] : []),
    ...(view.cni.enforcement.verdict === 'yes'
      ? ['Whether a policy forbids a connection is no part of this: the editor and network-inspector explain say that.']
      : []),
  ];
}
