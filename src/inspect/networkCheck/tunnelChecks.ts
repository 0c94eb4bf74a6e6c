import type { Node } from '../../model/node.ts';
import { makesNetwork } from '../cni/definition.ts';
import { type Evidence, referenceTo } from '../evidence.ts';
import { announcedBackends, backendTitle } from '../flannelBackend.ts';
import { problemOfNodes } from '../located.ts';
import { nodeFacts } from '../nodeFacts.ts';
import type { Problem } from '../problem.ts';
import { check, type Check, type CheckContext, counted, evidenceShown, found, nodeGaps } from './check.ts';
import { withId } from './cniChecks.ts';

/** What native Calico writes to a node once its tunnel has an address. Source: libcalico-go `resources/node.go`. */
const calicoTunnels: readonly (readonly [title: string, key: string])[] = [
  ['VXLAN', 'projectcalico.org/IPv4VXLANTunnelAddr'],
  ['IPIP', 'projectcalico.org/IPv4IPIPTunnelAddr'],
];

/** A node that joined so recently may not have its tunnel yet, in milliseconds. */
const joiningMs = 120_000;

/** Whether packets find their way from node to node, as far as nodes announce it. */
export function tunnelChecks(context: CheckContext): readonly Check[] {
  const { snapshot, view, findings, nodes } = context;
  const networks = view.cni.detected.filter(({ role }) => makesNetwork(role));
  const flannel = networks.find(({ id }) => id === 'canal' || id === 'flannel' || id === 'k3s-flannel');
  const calico = networks.find(({ id }) => id === 'calico');
  const [network] = networks;
  const known = flannel ?? calico;
  const ofNodes = nodeGaps(context);
  const gaps = [
    ...ofNodes.gaps,
    ...(network === undefined ? [{ sentence: 'the CNI is not known', pending: view.cni.state === 'pending' }] : []),
  ];
  const without =
    network !== undefined && known === undefined
      ? `${network.name} does not write to its nodes how packets get from one to another.`
      : nodes.length === 1
        ? 'There is one node.'
        : ofNodes.without;
  const settled = nodes.filter(
    ({ meta }) => meta.created === undefined || snapshot.content.asOf - meta.created > joiningMs,
  );
  const bare = flannel?.id === 'k3s-flannel' ? found([withoutFlannel(settled)]) : [];
  const calicoFindings = flannel === undefined && calico !== undefined ? found(calicoProblems(settled)) : [];
  return [
    check({
      id: 'tunnel-announced',
      title: 'Every node announces where others reach its pods',
      reach: 'across-nodes',
      findings: [...withId(findings, 'flannel-silent'), ...bare, ...withId(calicoFindings, 'calico-tunnel-missing')],
      without,
      gaps,
      passed: () =>
        flannel === undefined ? calicoWords(nodes) : flannelWords(nodes.filter((node) => nodeFacts(node).flannel)),
    }),
    check({
      id: 'tunnels-alike',
      title: 'All nodes use the same way between nodes',
      reach: 'across-nodes',
      findings: withId(findings, 'flannel-backends-differ', 'flannel-vnis-differ'),
      without: without ?? (flannel === undefined ? 'Calico’s IP pools say it for all nodes together.' : undefined),
      gaps,
      passed: () => ({
        sentence: announcedBackends(nodes)
          .map(([type, count]) => `${backendTitle(type)} on ${counted(count, 'node')}`)
          .join(', '),
      }),
    }),
    check({
      id: 'tunnels-own',
      title: 'Every node has a tunnel address of its own',
      reach: 'across-nodes',
      findings: [
        ...withId(findings, 'flannel-public-ip-shared', 'flannel-vtep-mac-shared', 'flannel-public-ip-foreign'),
        ...withId(calicoFindings, 'calico-tunnel-shared'),
      ],
      without,
      gaps,
      passed: () => ({ sentence: 'No two nodes announce the same address, and each announces one that it has.' }),
    }),
  ];
}

interface Passed {
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

function flannelWords(nodes: readonly Node[]): Passed {
  return {
    sentence: `${counted(nodes.length, 'node')} with flannel’s annotations.`,
    evidence: nodes.slice(0, evidenceShown).map((node) => {
      const { flannel } = nodeFacts(node);
      const words = [
        backendTitle(flannel?.backend ?? ''),
        flannel?.publicIp,
        flannel?.vtepMac === undefined ? undefined : `VTEP ${flannel.vtepMac}`,
      ];
      return {
        from: 'object',
        sentence: words.filter((word) => word !== undefined && word !== '').join(', '),
        weight: 0,
        object: referenceTo(node),
        field: 'metadata.annotations["flannel.alpha.coreos.com/…"]',
      };
    }),
  };
}

function calicoWords(nodes: readonly Node[]): Passed {
  const used = calicoTunnels.filter(([, key]) => nodes.some(({ meta }) => key in meta.annotations));
  if (used.length === 0)
    return {
      sentence: 'No node has a tunnel: Calico routes without one, which needs routes of BGP or of the cloud.',
      evidence: [],
    };
  return {
    sentence: `${counted(nodes.length, 'node')} with a tunnel of ${used.map(([title]) => title).join(' and ')}.`,
    evidence: used.flatMap(([, key]) =>
      nodes.slice(0, evidenceShown).map((node): Evidence => ({
        from: 'object',
        sentence: node.meta.annotations[key] ?? '',
        weight: 0,
        object: referenceTo(node),
        field: `metadata.annotations["${key}"]`,
      })),
    ),
  };
}

/** k3s writes flannel’s annotations from within its own process. Where some nodes have them, one without has no way in. */
function withoutFlannel(nodes: readonly Node[]): Problem | undefined {
  const ready = nodes.filter((node) => nodeFacts(node).ready);
  return problemOfNodes({
    id: 'flannel-silent',
    severity: 'breaks',
    nodes: ready.filter((node) => nodeFacts(node).flannel === undefined),
    field: 'metadata.annotations',
    state: () => 'no annotation of flannel’s',
    sentence: (names, count) =>
      `${names} ${count === 1 ? 'is' : 'are'} Ready and ${count === 1 ? 'has' : 'have'} not announced flannel’s tunnel`,
    cause: 'flannel, which k3s runs in its own process, has not taken a subnet there.',
    fix: 'Read the log of k3s on the node: journalctl -u k3s or -u k3s-agent.',
  })?.problem;
}

/** An address that some nodes have and others lack, and one that two share. */
function calicoProblems(nodes: readonly Node[]): readonly (Problem | undefined)[] {
  return calicoTunnels.flatMap(([title, key]) => {
    const field = `metadata.annotations["${key}"]`;
    const having = nodes.filter(({ meta }) => key in meta.annotations);
    if (having.length === 0) return [];
    const byAddress = Map.groupBy(having, ({ meta }) => meta.annotations[key] ?? '');
    const doubles = [...byAddress].filter(([, members]) => members.length > 1);
    return [
      problemOfNodes({
        id: 'calico-tunnel-missing',
        severity: 'may-break',
        nodes: nodes.filter((node) => nodeFacts(node).ready && !(key in node.meta.annotations)),
        field,
        state: () => `no address of the ${title} tunnel`,
        sentence: (names, count) =>
          `${names} ${count === 1 ? 'has' : 'have'} no ${title} tunnel, which other nodes have`,
        cause: 'calico-node gives the tunnel its address when it starts; no pool may have one left for the node.',
        fix: 'Read the log of calico-node on that node, and look at the node selectors of the IP pools.',
      })?.problem,
      problemOfNodes({
        id: 'calico-tunnel-shared',
        severity: 'breaks',
        nodes: doubles.flatMap(([, members]) => members),
        field,
        state: ({ meta }) => meta.annotations[key] ?? '',
        sentence: (names) => `${names} share the address of their ${title} tunnel`,
        cause: 'Packets for one of them reach another.',
        fix: 'Restart calico-node on one of them, so that it takes an address of its own.',
      })?.problem,
    ];
  });
}

/** What is configured, for those CNIs whose configuration is read. */
export function configurationCheck({ view, findings }: CheckContext): Check {
  const networks = view.cni.detected.filter(({ role }) => role !== 'meta');
  const read = networks.filter(({ id }) => ['canal', 'flannel', 'calico', 'calico-policy-only'].includes(id));
  const gaps =
    read.length === 0
      ? []
      : view.cni.gaps.map(({ sentence }) => ({ sentence: sentence.replace(/^Cannot tell: /, ''), pending: false }));
  return check({
    id: 'configuration-sound',
    title: 'The CNI’s configuration can be followed',
    findings: findings.filter(
      ({ problem }) =>
        problem.id.startsWith('net-conf-') ||
        problem.id === 'calico-datastore-not-ready' ||
        problem.id === 'calico-half-upgraded',
    ),
    without:
      read.length === 0 ? 'The configuration of this CNI is not checked: only flannel’s and Calico’s is.' : undefined,
    gaps,
    passed: () => ({ sentence: `What ${read.map(({ name }) => name).join(' and ')} is configured with agrees.` }),
  });
}
