import { strict as assert } from 'node:assert';
import { networkCheckPage } from '../../../../src/panels/networkCheck/checkPage.ts';
import type { Block, Section } from '../../../../src/panels/page.ts';
import type { NetworkCheckPage } from '../../../../src/panels/protocol.ts';
import { healthyCluster } from '../../inspect/networkCheck/checkedCluster.ts';

const crashLoop =
  '{ restartCount: 12, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1, reason: Error, finishedAt: 2026-11-20T11:57:00Z } } }';
const live = { kind: 'live' } as const;
const healthy = (): NetworkCheckPage => networkCheckPage(healthyCluster().snapshot(), live);
const broken = (): NetworkCheckPage =>
  networkCheckPage(healthyCluster().container('canal-b', 'kube-flannel', crashLoop).snapshot(), live);
const section = ({ sections }: NetworkCheckPage, id: string): Section => {
  const found = sections.find((one) => one.id === id);
  assert.ok(found, id);
  return found;
};
type Kind<K extends Block['kind']> = Extract<Block, { readonly kind: K }>;
const blocks = <K extends Block['kind']>({ blocks: list }: Section, kind: K): readonly Kind<K>[] =>
  list.filter((block): block is Kind<K> => block.kind === kind);
const cells = (page: NetworkCheckPage, id: string): readonly string[] =>
  (blocks(section(page, id), 'table')[0]?.rows ?? []).map(({ cells: row }) => JSON.stringify(row));

describe('the page of a cluster’s network', () => {
  it('has nothing wrong to show where all holds, and says so in its head', () => {
    const page = healthy();
    assert.equal(page.header.status, 'Every requirement holds, as far as the API shows');
    assert.equal(page.header.tone, 'plain');
    assert.deepEqual(page.header.facts.slice(0, 3), [
      'Upstream (kubeadm) v1.34.2',
      'Canal 3.32.1 · 3/3 ready',
      'enforces NetworkPolicy',
    ]);
    assert.deepEqual(
      page.sections.map(({ id, open }) => `${id}${open ? ' open' : ''}`),
      ['container-to-container', 'pod-to-pod', 'pod-to-service', 'outside-to-service', 'policies', 'limits open'],
    );
  });

  it('shows what is wrong first, with its cause, what to do and where to look', () => {
    const page = broken();
    assert.equal(page.header.status, '1 requirement is broken');
    assert.equal(page.header.tone, 'error');
    const [problem] = blocks(section(page, 'wrong'), 'problem');
    assert.match(problem?.sentence ?? '', /^kube-flannel on n2 is in CrashLoopBackOff/);
    assert.match(problem?.fix ?? '', /kubectl logs -n kube-system canal-b/);
    assert.deepEqual(problem?.actions, [
      { id: 'openPod', label: 'Open canal-b', args: ['kube-system', 'canal-b'] },
      { id: 'openLog', label: 'Log of kube-flannel', args: ['kube-system', 'canal-b', 'kube-flannel'] },
      { id: 'copyDescribe', label: 'Copy kubectl Command', args: ['Pod', 'kube-system', 'canal-b'] },
    ]);
    assert.equal(page.sections[0]?.id, 'wrong');
  });

  it('lists every check of a requirement, those that failed before those that passed', () => {
    const rows = cells(broken(), 'pod-to-pod');
    assert.match(rows[0] ?? '', /The agents run and are ready.*"failed"/);
    assert.ok(rows.length > 12);
    assert.ok(rows.slice(1).every((row) => !row.includes('"failed"')));
  });

  it('names objects and fields for what it says, each once', () => {
    const evidence = blocks(section(healthy(), 'pod-to-pod'), 'table')[1];
    const rows = (evidence?.rows ?? []).map(({ cells: row }) => JSON.stringify(row));
    assert.ok(rows.some((row) => /Node n2.*spec\.podCIDRs.*10\.244\.1\.0\/24/.test(row)));
    assert.equal(new Set(rows).size, rows.length);
  });

  it('says “because” where something else explains a check that failed', () => {
    const page = networkCheckPage(
      healthyCluster()
        .set('Node', 'n2', 'spec', '{ podCIDR: "", podCIDRs: [] }')
        .container('canal-b', 'kube-flannel', crashLoop)
        .snapshot(),
      live,
    );
    assert.ok(cells(page, 'pod-to-pod').some((row) => row.includes('because n2 has no pod CIDR')));
    const [problem] = blocks(section(page, 'wrong'), 'problem');
    assert.match(problem?.evidence[0] ?? '', /^Explains: kube-flannel on n2/);
  });

  it('does not call a network healthy that is still being read', () => {
    const page = networkCheckPage(
      healthyCluster().snapshot({ knowledge: { endpointSlices: { state: 'loading' } } }),
      live,
    );
    assert.equal(page.header.status, 'being read…');
  });

  it('offers for a folder nothing that needs a server', () => {
    const page = networkCheckPage(
      healthyCluster().container('canal-b', 'kube-flannel', crashLoop).snapshot({ origin: 'folder' }),
      live,
    );
    assert.deepEqual(
      page.header.actions.map(({ id }) => id),
      ['copyReport'],
    );
    assert.ok(blocks(section(page, 'wrong'), 'problem').every(({ actions }) => actions === undefined));
  });
});
