import { strict as assert } from 'node:assert';
import { sandboxCauseOf } from '../../../../src/inspect/networkCheck/sandboxCauses.ts';
import { checkOf, healthyCluster, readCluster, requirementOf } from './checkedCluster.ts';

const pod = (containers: string, status: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop, creationTimestamp: 2026-11-20T11:00:00Z }
spec: { nodeName: n1, containers: ${containers} }
status: ${status}`;
const twice = `[{ name: web, ports: [{ containerPort: 8080 }] }, { name: proxy, ports: [{ containerPort: 8080 }] }]`;

const event = (message: string, more = 'count: 9, lastTimestamp: 2026-11-20T11:58:00Z'): string => `
apiVersion: v1
kind: Event
metadata: { name: web-1.a, namespace: shop }
type: Warning
reason: FailedCreatePodSandBox
message: '${message}'
firstTimestamp: 2026-11-20T11:40:00Z
${more.replaceAll(', ', '\n')}
involvedObject: { kind: Pod, namespace: shop, name: web-1 }`;

describe('the check of pods', () => {
  it('mentions two containers that declare one port, and doubts the pod once one of them is not ready', () => {
    const ready = '[{ name: web, ready: true }, { name: proxy, ready: true }]';
    const fine = readCluster(healthyCluster().add(pod(twice, `{ phase: Running, containerStatuses: ${ready} }`)));
    assert.equal(checkOf(fine, 'ports-distinct').sentence, 'web and proxy of shop/web-1 declare port 8080/TCP');
    assert.equal(requirementOf(fine, 'container-to-container').verdict, 'holds');
    const failing = '[{ name: web, ready: true }, { name: proxy, ready: false }]';
    const bad = readCluster(healthyCluster().add(pod(twice, `{ phase: Running, containerStatuses: ${failing} }`)));
    assert.equal(requirementOf(bad, 'container-to-container').verdict, 'at-risk');
  });

  it('takes one port over TCP and UDP for two', () => {
    const dns = `[{ name: a, ports: [{ containerPort: 53 }] }, { name: b, ports: [{ containerPort: 53, protocol: UDP }] }]`;
    assert.equal(
      checkOf(readCluster(healthyCluster().add(pod(dns, '{ phase: Running }'))), 'ports-distinct').result,
      'passed',
    );
  });

  it('finds a pod that has waited for its sandbox for longer than two minutes', () => {
    const waiting = (since: string): string =>
      pod(
        '[{ name: web }]',
        `{ phase: Pending, conditions: [{ type: PodReadyToStartContainers, status: 'False', lastTransitionTime: ${since} }] }`,
      );
    const late = readCluster(healthyCluster().add(waiting('2026-11-20T11:50:00Z')));
    assert.equal(checkOf(late, 'sandboxes-made').sentence, 'shop/web-1 waits for a sandbox');
    assert.equal(late.problems[0]?.since, Date.parse('2026-11-20T11:50:00Z'));
    const early = readCluster(healthyCluster().add(waiting('2026-11-20T11:59:00Z')));
    assert.equal(checkOf(early, 'sandboxes-made').result, 'passed');
  });

  it('tells from an event why pods get no network', () => {
    const message =
      'failed to setup network for sandbox "x": plugin type="calico" failed (add): no IP addresses available in range set: 10.244.0.1-10.244.0.254';
    const reading = readCluster(healthyCluster().add(event(message)));
    assert.equal(requirementOf(reading, 'pod-to-pod').verdict, 'at-risk');
    const [problem] = reading.problems;
    assert.equal(problem?.id, 'sandbox-addresses-used-up');
    assert.equal(problem.sentence, 'The network of shop/web-1 cannot be set up');
    assert.match(problem.cause ?? '', /no address left/);
    assert.equal(problem.evidence[0]?.sentence, message);
  });

  it('forgets an event that is over, and waits with one that may be a node’s start', () => {
    for (const more of [
      'count: 9, lastTimestamp: 2026-11-20T11:45:00Z',
      'count: 1, lastTimestamp: 2026-11-20T11:59:50Z',
    ])
      assert.equal(
        checkOf(readCluster(healthyCluster().add(event('x', more))), 'sandboxes-fail').result,
        'passed',
        more,
      );
  });

  it('gives what the runtime said where it knows no cause', () => {
    const reading = readCluster(healthyCluster().add(event('something new')));
    assert.equal(reading.problems[0]?.cause, 'something new');
  });

  it('knows what plugins say', () => {
    const said: readonly (readonly [string, string])[] = [
      ['open /run/flannel/subnet.env: no such file or directory', 'subnet-file-missing'],
      ['stat /var/lib/calico/nodename: no such file or directory', 'agent-not-running'],
      ['error getting ClusterInformation: connection is unauthorized: Unauthorized', 'plugin-unauthorized'],
      ['failed to find plugin "portmap" in path [/opt/cni/bin]', 'plugin-missing'],
      ['add cmd: failed to assign an IP address to container', 'cloud-addresses-used-up'],
      ['unable to connect to Cilium daemon: failed to create cilium agent client', 'cilium-agent-away'],
    ];
    for (const [message, id] of said) assert.equal(sandboxCauseOf(message)?.id, id);
    assert.equal(sandboxCauseOf('context deadline exceeded'), undefined);
  });
});
