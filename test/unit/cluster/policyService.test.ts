import { strict as assert } from 'node:assert';
import { unpackPairs } from '../../../src/cluster/policyMessages.ts';
import { PolicyService, PolicyWorkerError } from '../../../src/cluster/policyService.ts';
import { kindOf } from '../../../src/model/kinds.ts';
import { ClusterSnapshot } from '../../../src/model/snapshot.ts';
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

  it('fails what is under way when it is closed', async () => {
    const other = new PolicyService(program);
    other.use(cluster);
    const asked = other.ask('counts', {});
    other.dispose();
    await assert.rejects(asked, PolicyWorkerError);
    await assert.rejects(other.ask('counts', {}), PolicyWorkerError);
  });
});
