import { strict as assert } from 'node:assert';
import { readCniView } from '../../../src/inspect/cniView.ts';
import type { CniView, ContainerView, PodView } from '../../../src/inspect/cniViewTypes.ts';
import { formatReference } from '../../../src/inspect/evidence.ts';
import type { Problem } from '../../../src/inspect/problem.ts';
import { ClusterSnapshot, type Knowledge } from '../../../src/model/snapshot.ts';
import { fixtureText, fixtureTime, snapshotFromYaml } from '../support/snapshotFromYaml.ts';
import { CanalCluster } from './brokenCanal.ts';

const crashLoop =
  '{ restartCount: 12, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: 2026-11-20T11:57:00Z, message: "node pod cidr not assigned" } } }';
const imagePull = '{ state: { waiting: { reason: ImagePullBackOff, message: "429 Too Many Requests" } } }';
const forbidden = (resource: string): Knowledge => ({ state: 'forbidden', verb: 'list', resource });

const view = (cluster: CanalCluster): CniView => readCniView(cluster.snapshot());
const lines = (problems: readonly Problem[], depth = 0): string[] =>
  problems.flatMap(({ id, severity, subject, consequences }) => [
    `${'  '.repeat(depth)}${severity} ${id} ${formatReference(subject)}`,
    ...lines(consequences, depth + 1),
  ]);
const agentPod = ({ entries }: CniView, name: string): PodView => {
  const pod = entries[0]?.workloads[0]?.pods.find(({ pod }) => pod.meta.name === name);
  assert.ok(pod);
  return pod;
};
const container = (pod: PodView, name: string): ContainerView => {
  const found = pod.containers.find((one) => one.name === name);
  assert.ok(found);
  return found;
};

describe('the view of a cluster’s CNI', () => {
  it('is quiet about a healthy cluster', () => {
    const found = view(new CanalCluster());
    assert.equal(found.summary, 'Canal 3.32.1 · 3/3 ready');
    assert.equal(found.version, 'v1.34.2');
    assert.deepEqual(found.problems, []);
    assert.equal(found.severity, undefined);
    assert.deepEqual(found.firstProblem, []);
    assert.deepEqual(found.agents, { ready: 3, desired: 3 });
    const [canal] = found.entries;
    assert.equal(canal?.cni.title, 'Calico policy + Flannel VXLAN');
    assert.deepEqual(
      canal?.workloads.map(({ workload, role, words, severity }) => [workload.meta.name, role, words, severity]),
      [
        ['canal', 'agent', '3 desired, 3 ready, 3 up to date', undefined],
        ['calico-kube-controllers', 'companion', '1 desired, 1 ready, 1 up to date', undefined],
      ],
    );
    assert.deepEqual(
      found.system.map(({ role, words }) => `${role}: ${words}`),
      ['kube-proxy: 3 desired, 3 ready, 3 up to date', 'dns: 2 desired, 2 ready, 2 up to date'],
    );
  });

  it('warns of an MTU of 0 by the name that the configuration has in this cluster', () => {
    const { entries } = readCniView(snapshotFromYaml(fixtureText('cnis/canal-renamed.yaml')));
    assert.match(entries[0]?.notes.at(-1) ?? '', /^veth_mtu is 0 in network-agent-settings: /);
    assert.ok(view(new CanalCluster()).entries[0]?.notes.every((note) => !note.includes('veth_mtu')));
  });

  it('shows a pod with its node, address and containers in words and roles', () => {
    const pod = agentPod(view(new CanalCluster()), 'canal-b');
    assert.deepEqual(
      [pod.node, pod.ip, pod.status.status, pod.status.ready, pod.status.total],
      ['n2', '10.0.0.2', 'Running', 2, 2],
    );
    assert.deepEqual(
      pod.containers.map(({ name, kind, words }) => `${name} ${kind}: ${words}`),
      ['calico-node main: running, ready', 'kube-flannel main: running, ready', 'install-cni init: init, completed'],
    );
    assert.match(container(pod, 'kube-flannel').role ?? '', /^flannel/);
    assert.match(container(pod, 'calico-node').role ?? '', /^Calico/);
  });

  it('shows a crash loop down to the container, with its last exit', () => {
    const found = view(
      new CanalCluster()
        .container('canal-b', 'kube-flannel', crashLoop)
        .set('DaemonSet', 'canal', 'status', '{ numberReady: 2 }'),
    );
    assert.equal(found.summary, 'Canal 3.32.1 · 2/3 ready');
    assert.deepEqual(lines(found.problems), ['breaks crash-loop Pod kube-system/canal-b']);
    assert.equal(found.problems[0]?.since, Date.parse('2026-11-20T11:57:00Z'));
    assert.match(found.problems[0]?.sentence ?? '', /^kube-flannel on n2 is in CrashLoopBackOff after 12 restarts/);
    assert.deepEqual(
      found.firstProblem.map(({ kind, name }) => `${kind} ${name}`),
      ['DaemonSet canal', 'Pod canal-b', 'Container kube-flannel'],
    );
    const [first] = found.entries[0]?.workloads[0]?.pods ?? [];
    assert.equal(first?.pod.meta.name, 'canal-b', 'the pod with the problem stands first');
    assert.equal(
      container(first, 'kube-flannel').words,
      'waiting: CrashLoopBackOff (last exit 1, "node pod cidr not assigned")',
    );
  });

  it('puts a crash loop below the missing pod CIDR that causes it, and the node’s word below both', () => {
    const found = view(
      new CanalCluster()
        .set('Node', 'n2', 'spec', '{ podCIDR: "", podCIDRs: [] }')
        .set(
          'Node',
          'n2',
          'status',
          '{ conditions: [{ type: NetworkUnavailable, status: "True", reason: NoRouteCreated }] }',
        )
        .container('canal-b', 'kube-flannel', crashLoop),
    );
    assert.deepEqual(lines(found.problems), [
      'breaks no-pod-cidr Node n2',
      '  breaks crash-loop Pod kube-system/canal-b',
      '  breaks network-unavailable Node n2',
    ]);
    assert.deepEqual(
      found.firstProblem.map(({ kind, name }) => `${kind} ${name}`),
      ['DaemonSet canal', 'Pod canal-b', 'Container kube-flannel'],
      'the way leads to the pod that shows it',
    );
  });

  it('does not blame one node’s missing pod CIDR for another node’s crash loop', () => {
    const found = view(
      new CanalCluster()
        .set('Node', 'n1', 'spec', '{ podCIDR: "", podCIDRs: [] }')
        .container('canal-b', 'kube-flannel', crashLoop),
    );
    assert.deepEqual(lines(found.problems).sort(), [
      'breaks crash-loop Pod kube-system/canal-b',
      'breaks no-pod-cidr Node n1',
    ]);
  });

  it('counts the same trouble of many pods once', () => {
    const cluster = new CanalCluster();
    for (const pod of ['canal-a', 'canal-b', 'canal-c']) cluster.container(pod, 'kube-flannel', crashLoop);
    const found = view(cluster);
    assert.deepEqual(lines(found.problems), ['breaks crash-loop DaemonSet kube-system/canal']);
    assert.equal(found.problems[0]?.sentence, 'kube-flannel exits again and again on n1, n2 and n3');
    assert.equal(found.problems[0]?.evidence.length, 3);
    assert.equal(found.firstProblem.length, 3, 'the way leads to one of them');
  });

  it('blames an image for the node that finds no CNI, and for the DNS pod there', () => {
    const found = view(
      new CanalCluster()
        .container('canal-b', 'install-cni', imagePull)
        .container('canal-b', 'calico-node', '{ state: { waiting: { reason: PodInitializing } } }')
        .container('canal-b', 'kube-flannel', '{ state: { waiting: { reason: PodInitializing } } }')
        .set('Pod', 'canal-b', 'status', '{ phase: Pending, conditions: [] }')
        .set(
          'Node',
          'n2',
          'status',
          '{ conditions: [{ type: Ready, status: "False", message: "NetworkPluginNotReady: cni plugin not initialized" }] }',
        )
        .container('coredns-668d6bf9bc-y', 'coredns', '{ state: { waiting: { reason: ContainerCreating } } }')
        .set('Deployment', 'coredns', 'status', '{ readyReplicas: 1 }'),
    );
    assert.deepEqual(lines(found.problems), [
      'breaks image-pull Pod kube-system/canal-b',
      '  breaks node-without-network Node n2',
      '  may-break stuck-creating Pod kube-system/coredns-668d6bf9bc-y',
    ]);
    assert.equal(agentPod(found, 'canal-b').status.status, 'Init:ImagePullBackOff');
    assert.equal(found.problems[0]?.cause, '429 Too Many Requests');
  });

  it('does not blame a questionable configuration for a DNS that fails while every agent works', () => {
    const found = view(
      new CanalCluster()
        .set('ConfigMap', 'canal-config', 'data', `{ net-conf.json: '{"Network":"10.244.0.0/16"}' }`)
        .container('coredns-668d6bf9bc-x', 'coredns', crashLoop)
        .set('Deployment', 'coredns', 'status', '{ readyReplicas: 1 }'),
    );
    assert.deepEqual(lines(found.problems), [
      'breaks net-conf-no-backend ConfigMap kube-system/canal-config',
      'may-break crash-loop Pod kube-system/coredns-668d6bf9bc-x',
    ]);
  });

  it('says that DNS is down where none of its pods is ready', () => {
    const found = view(
      new CanalCluster()
        .container('coredns-668d6bf9bc-x', 'coredns', crashLoop)
        .container('coredns-668d6bf9bc-y', 'coredns', crashLoop)
        .set('Deployment', 'coredns', 'status', '{ readyReplicas: 0 }'),
    );
    assert.deepEqual(lines(found.problems), ['breaks dns-down Deployment kube-system/coredns']);
    assert.match(found.problems[0]?.cause ?? '', /^coredns on n1 is in CrashLoopBackOff/);
  });

  it('marks DNS that is down because it has no pods, which filters for problems go by', () => {
    const found = view(
      new CanalCluster()
        .remove('Pod', 'coredns-668d6bf9bc-x')
        .remove('Pod', 'coredns-668d6bf9bc-y')
        .set('Deployment', 'coredns', 'status', '{ readyReplicas: 0 }'),
    );
    assert.deepEqual(lines(found.problems), ['breaks dns-down Deployment kube-system/coredns']);
    const dns = found.system.find(({ workload }) => workload.meta.name === 'coredns');
    assert.deepEqual([dns?.pods.length, dns?.severity], [0, 'breaks']);
  });

  describe('that kube-flannel has no probe', () => {
    const restarted = (ago: number, restarts: number): string =>
      `{ ready: true, restartCount: ${restarts}, state: { running: { startedAt: ${new Date(fixtureTime - ago).toISOString()} } }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: ${new Date(fixtureTime - ago).toISOString()} } } }`;

    it('does not make a container that keeps restarting healthy, although it is ready', () => {
      const found = view(new CanalCluster().container('canal-b', 'kube-flannel', restarted(3 * 60_000, 6)));
      assert.deepEqual(lines(found.problems), ['breaks restarting Pod kube-system/canal-b']);
      assert.equal(agentPod(found, 'canal-b').status.ready, 2);
      assert.match(found.problems[0]?.cause ?? '', /no probe/);
      const later = view(new CanalCluster().container('canal-b', 'kube-flannel', restarted(30 * 60_000, 6)));
      assert.deepEqual(lines(later.problems), ['may-break restarting Pod kube-system/canal-b']);
    });

    it('is no alarm for restarts of long ago, nor for a single one', () => {
      const day = 24 * 60 * 60_000;
      assert.deepEqual(view(new CanalCluster().container('canal-b', 'kube-flannel', restarted(day, 6))).problems, []);
      assert.deepEqual(
        view(new CanalCluster().container('canal-b', 'kube-flannel', restarted(60_000, 1))).problems,
        [],
      );
    });

    it('is why the node’s annotations count: a flannel that has written none has no subnet', () => {
      const found = view(new CanalCluster().annotate('n2', '', undefined));
      assert.deepEqual(lines(found.problems), ['breaks flannel-silent Node n2']);
      assert.equal(container(agentPod(found, 'canal-b'), 'kube-flannel').words, 'running, ready, no subnet');
      assert.equal(agentPod(found, 'canal-b').severity, 'breaks');
    });

    it('does not alarm where no node has annotations, as their prefix can be changed', () => {
      const cluster = new CanalCluster();
      for (const node of ['n1', 'n2', 'n3']) cluster.annotate(node, '', undefined);
      assert.deepEqual(view(cluster).problems, []);
    });
  });

  describe('of a pod that starts', () => {
    const starting = new CanalCluster()
      .container('canal-b', 'install-cni', '{ state: { running: { startedAt: 2026-11-20T11:59:00Z } } }')
      .container('canal-b', 'calico-node', '{ state: { waiting: { reason: PodInitializing } } }')
      .container('canal-b', 'kube-flannel', '{ state: { waiting: { reason: PodInitializing } } }')
      .set('Pod', 'canal-b', 'status', '{ phase: Pending, conditions: [], startTime: 2026-11-20T11:58:50Z }');

    it('has no problem at first and one when it does not get on', () => {
      const early = readCniView(starting.snapshot());
      assert.deepEqual(early.problems, []);
      assert.equal(agentPod(early, 'canal-b').status.status, 'Init:0/1');
      const late = readCniView(starting.snapshot({ asOf: fixtureTime + 120_000 }));
      assert.deepEqual(lines(late.problems), ['breaks init-stuck Pod kube-system/canal-b']);
    });

    it('judges the same pod anew as time passes, in either order', () => {
      const snapshot = starting.snapshot();
      const late = new ClusterSnapshot({
        ...snapshot.content,
        asOf: fixtureTime + 120_000,
      });
      assert.equal(readCniView(snapshot).problems.length, 0);
      assert.equal(readCniView(late).problems.length, 1);
    });
  });

  describe('of nodes', () => {
    it('names a Ready node without an agent, and why', () => {
      const found = view(
        new CanalCluster()
          .remove('Pod', 'canal-c')
          .set('Node', 'n3', 'spec', '{ taints: [{ key: dedicated, value: gpu, effect: NoSchedule }] }')
          .set(
            'DaemonSet',
            'canal',
            'status',
            '{ desiredNumberScheduled: 2, numberReady: 2, updatedNumberScheduled: 2 }',
          )
          .set(
            'DaemonSet',
            'canal',
            'spec',
            `{ template: { metadata: { labels: { k8s-app: canal } }, spec: { tolerations: [{ key: other, operator: Exists }], containers: [{ name: calico-node, image: 'calico/node:v3.32.1' }, { name: kube-flannel }] } } }`,
          ),
      );
      assert.deepEqual(lines(found.problems), ['breaks agent-missing DaemonSet kube-system/canal']);
      assert.equal(found.problems[0]?.sentence, 'canal has no pod on n3');
      assert.equal(found.problems[0]?.cause, 'It does not tolerate the taint dedicated=gpu:NoSchedule.');
      assert.equal(found.entries[0]?.workloads[0]?.words, '2 desired, 2 ready, 2 up to date, 1 node not covered');
      assert.deepEqual(
        found.entries[0]?.workloads[0]?.uncovered.map(({ meta }) => meta.name),
        ['n3'],
      );
    });

    it('does not miss an agent where its required affinity leaves the node out, and does where it would admit it', () => {
      const withAffinity = (requirement: string): CanalCluster =>
        new CanalCluster()
          .remove('Pod', 'canal-c')
          .set('Node', 'n3', 'metadata', '{ labels: { compute: hybrid, slots: "4" } }')
          .set(
            'DaemonSet',
            'canal',
            'spec',
            `{ template: { metadata: { labels: { k8s-app: canal } }, spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [${requirement}] } } }, tolerations: [{ operator: Exists }], containers: [{ name: calico-node, image: 'calico/node:v3.32.1' }, { name: kube-flannel }] } } }`,
          );
      const missed = (requirement: string): boolean => view(withAffinity(requirement)).problems.length > 0;
      assert.equal(missed('{ matchExpressions: [{ key: compute, operator: NotIn, values: [hybrid] }] }'), false);
      assert.equal(missed('{ matchExpressions: [{ key: slots, operator: Gt, values: ["4"] }] }'), false);
      assert.equal(missed('{ matchFields: [{ key: metadata.name, operator: NotIn, values: [n3] }] }'), false);
      assert.equal(missed('{}'), false, 'an empty term admits no node');
      assert.equal(missed('{ matchExpressions: [{ key: compute, operator: NotIn, values: [fargate] }] }'), true);
      assert.equal(missed('{ matchExpressions: [{ key: slots, operator: Lt, values: ["5"] }] }'), true);
      assert.equal(
        missed('{}, { matchExpressions: [{ key: compute, operator: Exists }] }'),
        true,
        'one term is enough',
      );
    });

    it('does not miss an agent on a node that is not Ready, runs Windows, is virtual, or has just joined', () => {
      const withoutAgent = (): CanalCluster => new CanalCluster().remove('Pod', 'canal-c');
      const quiet = [
        withoutAgent().set('Node', 'n3', 'status', '{ conditions: [{ type: Ready, status: "Unknown" }] }'),
        withoutAgent().set('Node', 'n3', 'status', '{ nodeInfo: { operatingSystem: windows } }'),
        withoutAgent().set('Node', 'n3', 'metadata', '{ labels: { type: virtual-kubelet } }'),
        withoutAgent().set('Node', 'n3', 'metadata', '{ creationTimestamp: 2026-11-20T11:59:30Z }'),
      ];
      for (const cluster of quiet) assert.deepEqual(view(cluster).problems, []);
      assert.equal(view(withoutAgent()).problems.length, 1);
    });

    it('does not miss agents whose pods may not be read, and says what the counts say', () => {
      const cluster = new CanalCluster().set('DaemonSet', 'canal', 'status', '{ numberReady: 2 }');
      for (const pod of ['canal-a', 'canal-b', 'canal-c']) cluster.remove('Pod', pod);
      const found = readCniView(cluster.snapshot({ knowledge: { pods: forbidden('pods') } }));
      assert.deepEqual(lines(found.problems), ['breaks pods-not-ready DaemonSet kube-system/canal']);
      assert.equal(found.entries[0]?.workloads[0]?.podsKnowledge.state, 'forbidden');
    });

    it('does not miss agents while their pods are on their way', () => {
      const cluster = new CanalCluster();
      for (const pod of ['canal-a', 'canal-b', 'canal-c']) cluster.remove('Pod', pod);
      assert.deepEqual(readCniView(cluster.snapshot({ knowledge: { pods: { state: 'loading' } } })).problems, []);
    });
  });

  const findings: Readonly<Record<string, readonly [cluster: () => CanalCluster, expected: string, sentence: RegExp]>> =
    {
      'a pod CIDR outside flannel’s network': [
        () => new CanalCluster().set('Node', 'n2', 'spec', '{ podCIDR: 10.224.1.0/24, podCIDRs: [10.224.1.0/24] }'),
        'breaks pod-cidr-outside-network Node n2',
        /pod CIDR of n2 is outside flannel’s network 10\.244\.0\.0\/16/,
      ],
      'overlapping pod CIDRs': [
        () => new CanalCluster().set('Node', 'n2', 'spec', '{ podCIDR: 10.244.0.128/25, podCIDRs: [10.244.0.128/25] }'),
        'breaks pod-cidrs-overlap Node n1',
        /n1 and n2 overlap/,
      ],
      'three pod CIDRs': [
        () =>
          new CanalCluster().set('Node', 'n2', 'spec', '{ podCIDRs: [10.244.1.0/24, 10.244.9.0/24, 10.244.8.0/24] }'),
        'breaks too-many-pod-cidrs Node n2',
        /n2 has more than two pod CIDRs/,
      ],
      'different backends': [
        () => new CanalCluster().annotate('n3', 'backend-type', 'host-gw'),
        'breaks flannel-backends-differ Node n3',
        /VXLAN on 2, host-gw on 1; n3 differs/,
      ],
      'different network identifiers': [
        () => new CanalCluster().annotate('n3', 'backend-data', '{"VNI":4096,"VtepMAC":"9a:00:00:00:00:03"}'),
        'breaks flannel-vnis-differ Node n3',
        /VNI 1 on 2, VNI 4096 on 1/,
      ],
      'a shared VTEP': [
        () => new CanalCluster().annotate('n3', 'backend-data', '{"VNI":1,"VtepMAC":"9a:00:00:00:00:01"}'),
        'breaks flannel-vtep-mac-shared Node n1',
        /n1 and n3 share the VTEP’s MAC address 9a:00:00:00:00:01/,
      ],
      'a tunnel address that is not the node’s': [
        () => new CanalCluster().annotate('n3', 'public-ip', '10.0.2.15'),
        'breaks flannel-public-ip-foreign Node n3',
        /tunnel address of n3 is none of the node’s own/,
      ],
      'a configuration that is not JSON': [
        () => new CanalCluster().set('ConfigMap', 'canal-config', 'data', `{ net-conf.json: '{"Network"' }`),
        'breaks net-conf-broken ConfigMap kube-system/canal-config',
        /net-conf\.json in kube-system\/canal-config cannot be read/,
      ],
      'a configuration without a backend': [
        () =>
          new CanalCluster().set(
            'ConfigMap',
            'canal-config',
            'data',
            `{ net-conf.json: '{"Network":"10.244.0.0/16"}' }`,
          ),
        'breaks net-conf-no-backend ConfigMap kube-system/canal-config',
        /names no backend/,
      ],
      'a backend that flannel does not know': [
        () =>
          new CanalCluster().set(
            'ConfigMap',
            'canal-config',
            'data',
            `{ net-conf.json: '{"Network":"10.244.0.0/16","Backend":{"Type":"vxlam"}}' }`,
          ),
        'breaks net-conf-unknown-backend ConfigMap kube-system/canal-config',
        /names the backend vxlam/,
      ],
      'IPv6 pod CIDRs that flannel ignores': [
        () => new CanalCluster().set('Node', 'n2', 'spec', '{ podCIDRs: [10.244.1.0/24, "fd00:1::/64"] }'),
        'may-break ipv6-not-enabled Node n2',
        /n2 has an IPv6 pod CIDR/,
      ],
      'a datastore that is not ready': [
        () => new CanalCluster().set('ClusterInformation', 'default', 'spec', '{ datastoreReady: false }'),
        'breaks calico-datastore-not-ready ClusterInformation default',
        /datastoreReady false/,
      ],
      'an upgrade that stopped half-way': [
        () => new CanalCluster().set('ClusterInformation', 'default', 'spec', '{ calicoVersion: v3.31.7 }'),
        'may-break calico-half-upgraded ClusterInformation default',
        /agents run 3\.32\.1, and its datastore was last written by 3\.31\.7/,
      ],
      'a node whose network is unavailable for no reason that is known': [
        () =>
          new CanalCluster().set(
            'Node',
            'n2',
            'status',
            '{ conditions: [{ type: NetworkUnavailable, status: "True" }, { type: Ready, status: "True" }] }',
          ),
        'breaks network-unavailable Node n2',
        /^The network of n2 is unavailable$/,
      ],
      'a second copy of Canal': [
        () =>
          new CanalCluster().add(
            `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: canal, namespace: other }\nspec: { selector: { matchLabels: { k8s-app: canal } }, template: { metadata: { labels: { k8s-app: canal } }, spec: { nodeSelector: { kubernetes.io/os: linux }, containers: [{ name: calico-node, image: 'calico/node:v3.32.1' }, { name: kube-flannel }] } } }`,
          ),
        'breaks cni-two-copies DaemonSet kube-system/canal',
        /Canal runs twice: kube-system\/canal and other\/canal/,
      ],
      'Canal beside the flannel of k3s': [
        () =>
          new CanalCluster().set(
            'Node',
            'n1',
            'metadata',
            `{ annotations: { k3s.io/node-args: '["server"]', flannel.alpha.coreos.com/backend-type: vxlan } }`,
          ),
        'breaks k3s-two-flannels DaemonSet kube-system/canal',
        /Canal runs beside the flannel that k3s runs itself/,
      ],
    };
  for (const [what, [cluster, expected, sentence]] of Object.entries(findings))
    it(`finds ${what}`, () => {
      const { problems } = view(cluster());
      assert.deepEqual(lines(problems), [expected]);
      assert.match(problems[0]?.sentence ?? '', sentence);
      assert.ok(problems[0]?.fix !== undefined, 'it says what to do');
      assert.ok((problems[0]?.evidence.length ?? 0) > 0, 'it says where it was seen');
    });

  it('finds nodes that share a tunnel address, as clones of one machine do', () => {
    const found = view(
      new CanalCluster().annotate('n1', 'public-ip', '10.0.2.15').annotate('n2', 'public-ip', '10.0.2.15'),
    );
    assert.deepEqual(lines(found.problems).sort(), [
      'breaks flannel-public-ip-foreign Node n1',
      'breaks flannel-public-ip-shared Node n1',
    ]);
  });

  it('accepts a tunnel address that an administrator has set', () => {
    const cluster = new CanalCluster()
      .annotate('n3', 'public-ip', '203.0.113.7')
      .annotate('n3', 'public-ip-overwrite', '203.0.113.7');
    assert.deepEqual(view(cluster).problems, []);
  });

  it('does not take flannel’s old DaemonSets, one for each architecture, for copies', () => {
    const found = readCniView(
      snapshotFromYaml(fixtureText('cnis/flannel-old.yaml').replaceAll(/ +nodeSelector:.*\n/g, '')),
    );
    assert.equal(found.entries[0]?.cni.agents.length, 2);
    assert.deepEqual(found.problems, []);
  });

  it('says that a rollout is under way, which is no problem', () => {
    const [canal] =
      view(new CanalCluster().set('DaemonSet', 'canal', 'status', '{ updatedNumberScheduled: 1 }')).entries[0]
        ?.workloads ?? [];
    assert.equal(canal?.rollingOut, true);
    assert.equal(canal?.words, '3 desired, 3 ready, 1 up to date, rolling out');
    const [seen] =
      view(new CanalCluster().set('DaemonSet', 'canal', 'metadata', '{ generation: 2 }')).entries[0]?.workloads ?? [];
    assert.equal(seen?.rollingOut, true, 'the controller has not seen the change yet');
  });

  it('says that a manifest has no status, and finds no fault with it', () => {
    const found = view(
      new CanalCluster()
        .set(
          'DaemonSet',
          'canal',
          'status',
          '{ observedGeneration: null, desiredNumberScheduled: null, currentNumberScheduled: null, numberReady: null, updatedNumberScheduled: null }',
        )
        .remove('Pod', 'canal-a')
        .remove('Pod', 'canal-b')
        .remove('Pod', 'canal-c')
        .remove('Node', 'n1')
        .remove('Node', 'n2')
        .remove('Node', 'n3'),
    );
    assert.equal(found.entries[0]?.workloads[0]?.words, 'no status');
    assert.equal(found.summary, 'Canal 3.32.1');
    assert.deepEqual(found.problems, []);
  });

  it('says that policies have no effect where nothing enforces them', () => {
    const cluster = new CanalCluster()
      .add(
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: shop }\nspec: { podSelector: {} }',
      )
      .set(
        'DaemonSet',
        'canal',
        'spec',
        `{ template: { metadata: { labels: { app: flannel } }, spec: { containers: [{ name: kube-flannel, image: 'flannel/flannel:v0.28.9' }] } } }`,
      );
    const found = view(cluster);
    assert.equal(found.cni.enforcement.verdict, 'no');
    const ignored = found.problems.find(({ id }) => id === 'policies-not-enforced');
    assert.equal(ignored?.sentence, '1 NetworkPolicy has no effect: Flannel does not enforce it');
  });

  it('says what is missing where kube-system may not be read', () => {
    const cluster = new CanalCluster().remove('DaemonSet', 'canal').remove('DaemonSet', 'kube-proxy');
    const found = readCniView(cluster.snapshot({ knowledge: { daemonSets: forbidden('daemonsets') } }));
    assert.equal(found.cni.state, 'cannot-tell');
    assert.equal(found.summary, 'Cannot tell: not allowed to list daemonsets');
  });

  it('keeps each pod’s view while that pod does not change', () => {
    const snapshot = new CanalCluster().snapshot();
    const before = readCniView(snapshot);
    const after = readCniView(
      snapshot.with([{ object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n9' } } }]),
    );
    assert.notEqual(before, after);
    assert.equal(agentPod(before, 'canal-a'), agentPod(after, 'canal-a'));
  });
});
