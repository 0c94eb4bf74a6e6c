import type { Node } from '../model/node.ts';
import { type Located, problemOfNodes } from './located.ts';
import { nodeFacts } from './nodeFacts.ts';
import { cachedBy } from './reading.ts';

const networkNotReady = /cni|network ?plugin/i;

const causes: ReadonlyMap<string, readonly [cause: string, fix: string]> = new Map([
  [
    'NoRouteCreated',
    [
      'The cloud’s route controller is expected to make a route and has not.',
      'Start the cloud controller-manager with --configure-cloud-routes=false where an overlay is used.',
    ],
  ],
  ['CalicoIsDown', ['Calico’s agent on the node has stopped.', 'Look at the calico-node pod of that node.']],
]);

/** What nodes say of their network. A node that says nothing is in order: most clouds never set the condition. */
export const nodeChecks = cachedBy((nodes: readonly Node[]): readonly Located[] => {
  const byReason = new Map<string, Node[]>();
  const unready: Node[] = [];
  for (const node of nodes) {
    const { networkUnavailable, readyCondition } = nodeFacts(node);
    if (networkUnavailable?.status === 'True') {
      const reason = networkUnavailable.reason ?? '';
      const list = byReason.get(reason);
      if (list === undefined) byReason.set(reason, [node]);
      else list.push(node);
    } else if (readyCondition?.status === 'False' && networkNotReady.test(readyCondition.message ?? ''))
      unready.push(node);
  }
  const earliest = (list: readonly Node[], type: string): { readonly since?: number } => {
    const times = list.flatMap((node) => node.conditions.find((one) => one.type === type)?.since ?? []);
    return times.length === 0 ? {} : { since: Math.min(...times) };
  };
  return [
    ...[...byReason].map(([reason, list]) => {
      const [cause, fix] = causes.get(reason) ?? ['No CNI has said that the node’s network works.', undefined];
      return problemOfNodes({
        id: 'network-unavailable',
        severity: 'breaks',
        level: 'node',
        nodes: list,
        field: 'status.conditions[type=NetworkUnavailable]',
        state: (node) => `NetworkUnavailable: ${nodeFacts(node).networkUnavailable?.reason ?? 'True'}`,
        sentence: (names, count) =>
          `The network of ${names} is unavailable${reason === '' ? '' : `: ${reason}`}${count > 3 ? ` (${count} nodes)` : ''}`,
        cause,
        fix: fix ?? 'Look at the CNI’s pod on that node.',
        ...earliest(list, 'NetworkUnavailable'),
      });
    }),
    problemOfNodes({
      id: 'node-without-network',
      severity: 'breaks',
      level: 'node',
      nodes: unready,
      field: 'status.conditions[type=Ready]',
      state: (node) => nodeFacts(node).readyCondition?.message ?? 'NotReady',
      sentence: (names, count) => `${names} ${count === 1 ? 'is' : 'are'} NotReady: the kubelet finds no CNI`,
      cause: 'No agent has written a CNI configuration on the node.',
      fix: 'Look at the CNI’s pod on that node; where it is healthy, restart the container runtime.',
      ...earliest(unready, 'Ready'),
    }),
  ].filter((located) => located !== undefined);
});
