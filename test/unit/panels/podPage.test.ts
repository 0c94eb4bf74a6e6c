import { strict as assert } from 'node:assert';
import type { JsonObject } from '../../../src/model/json.ts';
import { readEvent } from '../../../src/model/objects.ts';
import { readPod } from '../../../src/model/pod.ts';
import { ClusterSnapshot, ObjectTable } from '../../../src/model/snapshot.ts';
import { podPage } from '../../../src/panels/podDetails/podPage.ts';
import { formatCpu, formatMemory, parseQuantity } from '../../../src/panels/podDetails/quantity.ts';
import { inEnglish, translateBy } from '../../../src/panels/translate.ts';
import { canalPod, snapshotOf } from '../../webview/canalPod.ts';
import { find, sectionWords, words } from './podDetails/words.ts';

const live = { kind: 'live' } as const;
const onTheNode = (hostNetwork: boolean): string => {
  const { content } = canalPod().snapshot;
  const nodes = ObjectTable.of(
    (content.tables.nodes?.items ?? []).map((node) => ({ ...node, podCIDRs: ['10.244.17.0/24'], conditions: [] })),
  );
  const snapshot = new ClusterSnapshot({ ...content, tables: { ...content.tables, nodes } });
  const raw: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { nodeName: 'node-17', hostNetwork, containers: [{ name: 'web', image: 'web' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'web', ready: true, state: { running: {} } }] },
  };
  const pod = readPod(raw);
  const input = { ...canalPod(), raw, pod, events: [], snapshot };
  return JSON.stringify(podPage(input, live).sections.find(({ id }) => id === 'diagnosis') ?? '');
};

describe('the page of a pod on a node whose agent crash-loops', () => {
  it('says so and leads to the agent, though nothing is wrong with the pod itself', () => {
    assert.match(onTheNode(false), /kube-flannel on node-17 is in CrashLoopBackOff/);
    assert.match(onTheNode(false), /"openPod".*"canal-x7k2p"/);
  });

  it('is silent about it where the pod is on the network of the node', () => {
    assert.doesNotMatch(onTheNode(true), /CrashLoopBackOff/);
  });
});

describe('the page of a Canal pod whose flannel crash-loops', () => {
  const page = podPage(canalPod(), live);
  const text = page.sections.map(sectionWords).join('\n');

  it('begins with what is wrong', () => {
    assert.equal(page.header.status, 'CrashLoopBackOff');
    assert.equal(page.header.tone, 'error');
    assert.equal(page.sections[0]?.id, 'diagnosis');
    assert.match(
      sectionWords(find(page.sections, 'diagnosis')),
      /kube-flannel on node-17 .*CrashLoopBackOff.*pod cidr not assigned/,
    );
  });

  it('always says which cluster and namespace it is about', () => {
    assert.deepEqual(
      [page.header.cluster, page.header.namespace, page.header.name],
      ['prod-eu', 'kube-system', 'canal-x7k2p'],
    );
  });

  it('says that the node has no pod CIDR', () => {
    assert.match(sectionWords(find(page.sections, 'network')), /Node’s pod CIDR: none/);
  });

  it('says that NetworkPolicy does not reliably apply to a pod on the host network', () => {
    assert.match(sectionWords(find(page.sections, 'network')), /NetworkPolicy does not reliably apply/);
  });

  it('shows its siblings node by node, with the pod itself first', () => {
    const table = find(page.sections, 'relations').blocks.find((block) => block.kind === 'table');
    assert.ok(table?.kind === 'table');
    assert.deepEqual(
      table.rows.map(({ cells }) => words(cells[0] ?? '')),
      ['node-17', 'node-4', 'node-9'],
    );
    assert.deepEqual(
      table.columns.map(({ title }) => title),
      ['Node', 'Pod', 'install-cni', 'calico-node', 'kube-flannel'],
    );
  });

  it('shows no value of an environment variable that is named like a secret', () => {
    assert.doesNotMatch(text, /never-shown/);
  });

  it('leads from what is wrong to the log of the run that failed', () => {
    const problems = find(page.sections, 'diagnosis').blocks.filter((block) => block.kind === 'problem');
    const actions = problems.flatMap((block) => (block.kind === 'problem' ? (block.actions ?? []) : []));
    assert.deepEqual(
      actions.map(({ id, args }) => [id, ...(args ?? [])]),
      [['previousLog', 'kube-flannel']],
    );
  });

  it('offers the log of the run before only where there was one', () => {
    assert.deepEqual(
      page.logs.containers.filter(({ previous }) => previous).map(({ name }) => name),
      ['kube-flannel'],
    );
  });
});

describe('the events of a pod', () => {
  const { sections } = podPage(canalPod(), live);
  it('say when they happened first and last, how often, and to which container', () => {
    assert.match(
      sectionWords(find(sections, 'events')),
      /^Warning \| BackOff \| Back-off restarting [^|]* \| @ ago · first @ ago \| 231 \| kube-flannel \| kubelet$/m,
    );
  });

  it('count what a series repeats', () => {
    const series = readEvent({
      reason: 'Unhealthy',
      eventTime: '2026-11-24T09:00:00.000000Z',
      series: { count: 17, lastObservedTime: '2026-11-24T09:59:00.000000Z' },
      reportingComponent: 'kubelet',
    });
    const page = podPage({ ...canalPod(), events: [series] }, live);
    assert.match(
      sectionWords(find(page.sections, 'events')),
      /Unhealthy \|  \| @ ago · first @ ago \| 17 \|  \| kubelet/,
    );
  });
});

describe('the page of a healthy pod', () => {
  const page = podPage(canalPod(false), live);

  it('says nothing about what is wrong', () => {
    assert.equal(page.header.tone, 'plain');
    assert.ok(!page.sections.some(({ id }) => id === 'diagnosis'));
  });

  it('is quiet about its containers', () => {
    assert.deepEqual(
      find(page.sections, 'containers').sections?.map(({ tone }) => tone),
      ['plain', 'plain'],
    );
  });
});

describe('the page of any pod', () => {
  it('speaks the language of the editor', () => {
    translateBy((message, ...values) => `«${message}»${values.length === 0 ? '' : ` ${values.join(', ')}`}`);
    try {
      const { header, sections } = podPage(canalPod(), live);
      assert.deepEqual(
        sections.filter(({ title }) => !title.startsWith('«')).map(({ title }) => title),
        [],
      );
      assert.equal(words(header.facts[0] ?? ''), '«{0}/{1} ready» 1, 2');
    } finally {
      translateBy(inEnglish);
    }
  });

  it('offers the logs of containers that were added for debugging', () => {
    const input = canalPod();
    const spec = {
      ...(input.raw['spec'] as JsonObject),
      ephemeralContainers: [{ name: 'debugger-x2', image: 'busybox:1.37' }],
    };
    const { logs, sections } = podPage({ ...input, raw: { ...input.raw, spec } }, live);
    assert.deepEqual(
      logs.containers.filter(({ group }) => group === 'ephemeral'),
      [{ name: 'debugger-x2', group: 'ephemeral', previous: false }],
    );
    assert.ok(find(sections, 'ephemeralContainers').sections?.some(({ title }) => title === 'debugger-x2'));
  });

  it('says why usage is not shown', () => {
    const page = podPage(
      { ...canalPod(), usage: new Map(), usageState: { kind: 'failed', reason: 'metrics-server does not answer.' } },
      live,
    );
    assert.match(sectionWords(find(page.sections, 'resources')), /metrics-server does not answer.*\n[^]*requests 250m/);
  });

  it('keeps a section that may not be read apart from an empty one', () => {
    const page = podPage(
      { ...canalPod(), events: [], eventsState: { kind: 'forbidden', verb: 'list', resource: 'events' } },
      live,
    );
    assert.equal(find(page.sections, 'events').state.kind, 'forbidden');
  });

  for (const hostile of [
    {},
    { metadata: 7 },
    { spec: { containers: [null, 'x', {}] }, status: [] },
    { metadata: { name: '<img src=x>' } },
  ]) {
    it(`is made from ${JSON.stringify(hostile)} without failing`, () => {
      const input = canalPod();
      const page = podPage({ ...input, raw: hostile, pod: readPod(hostile as never), snapshot: snapshotOf([]) }, live);
      assert.ok(page.sections.length > 5);
    });
  }
});

describe('quantities', () => {
  const cases: [string, number | undefined][] = [
    ['250m', 0.25],
    ['1', 1],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['128974848', 128974848],
    ['129e6', 129e6],
    ['100k', 1e5],
    ['12345678n', 0.012345678],
    ['', undefined],
    ['1 Gi', undefined],
    ['lots', undefined],
  ];
  for (const [text, value] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      const got = parseQuantity(text);
      if (value === undefined) assert.equal(got, undefined);
      else assert.ok(got !== undefined && Math.abs(got - value) < 1e-9 * value + 1e-12, String(got));
    });
  }

  it('are printed as short as they can be', () => {
    assert.deepEqual(
      [formatCpu(250), formatCpu(1500), formatMemory(180 * 2 ** 20), formatMemory(1.25 * 2 ** 30)],
      ['250m', '1.5', '180Mi', '1.3Gi'],
    );
  });
});
