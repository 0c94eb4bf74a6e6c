import assert from 'node:assert/strict';
import { why } from '../../../src/tree/why.ts';
import { inEnglish } from '../../../src/tree/words.ts';
import { canalCluster, node } from './canalCluster.ts';
import { connected, FakeSource, snapshotOf } from './fakes.ts';

const explained = (source: FakeSource): string => why(source, inEnglish);

describe('the document that explains the verdicts', () => {
  it('lists each verdict with its signs, their points and the objects that show them', () => {
    const text = explained(
      new FakeSource(
        'prod-eu',
        connected,
        snapshotOf({
          objects: canalCluster(3),
          connection: {
            context: 'prod-eu',
            server: 'https://prod.example:6443',
            proxy: { url: 'socks5://jump.example:1080', from: 'proxy-url' },
          },
        }),
      ),
    );
    assert.match(
      text,
      /^prod-eu\n=======\nServer: https:\/\/prod\.example:6443\nProxy: socks5:\/\/jump\.example:1080 \(from proxy-url\)\nVersion: v1\.34\.2\n/,
    );
    assert.match(
      text,
      /Cluster type\n-+\nUpstream \(kubeadm\) \(certain\)\n \+60 {2}The ConfigMap kube-system\/kubeadm-config exists {2}\[ConfigMap kube-system\/kubeadm-config/,
    );
    assert.match(
      text,
      /CNI: Canal 3\.32\.1\n-+\ncertain, \d+ of 100 points\n \+60 {2}The DaemonSet canal in kube-system/,
    );
    assert.match(text, /NetworkPolicy: enforces NetworkPolicy\nFelix, in the calico-node container/);
    assert.match(text, /What was read\n-+\n.*\n· nodes: read\n/);
  });

  it('says what may not be read, and of a CNI that has gone what it left', () => {
    const text = explained(
      new FakeSource(
        'prod-eu',
        connected,
        snapshotOf({
          objects: [node('node-1', 1)],
          reads: [
            {
              interest: { kind: 'daemonSets' },
              knowledge: { state: 'forbidden', verb: 'list', resource: 'daemonsets' },
            },
          ],
        }),
      ),
    );
    assert.match(text, /CNI\n---\nCannot tell\n/);
    assert.match(
      text,
      /Not known\n-+\nAny of this may change a verdict above\.\n(?:· .*\n)*· Cannot tell: not allowed to list daemonsets/,
    );
    assert.match(text, /· daemonsets: not allowed: list daemonsets/);
  });

  it('keeps names that hold line breaks on their line', () => {
    const name = 'evil\n\nCluster type\n---\nEKS (certain)';
    const text = explained(new FakeSource(name, connected, snapshotOf({ objects: canalCluster(1), name })));
    assert.equal(text.split('\n').filter((line) => line === 'Cluster type').length, 1);
  });

  it('does not pass for knowledge what nobody has asked', () => {
    const text = explained(new FakeSource('prod-eu', { kind: 'not-connected' }));
    assert.match(text, /Not connected: what stands below is what the kubeconfig tells\./);
    assert.doesNotMatch(text, /enforces NetworkPolicy\n/);
  });
});
