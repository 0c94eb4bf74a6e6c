import fc from 'fast-check';
import { type Raw } from '../../unit/policy/reference/raw.ts';
import { few, fields, labels, mostly, namespaces, pick, portNames, sometimes } from './vocabulary.ts';

/** A small cluster with the oddities that policies have to cope with. */
export function cluster(): fc.Arbitrary<Raw[]> {
  return fc
    .tuple(
      fc.tuple(...namespaces.map(namespace)),
      fc.oneof(
        { weight: 3, arbitrary: fc.array(pod(), { minLength: 1, maxLength: 5 }) },
        { weight: 2, arbitrary: fc.array(podOfCrowd, { minLength: 3, maxLength: 8 }) },
      ),
      fc.tuple(node(1), node(2)),
      fc.tuple(serviceAccount('x'), serviceAccount('y')),
    )
    .map(([spaces, pods, nodes, accounts]) => [
      ...spaces.filter((space) => space !== undefined),
      ...nodes,
      ...pods.map((make, index) => make(index)),
      ...accounts.filter((account) => account !== undefined),
    ]);
}

const namespace = (name: string): fc.Arbitrary<Raw | undefined> =>
  mostly<Raw | undefined>(
    labels('namespace').map((own) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: own } })),
    fc.constant(undefined),
  );

const serviceAccount = (namespace: string): fc.Arbitrary<Raw | undefined> =>
  sometimes(
    pick('worker', 'boss').map((role) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot', namespace, labels: { role } },
    })),
  );

const node = (index: number): fc.Arbitrary<Raw> =>
  fc.tuple(labels('node'), mostly(pick('both', 'four'), pick('six', 'none'))).map(([own, which]) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `n${index}`, labels: own },
    status: {
      addresses: [
        { type: 'Hostname', address: `n${index}` },
        ...(which === 'both' || which === 'four' ? [{ type: 'InternalIP', address: `10.0.0.${index}` }] : []),
        ...(which === 'both' || which === 'six' ? [{ type: 'InternalIP', address: `fd00::${index}` }] : []),
      ],
    },
  }));

const containerPort = fields({
  name: pick(...portNames, undefined),
  containerPort: pick(80, 8080, 81, 53, 1),
  protocol: pick('TCP', 'TCP', 'UDP', 'SCTP', undefined),
});

/** Pods that differ in little: most of them are alike to most policies, and have to be told apart by what is left. */
const podOfCrowd: fc.Arbitrary<(index: number) => Raw> = fc
  .tuple(pick('x', 'x', 'x', 'y'), labels('pod'), few(containerPort, 0, 1), mostly(pick('default'), pick('robot')))
  .map(([space, own, ports, account]) => (index) => {
    const ip = `10.2.0.${index + 1}`;
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: space, name: `p${index}`, labels: own },
      spec: { serviceAccountName: account, containers: [{ name: 'c', image: 'i', ports }] },
      status: { phase: 'Running', podIPs: [{ ip }], podIP: ip },
    };
  });

function pod(): fc.Arbitrary<(index: number) => Raw> {
  const containers = few(few(containerPort, 0, 3), 1, 2);
  const sidecar = sometimes(few(containerPort, 1, 1));
  return fc
    .tuple(
      pick(...namespaces),
      labels('pod'),
      containers,
      sidecar,
      mostly(pick('four', 'both', 'none'), pick('six', 'many')),
      pick('n1', 'n2', undefined),
      mostly<string>(pick('pod'), pick('host'), pick('host', 'host without address')),
      mostly<string | undefined>(pick('Running'), pick('Pending'), pick('Succeeded', 'Failed'), pick(undefined)),
      pick('robot', 'default', undefined),
      pick('web', 'api', undefined),
    )
    .map(([space, own, ports, side, which, nodeName, network, phase, account, owner]) => (index) => {
      const host = network !== 'pod';
      const four = host ? `10.0.0.${nodeName === 'n2' ? 2 : 1}` : `10.1.0.${index + 1}`;
      const six = host ? `fd00::${nodeName === 'n2' ? 2 : 1}` : `fd01::${index + 1}`;
      const addresses = { four: [four], six: [six], both: [four, six], none: [], many: [four, `10.9.0.${index}`, six] };
      const ips = network === 'host without address' ? [] : addresses[which as keyof typeof addresses];
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          namespace: space,
          name: `p${index}`,
          labels: own,
          // A workload all of whose pods are finished is a special case of the views by workload.
          ...(owner === undefined || phase === 'Succeeded' || phase === 'Failed'
            ? {}
            : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: owner, controller: true }] }),
        },
        spec: {
          ...(host ? { hostNetwork: true } : {}),
          ...(nodeName === undefined ? {} : { nodeName }),
          ...(account === undefined ? {} : { serviceAccountName: account }),
          containers: ports.map((list, place) => ({ name: `c${place}`, image: 'i', ports: list })),
          ...(side === undefined
            ? {}
            : { initContainers: [{ name: 's', image: 'i', restartPolicy: 'Always', ports: side }] }),
        },
        status: {
          ...(phase === undefined ? {} : { phase }),
          ...(ips.length === 0 ? {} : { podIPs: ips.map((ip) => ({ ip })), podIP: ips[0] }),
        },
      };
    });
}
