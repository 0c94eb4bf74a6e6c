import { formatSelector } from '../model/labels.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { detectCni } from '../inspect/cni/detect.ts';

/** A command of kubectl that is worth having at hand, as arguments. */
export interface Query {
  readonly title: string;
  readonly args: readonly string[];
}

const inNamespace = (namespace: string): readonly string[] => ['-n', namespace];

/** The CNI's pods by the selector of their own DaemonSet, then what is asked of every cluster. */
export function queriesOf(snapshot: ClusterSnapshot): readonly Query[] {
  const { detected } = detectCni(snapshot);
  const agents = detected.flatMap(({ name, agents: workloads }) =>
    workloads.flatMap(({ meta, selector, kind }) => {
      const where = inNamespace(meta.namespace);
      const pods: Query[] =
        selector === undefined || formatSelector(selector) === ''
          ? []
          : [
              {
                title: `${name} pods`,
                args: [...where, 'get', 'po', `--selector=${formatSelector(selector)}`, '-o', 'wide'],
              },
            ];
      return [
        ...pods,
        {
          title: `${name} rollout`,
          args: [...where, 'rollout', 'status', `${kind.toLowerCase()}/${meta.name}`, '--watch=false'],
        },
      ];
    }),
  );
  const calico = snapshot.server.groups.some(
    ({ name }) => name === 'crd.projectcalico.org' || name === 'projectcalico.org',
  );
  return [
    ...agents,
    { title: 'Nodes', args: ['get', 'nodes', '-o', 'wide'] },
    { title: 'Warnings of kube-system', args: ['-n', 'kube-system', 'events', '--types=Warning'] },
    { title: 'NetworkPolicies', args: ['get', 'networkpolicies', '--all-namespaces'] },
    ...(calico
      ? [
          {
            title: 'Calico global policies',
            args: ['get', 'globalnetworkpolicies.crd.projectcalico.org'],
          } satisfies Query,
        ]
      : []),
    { title: 'Services', args: ['get', 'services', '--all-namespaces', '-o', 'wide'] },
  ];
}
