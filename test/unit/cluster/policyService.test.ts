import { strict as assert } from 'node:assert';
import { unpackPairs } from '../../../src/cluster/policyMessages.ts';
import { PolicyService, PolicyWorkerError } from '../../../src/cluster/policyService.ts';
import { kindOf } from '../../../src/model/kinds.ts';
import { ClusterSnapshot, ObjectTable } from '../../../src/model/snapshot.ts';
import { buildEngine } from '../../../src/policy/engine.ts';
import { clusterOf, pod, policy } from '../policy/clusterOf.ts';

const program = new URL('../../../src/cluster/policyWorker.ts', import.meta.url);
const closed = '{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }';
const cluster = clusterOf(
  pod('x', 'a', 'app: a') + pod('x', 'b', 'app: b') + pod('x', 'c', 'app: c') + policy('x', 'p', closed),
);

describe('reachability in a worker', () => {
  let service: PolicyService;
  before(() => {
    service = new PolicyService(program);
    service.use(cluster);
  });
  after(() => {
    service.dispose();
  });

  it('answers what the engine answers', async () => {
    const engine = buildEngine(cluster);
    const packed = await service.ask('pairs', { by: 'pod' });
    assert.deepEqual(unpackPairs(packed), [...engine.connectivityNow({ by: 'pod' }).pairs()]);
    assert.deepEqual(await service.ask('counts', {}), engine.connectivityNow().counts);
    const question = {
      from: { kind: 'pod', namespace: 'x', name: 'b' },
      to: { kind: 'pod', namespace: 'x', name: 'a' },
      protocol: 'TCP',
      port: 80,
    } as const;
    assert.deepEqual(await service.ask('explain', { question }), engine.explain(question));
  });

  it('follows the snapshot with what has changed', async () => {
    const open = kindOf('networkPolicies').read({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'x', name: 'p' },
      spec: { podSelector: { matchLabels: { app: 'a' } }, ingress: [{}] },
    });
    const { content } = cluster;
    const networkPolicies = cluster.table('networkPolicies').with([open]);
    service.use(new ClusterSnapshot({ ...content, revision: 2, tables: { ...content.tables, networkPolicies } }));
    assert.equal((await service.ask('counts', {})).connected, 6);
    service.use(cluster);
    assert.equal((await service.ask('counts', {})).connected, 4);
  });

  it('lays unsaved documents over the snapshot for one question', async () => {
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'x', name: 'q' },
      spec: { podSelector: {}, policyTypes: ['Egress'] },
    };
    const { changes } = await service.ask('diff', { by: 'pod' }, { overlay: [{ object }] });
    assert.ok(changes.length > 0 && changes.every(({ kind }) => kind === 'removed'));
    assert.equal((await service.ask('counts', {})).connected, 4);
  });

  it('gives up at once when told to, and goes on answering', async () => {
    await assert.rejects(service.ask('coverage', {}, { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
    const controller = new AbortController();
    const asked = service.ask('exposure', {}, { signal: controller.signal });
    controller.abort(new Error('no longer needed'));
    await assert.rejects(asked, /no longer needed/);
    assert.equal((await service.ask('exposure', {})).length, 3);
  });

  it('answers each question about the snapshot of its time', async () => {
    const { content } = cluster;
    const bare = new ClusterSnapshot({ ...content, tables: { ...content.tables, networkPolicies: ObjectTable.empty } });
    const closed = service.ask('counts', {});
    service.use(bare);
    const open = service.ask('counts', {});
    service.use(cluster);
    const again = service.ask('counts', {});
    const counts = await Promise.all([closed, open, again]);
    assert.deepEqual(
      counts.map(({ connected }) => connected),
      [4, 6, 4],
    );
  });

  it('sends a large snapshot in pieces, tells how far it is, and lets others work in between', async () => {
    const pods = Array.from({ length: 5000 }, (_, index) =>
      kindOf('pods').read({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'x', name: `p-${index}`, labels: { app: 'a' }, annotations: { note: 'n' } },
        status: {
          podIPs: [{ ip: `10.0.${index >> 8}.${index & 255}` }],
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      }),
    );
    const { content } = cluster;
    const large = new ClusterSnapshot({ ...content, tables: { ...content.tables, pods: ObjectTable.of(pods) } });
    const told: string[] = [];
    let turns = 0;
    const turn = setInterval(() => turns++);
    const other = new PolicyService(program);
    try {
      other.use(large);
      const progress = (done: number, total: number, what: string): void => void told.push(`${done}/${total} ${what}`);
      const counts = await other.ask('counts', {}, { progress });
      assert.deepEqual(counts, buildEngine(large).connectivityNow().counts);
      assert.match(told[0] ?? '', /^\d+\/5\d\d\d objects$/);
      assert.ok(turns > 1, 'the thread that asks was not free in between');
      // Given up while the snapshot is being sent: what follows gets the whole of it.
      other.use(cluster);
      await other.ask('counts', {});
      other.use(large);
      const controller = new AbortController();
      const given = other.ask('coverage', {}, { signal: controller.signal });
      setImmediate(() => {
        controller.abort(new Error('enough'));
      });
      await assert.rejects(given, /enough/);
      assert.deepEqual(await other.ask('counts', {}), counts);
    } finally {
      clearInterval(turn);
      other.dispose();
    }
  });

  it('says what a policy selects, and that an empty overlay changes nothing', async () => {
    assert.deepEqual((await service.ask('diff', { by: 'workload' }, { overlay: [] })).changes, []);
    const selection = await service.ask('selects', {
      policy: { table: 'networkPolicies', namespace: 'x', name: 'p' },
    });
    assert.deepEqual(selection?.pods, [{ namespace: 'x', name: 'a' }]);
  });

  it('fails what is under way when it is closed', async () => {
    const other = new PolicyService(program);
    other.use(cluster);
    const asked = other.ask('counts', {});
    other.dispose();
    await assert.rejects(asked, PolicyWorkerError);
    await assert.rejects(other.ask('counts', {}), PolicyWorkerError);
  });
});
