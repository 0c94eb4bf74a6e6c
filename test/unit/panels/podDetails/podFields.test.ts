import assert from 'node:assert/strict';
import { fieldOf, find, sectionWords } from './words.ts';
import { around, web } from '../../../webview/fullPod.ts';
import { pageOf } from './pageOf.ts';

const { sections } = pageOf(web, around);
const shows = (id: string, fields: Readonly<Record<string, string | undefined>>): void => {
  const section = find(sections, id);
  for (const [label, expected] of Object.entries(fields)) assert.equal(fieldOf(section, label), expected, label);
};

describe('the network of a pod', () => {
  it('has all addresses of the node, names and DNS as they are set, and ports of every container', () => {
    shows('network', {
      Node: 'node-1 · 192.168.0.1 (address of the node) · fd00::1 (address of the node)',
      'Host ports': '15001 → 15000/TCP (proxy)',
      DNS: 'None · 10.0.0.2 (server) · shop.svc (search) · ndots:2 (option) · edns0 (option)',
      'Host name': 'web · front (subdomain) · with its domain, also inside',
    });
  });

  it('says how large packets may be, and which configuration says so', () => {
    shows('network', {
      MTU: [
        '1450 (veth_mtu in ConfigMap kube-system/canal-config)',
        '1400 (Flannel’s tunnel, in ConfigMap kube-system/canal-config)',
        '1410 (VXLAN, in FelixConfiguration default)',
      ].join(' · '),
    });
  });

  it('lists the networks that Multus has attached', () => {
    shows('network', {
      'Networks, by Multus': 'cbr0 10.244.1.7 (MTU 1450, the default) · shop/storage 192.168.5.9 (net1, 02:aa)',
    });
  });

  it('names the EndpointSlices that have the pod, and how it stands in them', () => {
    assert.match(
      sectionWords(find(sections, 'network')),
      /^web \| ClusterIP \| 10\.96\.0\.5 \| 80 → 8080\/TCP \(http\) \| not ready, serving \| web-a1$/m,
    );
  });
});

describe('the status of a pod', () => {
  it('says how a resize stands and which generation was seen', () => {
    shows('status', {
      Resize: "waits until the node has room for it (Node didn't have enough resource: cpu)",
      Generation: '4 (what is shown of its state is of 3)',
    });
  });

  it('says when a condition was looked at, where that is known', () => {
    const table = find(sections, 'status').blocks.find((block) => block.kind === 'table');
    assert.deepEqual(
      table?.columns.map(({ title }) => title),
      ['Condition', 'Status', 'Since', 'Looked at', 'Reason'],
    );
    const [without] = pageOf(web.replace(/, lastProbeTime: "[^"]*"/, '')).sections.filter(({ id }) => id === 'status');
    assert.ok(!without?.blocks.some((block) => block.kind === 'table' && block.columns.length !== 4));
  });
});

describe('a container of a pod', () => {
  it('has its state, how it ended last, and what that means', () => {
    shows('containers/web', {
      'Last state':
        'OOMKilled (exit 137) · it used more memory than its limit · signal 9, SIGKILL · ended @ ago · ran for 3480 s',
      Ready: 'no · not started yet (its startup probe has not succeeded)',
      Restarts: '2 · last @ ago',
      'Restart policy': 'Never · on exit 42, 43 it is started anew',
    });
  });

  it('has its image’s version in words', () => {
    assert.match(fieldOf(find(sections, 'containers/web'), 'Image') ?? '', /version 2\.4\.1, pinned by its digest/);
    assert.match(
      fieldOf(find(sections, 'ephemeralContainers/debugger-1'), 'Image') ?? '',
      /no version: the newest when it was pulled/,
    );
  });

  it('has what it asks for, what it was given, and what changing it costs', () => {
    shows('containers/web', {
      Requests: 'cpu 500m · memory 128Mi',
      Limits: 'memory 256Mi · nvidia.com/gpu 1',
      Allocated: 'cpu 250m · memory 128Mi',
      'In force': 'requests cpu 250m (asked for: 500m)',
      'When resized': 'a change of memory restarts the container',
    });
  });

  it('has its probes, its signal, its user and where its last words go', () => {
    shows('containers/web', {
      'Startup probe': 'TCP :8080 · every 10 s, times out after 1 s, fails after 3',
      'Liveness probe': 'gRPC :9001 health · every 10 s, times out after 1 s, fails after 3',
      'Before it stops': 'sleep 5 s',
      'Stopped by': 'SIGUSR1',
      Security: 'drops ALL · runs as group 7 · /proc mounted Unmasked',
      'Started as': 'user 1000 · group 7',
      'Last words to': 'after an error without any, the end of its log',
    });
  });

  it('forwards its TCP ports', () => {
    const values = find(sections, 'containers/web')
      .blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : []))
      .find(({ label }) => label === 'Ports')?.values;
    assert.deepEqual(
      values?.map((value) => (typeof value === 'object' && 'text' in value ? value.action?.args : undefined)),
      [['8080'], undefined],
    );
  });

  it('has where its environment comes from, never what a Secret holds', () => {
    const text = sectionWords(find(sections, 'containers/web/environment'));
    assert.match(text, /ConfigMap settings \(names begin with CFG_, optional\) · Secret extra/);
    assert.match(text, /DB \| Secret db, key url \(optional\)/);
  });

  it('has what is mounted where, and whether it may write there', () => {
    const text = sectionWords(find(sections, 'containers/web/mounts'));
    assert.match(text, /\/var\/log\/web \| logs \/ \$\(POD\) \| read and write/);
    assert.match(text, /\/tokens \| tokens \| read-only, with all that is mounted below/);
  });

  it('says what a container for debugging looks into and how it ended, and is not alarmed by that', () => {
    shows('ephemeralContainers/debugger-1', { 'Looks into': 'web' });
    const section = find(sections, 'ephemeralContainers/debugger-1');
    assert.match(fieldOf(section, 'State') ?? '', /Error \(exit 130\).*signal 2, SIGINT/);
    assert.equal(section.tone, 'plain');
  });

  it('says which part of its request and its limit it uses', () => {
    const page = pageOf(web, around, {
      usage: new Map([['web', { cpu: 100, memory: 192 * 2 ** 20 }]]),
      usageState: { kind: 'ready' },
    });
    const text = sectionWords(find(page.sections, 'resources'));
    assert.match(text, /web: uses 100m: 20 % of the 500m it requests, no limit/);
    assert.match(text, /web: uses 192Mi: 150 % of the 128Mi it requests, 75 % of its limit 256Mi/);
    assert.match(text, /proxy: no request, no limit/);
  });
});

describe('the volumes of a pod', () => {
  const text = sectionWords(find(sections, 'volumes'));
  it('have a source of their own kind', () => {
    assert.match(text, /scratch \| claim that lives as long as the pod \| web-7c9-x2-scratch \(fast, 1Gi\)/);
    assert.match(text, /share \| NFS \| files\.example \/export/);
    assert.match(
      text,
      /token of the service account \(for vault, valid for 120 min, vault\) · ConfigMap ca · Secret tls/,
    );
  });

  it('say where they are mounted, and which of the node’s paths may be written', () => {
    assert.match(text, /^Volumes 5 · 1 from the node, 1 may be written$/m);
    assert.match(
      text,
      /logs \| path of the node \| \/var\/log\/shop \(directory, made where there is none\) \| \/var\/log\/web \(web, read and write\)/,
    );
  });
});

describe('what a pod is related to', () => {
  it('are its owners up to the top', () => {
    shows('relations', {
      Owner: 'ReplicaSet web-7c9',
      'Owned in turn by': 'Deployment web · Rollout web-top',
    });
    assert.match(sectionWords(find(sections, 'relations')), /^Owner and sibling pods Rollout web-top/);
  });

  it('are the ConfigMaps, Secrets and claims it uses in any way, by name', () => {
    shows('relations', {
      ConfigMaps: 'app (environment of web) · settings (environment of web) · ca (volume tokens)',
      Secrets: 'db (environment of web) · extra (environment of web) · tls (volume tokens) · registry (pulls images)',
      'Volume claims': 'web-7c9-x2-scratch (volume scratch) · web-data (volume data)',
    });
  });
});

describe('the scheduling of a pod', () => {
  it('says in sentences where it must and would rather run', () => {
    shows('scheduling', {
      'Only on nodes with': 'disk in (ssd) · or node node-1',
      'Rather on nodes with': '!gpu (weight 20)',
      'Never beside pods': 'app=web, on the same node',
      Spread: 'at most 1 more of app=web on one zone than on another (else it waits)',
      'Scheduled with': 'front-0 (PodGroup) · front (scheduling.x-k8s.io/pod-group)',
    });
  });

  it('lists what it tolerates, for how long', () => {
    const text = sectionWords(find(sections, 'scheduling'));
    assert.match(text, /node\.kubernetes\.io\/not-ready \| Exists \|  \| NoExecute \| 300/);
    assert.match(text, /every taint \| Exists \|  \| every effect \| /);
  });
});

describe('the security of a pod', () => {
  it('is said in words', () => {
    shows('security', {
      'Security context':
        'runs as user 1000 · runs as group 2000 · volumes belong to group 3000 · seccomp RuntimeDefault · net.core.somaxconn=1024',
    });
  });
});
