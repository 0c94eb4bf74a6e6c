import assert from 'node:assert/strict';
import type { ConnectionState } from '../../../src/cluster/source.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { pageSize } from '../../../src/tree/rendering.ts';
import type { Row } from '../../../src/tree/row.ts';
import { renderClusters } from '../../../src/tree/rows.ts';
import { tooltipMarkdown } from '../../../src/tree/tooltip.ts';
import { formatMoment } from '../../../src/tree/words.ts';
import { ViewState } from '../../../src/tree/viewState.ts';
import { canalCluster, canalDaemonSet, canalPod, node } from './canalCluster.ts';
import {
  clustersOf,
  connected,
  FakeSource,
  find,
  memory,
  noon,
  render,
  rendering,
  snapshotOf,
  textOf,
} from './fakes.ts';

const canal = (nodes: number, broken: readonly number[] = []): FakeSource =>
  new FakeSource('prod-eu', connected, snapshotOf({ objects: canalCluster(nodes, broken) }));

const lines = (...text: readonly string[]): string => text.join('\n');
/** Everything but kube-proxy, whose pods nobody has asked for here. */
const opened = (row: Row): boolean => !row.tags.includes('workload') || row.label !== 'kube-proxy';

describe('the rows of a cluster', () => {
  it('go from the cluster to each container, problems first, and open to the first problem', () => {
    const { rows } = render([canal(3, [2])]);
    assert.equal(
      textOf(rows, { open: opened, icons: true }),
      lines(
        '(error) prod-eu  Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 2/3 ready',
        '  (error) Canal  Calico policy + Flannel VXLAN · enforces NetworkPolicy · 1 problem',
        '    (error) canal  DaemonSet 3 desired, 2 ready, 3 up to date',
        '      (error) canal-00002  node-2 · 1/2 · CrashLoopBackOff · 12 restarts, last 5m ago',
        '        (vm) calico-node  running, ready · calico/node:v3.32.1',
        '        (error) kube-flannel  waiting: CrashLoopBackOff (last exit 1, Error)',
        '        (vm) install-cni  init, completed',
        '      (package) canal-00001  node-1 · 2/2 · Running',
        '        (vm) calico-node  running, ready · calico/node:v3.32.1',
        '        (vm) kube-flannel  running, ready · flannel-io/flannel:v0.28.9',
        '        (vm) install-cni  init, completed',
        '      (package) canal-00003  node-3 · 2/2 · Running',
        '        (vm) calico-node  running, ready · calico/node:v3.32.1',
        '        (vm) kube-flannel  running, ready · flannel-io/flannel:v0.28.9',
        '        (vm) install-cni  init, completed',
        '  (layers) kube-proxy  DaemonSet 3 desired, 3 ready, 3 up to date',
      ),
    );
    const openOnes = (row: Row): boolean => row.leads === true || row.tags.includes('cluster');
    assert.equal(
      textOf(rows, { open: openOnes })
        .split('\n')
        .map((line) => line.trim().split('  ')[0])
        .join(' '),
      'prod-eu Canal canal canal-00002 calico-node kube-flannel install-cni canal-00001 canal-00003 kube-proxy',
    );
  });

  it('are quiet where all is well', () => {
    const { rows, badge, message } = render([canal(3)]);
    const all: Row[] = [];
    const visit = (list: readonly Row[]): void => {
      for (const row of list) {
        all.push(row);
        visit(row.children?.() ?? []);
      }
    };
    visit(rows);
    assert.deepEqual(
      all.filter(({ icon }) => icon?.colour !== undefined).map(({ label }) => label),
      [],
    );
    assert.equal(badge, undefined);
    assert.equal(message, undefined);
    assert.equal(find(rows, 'Canal').icon?.id, 'shield');
    assert.ok(all.every(({ open, leads }) => open !== true && leads !== true));
  });

  it('say in words what their icons show, for those who hear them', () => {
    const { rows } = render([canal(3, [2])]);
    assert.equal(rows[0]?.spoken, 'Cluster prod-eu, Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 2/3 ready, 1 problem');
    assert.equal(
      find(rows, 'canal-00002').spoken,
      'Pod canal-00002, CrashLoopBackOff, 1 of 2 containers ready, 12 restarts, last 5m ago, on node-2',
    );
    assert.equal(
      find(rows, 'kube-flannel').spoken,
      'Container kube-flannel, waiting: CrashLoopBackOff (last exit 1, Error)',
    );
  });

  it('have ids that stay, whatever their state', () => {
    const ids = (source: FakeSource): ReadonlySet<string> => {
      const found = new Set<string>();
      const visit = (list: readonly Row[]): void => {
        for (const { id, children } of list) {
          assert.ok(!found.has(id), `${id} is there twice`);
          found.add(id);
          visit(children?.() ?? []);
        }
      };
      visit(render([source]).rows);
      return found;
    };
    assert.deepEqual(ids(canal(3, [2])), ids(canal(3)));
  });

  it('are never thousands: pods with problems come first, the rest in pages behind one row', () => {
    const state = new ViewState(memory());
    const source = canal(1200, [7, 900]);
    const canalRows = (): readonly Row[] =>
      find(renderClusters(clustersOf([source]), state, rendering(state)).rows, 'canal').children?.() ?? [];
    const rows = canalRows();
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['canal-00007', 'canal-00900', '1,198 without a problem'],
    );
    const group = rows[2];
    const page = group?.children?.() ?? [];
    assert.equal(page.length, pageSize + 1);
    assert.equal(page.at(-1)?.label, 'Show 100 More');
    assert.equal(page.at(-1)?.description, '100 of 1,198 shown');
    state.showMore(group?.id ?? '');
    const more = canalRows()[2]?.children?.() ?? [];
    assert.equal(more.length, 2 * pageSize + 1);
    assert.equal(more.at(-1)?.id, page.at(-1)?.id);
  });

  it('keep their places in a long list when a first problem appears', () => {
    const before = find(render([canal(150)]).rows, 'canal').children?.() ?? [];
    assert.deepEqual(
      before.map(({ label, open }) => [label, open]),
      [['150 without a problem', true]],
    );
    const after = find(render([canal(150, [3])]).rows, 'canal').children?.() ?? [];
    assert.equal(after[1]?.id, before[0]?.id);
  });

  it('name the nodes that an agent does not cover', () => {
    const objects: readonly JsonObject[] = [...canalCluster(3), node('node-4', 4)];
    const { rows } = render([new FakeSource('prod-eu', connected, snapshotOf({ objects }))]);
    const workload = find(rows, 'canal');
    assert.equal(workload.description, 'DaemonSet 3 desired, 3 ready, 3 up to date, 1 node not covered');
    const group = workload.children?.()[0];
    assert.equal(group?.label, '1 node not covered');
    assert.deepEqual(
      group.children?.().map(({ label, description }) => [label, description]),
      [['node-4', '10.0.0.4']],
    );
  });

  it('count restarts as kubectl does', () => {
    const { rows } = render([canal(1, [1])]);
    const tooltip = find(rows, 'canal-00001').tooltip?.();
    assert.deepEqual(
      tooltip?.rows?.find(([name]) => name === 'Restarts'),
      ['Restarts', '12 (5m ago)'],
    );
  });

  it('offer what can be copied', () => {
    const { rows } = render([canal(2, [1])]);
    assert.equal(find(rows, 'canal-00001').address, '10.0.0.1');
    assert.deepEqual(find(rows, 'Canal').kubectl?.(), [
      'kubectl',
      '--context=prod-eu',
      '-n',
      'kube-system',
      'get',
      'pods',
      '--selector=k8s-app=canal',
      '-o',
      'wide',
    ]);
    assert.deepEqual(find(rows, 'kube-flannel').kubectl?.().slice(2), [
      '-n',
      'kube-system',
      'logs',
      'canal-00001',
      '-c',
      'kube-flannel',
      '--previous',
    ]);
  });

  it('survive names and messages that are meant to do harm', () => {
    const name = 'x'.repeat(253);
    const pod = canalPod(name, '<img src=x>', true) as { status: { containerStatuses: { state: unknown }[] } };
    const hostile = JSON.parse(
      JSON.stringify(pod).replaceAll('back-off 5m0s restarting failed container', '[x](command:y)\\n| $(error) <b>'),
    ) as JsonObject;
    const objects = [node('<img src=x>', 1), hostile, canalDaemonSet(1, 0)];
    const { rows } = render([new FakeSource('prod-eu', connected, snapshotOf({ objects }))]);
    const row = find(rows, name);
    assert.match(row.description ?? '', /^<img src=x> · 1\/2 · CrashLoopBackOff/);
    for (const shown of [row, find(rows, 'kube-flannel')]) {
      const markdown = tooltipMarkdown(shown.tooltip?.() ?? { title: '' });
      assert.doesNotMatch(markdown, /\]\(command|<img|<b>|(?<!\\)\$\(/);
    }
  });
});

describe('what is not known', () => {
  it('is said with the verb and the resource that are missing, and is not taken for none', () => {
    const forbidden = (kind: 'daemonSets' | 'nodes', resource: string) => ({
      interest: { kind },
      knowledge: { state: 'forbidden', verb: 'list', resource } as const,
    });
    const source = new FakeSource(
      'prod-eu',
      connected,
      snapshotOf({ objects: [], reads: [forbidden('daemonSets', 'daemonsets'), forbidden('nodes', 'nodes')] }),
    );
    const text = textOf(render([source]).rows, { icons: true });
    assert.match(text, /cannot tell which CNI/);
    assert.match(text, /\(question\) Cannot tell: not allowed to list daemonsets/);
    assert.doesNotMatch(text, /No CNI found/);
  });

  it('is said of the pods of a DaemonSet', () => {
    const source = new FakeSource(
      'prod-eu',
      connected,
      snapshotOf({
        objects: canalCluster(2).filter(({ kind }) => kind !== 'Pod'),
        reads: [
          {
            interest: { kind: 'pods', namespace: 'kube-system', labelSelector: 'k8s-app=canal' },
            knowledge: { state: 'forbidden', verb: 'list', resource: 'pods', namespace: 'kube-system' },
          },
        ],
      }),
    );
    const [row] = find(render([source]).rows, 'canal').children?.() ?? [];
    assert.equal(row?.label, 'Cannot tell: not allowed to list pods in kube-system');
    assert.equal(row.icon?.id, 'question');
    const problems = textOf(render([source], { problemsOnly: true }).rows);
    assert.match(problems, /Cannot tell: not allowed to list pods/, 'nobody knows that there is no problem');
    assert.doesNotMatch(problems, /No problems/);
  });

  it('carries its age once it is old', () => {
    const reads = [
      {
        interest: { kind: 'pods' as const },
        knowledge: { state: 'stale', since: noon - 3 * 60_000, reason: 'connection refused' } as const,
      },
    ];
    const state: ConnectionState = { kind: 'unreachable', message: 'connection refused' };
    const source = new FakeSource('prod-eu', state, snapshotOf({ objects: canalCluster(2), reads }));
    const [row] = render([source]).rows;
    assert.match(
      row?.description ?? '',
      /^unreachable: connection refused · as of \d\d:\d\d, 3 min ago · Upstream \(kubeadm\) v1\.34\.2 · Canal 3\.32\.1 · 2\/2 ready$/,
    );
    assert.equal(row?.icon?.id, 'debug-disconnect');
    assert.ok((row.children?.() ?? []).length > 1, 'what was known stays in sight');
  });

  it('names a container’s image without its registry, and by its digest where it has no tag', () => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
    for (const [image, shown] of [
      ['docker.io/calico/node:v3.32.1', 'calico/node:v3.32.1'],
      ['localhost:5000/calico/node:v3.32.1', 'calico/node:v3.32.1'],
      ['calico/node', 'calico/node'],
      ['node:v1', 'node:v1'],
      [`registry.example/a/b/node:v1@${digest}`, 'a/b/node:v1'],
      [`registry.example:443/calico/node@${digest}`, 'calico/node@sha256:0123456789ab…'],
    ] as const) {
      const objects = JSON.parse(
        JSON.stringify(canalCluster(1)).replaceAll('quay.io/calico/node:v3.32.1', image),
      ) as JsonObject[];
      const { rows } = render([new FakeSource('prod-eu', connected, snapshotOf({ objects }))]);
      assert.equal(find(rows, 'calico-node').description, `running, ready · ${shown}`);
      assert.ok(tooltipMarkdown(find(rows, 'calico-node').tooltip?.() ?? { title: '' }).includes('Image'));
    }
  });

  it('says that it has no nodes, and finds nothing wrong with that', () => {
    const { rows } = render([new FakeSource('prod-eu', connected, snapshotOf({ objects: canalCluster(0) }))]);
    assert.equal(
      textOf(rows, { open: ({ tags }) => !tags.includes('workload'), icons: true }),
      lines(
        '(server-environment) prod-eu  Upstream (kubeadm) v1.34.2 · no nodes · Canal 3.32.1 · 0/0 ready',
        '  (shield) Canal  Calico policy + Flannel VXLAN · enforces NetworkPolicy',
        '    (layers) canal  DaemonSet 0 desired, 0 ready, 0 up to date',
        '  (layers) kube-proxy  DaemonSet 0 desired, 0 ready, 0 up to date',
      ),
    );
    const [bare] = render([new FakeSource('prod-eu', connected, snapshotOf({ objects: [] }))]).rows;
    assert.equal(bare?.description, 'Unknown type v1.34.2 · no nodes · No known CNI');
    const reads = [{ interest: { kind: 'nodes' as const }, knowledge: { state: 'loading' } as const }];
    const [loading] = render([new FakeSource('prod-eu', connected, snapshotOf({ objects: [], reads }))]).rows;
    assert.doesNotMatch(loading?.description ?? '', /no nodes/, 'loading is not none');
  });

  it('stays in sight while a rewritten kubeconfig entry connects', () => {
    const earlier = snapshotOf({ objects: canalCluster(2) });
    const source = new FakeSource('prod-eu', { kind: 'connecting' });
    const [row] = render([{ source, current: false, earlier }]).rows;
    assert.match(row?.description ?? '', /^connecting… · as of .* · Canal 3\.32\.1 · 2\/2 ready$/);
    assert.equal(find(render([{ source, current: false, earlier }]).rows, 'Canal').icon?.id, 'shield');
    const partly = snapshotOf({
      objects: canalCluster(2).filter(({ kind }) => kind !== 'Pod'),
      reads: [{ interest: { kind: 'pods' }, knowledge: { state: 'loading' } }],
    });
    source.become({ state: connected, snapshot: partly });
    assert.ok(find(render([{ source, current: false, earlier }]).rows, 'canal-00001'), 'until it has answered in full');
    source.become({ snapshot: snapshotOf({ objects: canalCluster(2, [1]) }) });
    assert.match(render([{ source, current: false, earlier }]).rows[0]?.description ?? '', /^Upstream .* 1\/2 ready$/);
  });
});

describe('a cluster that is not connected', () => {
  const shown = (state: ConnectionState): readonly [string | undefined, string | undefined] => {
    const [row] = render([new FakeSource('prod-eu', state)]).rows;
    return [row?.icon?.id, row?.description];
  };
  const states: readonly (readonly [ConnectionState, string, string])[] = [
    [{ kind: 'not-connected' }, 'circle-outline', 'not connected'],
    [{ kind: 'connecting' }, 'loading~spin', 'connecting…'],
    [{ kind: 'unauthorized', message: 'token expired' }, 'key', 'signed out: token expired'],
    [{ kind: 'forbidden', verb: 'get', resource: 'nodes' }, 'lock', 'no access: get nodes'],
    [
      { kind: 'unreachable', message: 'connection refused', retryAt: noon + 5000 },
      'debug-disconnect',
      'unreachable: connection refused',
    ],
    [{ kind: 'timed-out', seconds: 15 }, 'watch', 'no answer in 15 s'],
    [
      { kind: 'credential-plugin', command: 'aws', args: [], missing: true, message: '', stderr: '' },
      'terminal',
      'credential plugin not found: aws',
    ],
    [
      {
        kind: 'credential-plugin',
        command: 'aws',
        args: ['eks'],
        missing: false,
        message: 'aws ended with exit code 1',
        stderr: 'SSO session expired\n',
      },
      'terminal',
      'credential plugin failed: aws',
    ],
    [
      { kind: 'certificate', message: 'signed by unknown authority' },
      'workspace-untrusted',
      'certificate not accepted: signed by unknown authority',
    ],
    [
      { kind: 'invalid', message: 'names the user "bob", which is not there.' },
      'warning',
      'names the user "bob", which is not there',
    ],
    [{ kind: 'failed', message: '503 Service Unavailable' }, 'debug-disconnect', '503 Service Unavailable'],
  ];
  for (const [state, icon, words] of states) {
    it(`says "${words}"`, () => {
      assert.deepEqual(shown(state), [icon, words]);
    });
  }

  it('has an icon and words of its own in each state', () => {
    assert.equal(new Set(states.map(([, , words]) => words)).size, states.length);
  });

  it('says what to do, and what a credential plugin said', () => {
    const source = new FakeSource('prod-eu', {
      kind: 'credential-plugin',
      command: 'aws',
      args: ['eks', 'get-token'],
      missing: false,
      message: 'aws ended with exit code 1',
      stderr: 'Error loading SSO\nThe SSO session has expired\n',
    });
    const [row] = render([source]).rows;
    assert.deepEqual(
      row?.children?.().map(({ label }) => label),
      ['Run it in a terminal to sign in or to see what it says, then choose Retry.', 'The SSO session has expired'],
    );
    assert.ok(row.tags.includes('runnable'));
  });

  it('says how a credential plugin failed that said nothing', () => {
    const [row] = render([
      new FakeSource('prod-eu', {
        kind: 'credential-plugin',
        command: 'aws',
        args: [],
        missing: false,
        message: 'aws did not finish in 60 s',
        stderr: '',
      }),
    ]).rows;
    assert.equal(row?.children?.().at(-1)?.label, 'aws did not finish in 60 s');
    assert.ok(row.tooltip?.().sentences?.includes('aws did not finish in 60 s'));
  });

  it('says in the hover how old the numbers are that it shows', () => {
    const stale = {
      interest: { kind: 'nodes' },
      knowledge: { state: 'stale', since: noon - 60_000, reason: 'x' },
    } as const;
    const asOf = (reads: readonly (typeof stale)[]): string | undefined => {
      const [row] = render([new FakeSource('prod-eu', connected, snapshotOf({ objects: [], reads }))]).rows;
      return row?.tooltip?.().rows?.find(([name]) => name === 'As of')?.[1];
    };
    assert.equal(asOf([stale]), formatMoment(noon - 60_000));
    assert.equal(asOf([]), undefined);
  });

  it('offers Retry where a file is missing that the kubeconfig names, and not where the kubeconfig is wrong', () => {
    const shownOf = (state: ConnectionState): readonly [string | undefined, boolean | undefined] => {
      const [row] = render([new FakeSource('prod-eu', state)]).rows;
      return [row?.children?.()[0]?.label, row?.tags.includes('failing')];
    };
    const message = 'the token file /run/token cannot be read';
    assert.deepEqual(shownOf({ kind: 'invalid', message, elsewhere: true }), ['Correct it, then choose Retry.', true]);
    assert.deepEqual(shownOf({ kind: 'invalid', message: 'names no server' }), [
      'Correct the file; it is read again when it changes.',
      false,
    ]);
  });

  it('names the proxy that stands in between, and what names that', () => {
    const proxy = { url: 'http://proxy.example:3128', from: 'HTTPS_PROXY' };
    const connection = { context: 'prod-eu', server: 'https://prod.example', proxy };
    const shownOf = (state: ConnectionState): readonly [string, string] => {
      const source = new FakeSource('prod-eu', state, snapshotOf({ objects: [], reads: [], connection }));
      const [row] = render([source]).rows;
      assert.ok(row?.tooltip);
      const { sentences = [], rows = [] } = row.tooltip();
      return [sentences.join(' '), rows.find(([name]) => name === 'Proxy')?.[1] ?? ''];
    };
    const words = 'http://proxy.example:3128 (from HTTPS_PROXY)';
    const [advice, row] = shownOf({ kind: 'unreachable', message: 'no route to the host' });
    assert.ok(advice.endsWith(`It is asked through the proxy ${words}.`), advice);
    assert.equal(row, words);
    const [quiet, still] = shownOf(connected);
    assert.deepEqual([quiet.includes('proxy'), still], [false, words]);
    assert.ok(!shownOf({ kind: 'unauthorized', message: 'token expired' })[0].includes('proxy'));
  });

  it('gives the install hint of a plugin that is missing', () => {
    const source = new FakeSource('prod-eu', {
      kind: 'credential-plugin',
      command: 'gke-gcloud-auth-plugin',
      args: [],
      missing: true,
      message: 'gke-gcloud-auth-plugin is not installed or not on PATH',
      stderr: '',
      installHint: 'Install it with\n  gcloud components install gke-gcloud-auth-plugin\n',
    });
    const [row] = render([source]).rows;
    assert.equal(row?.children?.()[0]?.label, 'Install it with gcloud components install gke-gcloud-auth-plugin');
    assert.ok(!row.tags.includes('runnable'), 'there is nothing to run');
  });
});

describe('the filter', () => {
  it('keeps the pods that match and the rows that lead to them, and counts what it leaves out', () => {
    const { rows, message } = render([canal(12, [3])], { text: 'node-1' });
    assert.deepEqual(
      find(rows, 'canal')
        .children?.()
        .map(({ label }) => label),
      ['canal-00001', 'canal-00010', 'canal-00011', 'canal-00012'],
    );
    assert.equal(message, 'filtered: node-1, 4 of 12 pods');
  });

  it('finds containers, statuses and, without regard to case, names', () => {
    assert.equal(render([canal(12, [3])], { text: 'crashloop' }).message, 'filtered: crashloop, 1 of 12 pods');
    assert.equal(render([canal(12)], { text: 'KUBE-FLANNEL' }).message, 'filtered: KUBE-FLANNEL, 12 of 12 pods');
  });

  it('shows where the text stands', () => {
    const row = find(render([canal(2)], { text: 'canal' }).rows, 'canal-00001');
    assert.deepEqual(row.highlights, [[0, 5]]);
  });

  it('leaves a cluster whole whose name matches, and leaves out those of which nothing does', () => {
    const other = new FakeSource('staging', { kind: 'not-connected' });
    const { rows, message, content } = render([canal(3), other], { text: 'prod' });
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['prod-eu'],
    );
    assert.equal(message, 'filtered: prod, 3 of 3 pods, 1 of 2 clusters');
    assert.equal(content, 'some');
    const none = render([other], { text: 'prod' });
    assert.equal(none.content, 'filtered');
    assert.equal(none.message, undefined, 'a message would take the place of the welcome text');
  });

  it('leaves only problems where only problems are wanted', () => {
    const { rows, message } = render([canal(12, [3])], { problemsOnly: true });
    assert.equal(
      textOf(rows),
      lines(
        'prod-eu  Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 11/12 ready',
        '  Canal  Calico policy + Flannel VXLAN · enforces NetworkPolicy · 1 problem',
        '    canal  DaemonSet 12 desired, 11 ready, 12 up to date',
        '      canal-00003  node-3 · 1/2 · CrashLoopBackOff · 12 restarts, last 5m ago',
        '        calico-node  running, ready · calico/node:v3.32.1',
        '        kube-flannel  waiting: CrashLoopBackOff (last exit 1, Error)',
        '        install-cni  init, completed',
      ),
    );
    assert.equal(message, 'filtered: problems only, 1 of 12 pods');
    assert.match(textOf(render([canal(3)], { problemsOnly: true }).rows), /\n {2}No problems$/);
  });
});

describe('the clusters of the view', () => {
  const at = (name: string, server: string): FakeSource =>
    new FakeSource(
      name,
      connected,
      snapshotOf({ objects: canalCluster(1), name, connection: { context: name, server } }),
    );

  it('come favourites first, and hidden ones not at all until they are asked for', () => {
    const state = new ViewState(memory());
    const sources = ['a', 'b', 'c'].map((name) => new FakeSource(name, { kind: 'not-connected' }));
    const labels = (): readonly string[] => render(sources, {}, state).rows.map(({ label }) => label);
    state.keep('favourites', ['context:c'], true);
    state.keep('hidden', ['context:a'], true);
    assert.deepEqual(labels(), ['c', 'b']);
    state.showHidden = true;
    assert.deepEqual(labels(), ['c', 'a', 'b']);
    assert.equal(render(sources, {}, state).rows[1]?.description, 'not connected · hidden');
    state.keep('hidden', ['context:b', 'context:c'], true);
    state.showHidden = false;
    assert.equal(render(sources, {}, state).content, 'hidden');
  });

  it('stand below their server where contexts share one', () => {
    const state = new ViewState(memory());
    state.groupByServer = true;
    const sources = [
      at('admin@prod', 'https://prod:6443'),
      at('dev', 'https://dev'),
      at('me@prod', 'https://prod:6443'),
    ];
    assert.equal(
      textOf(render(sources, {}, state).rows, { open: ({ tags }) => tags.includes('server') }),
      lines(
        'prod:6443  2 contexts',
        '  admin@prod  Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 1/1 ready',
        '  me@prod  Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 1/1 ready',
        'dev  Upstream (kubeadm) v1.34.2 · Canal 3.32.1 · 1/1 ready',
      ),
    );
  });

  it('are beside the kubeconfig that cannot be read, which hides none of them', () => {
    const state = new ViewState(memory());
    const clusters = clustersOf(
      [new FakeSource('a', { kind: 'not-connected' })],
      [{ place: { path: '/home/me/.kube/broken', line: 12 }, message: 'Not valid YAML: bad indentation' }],
    );
    const { rows } = renderClusters(clusters, state, rendering(state));
    assert.equal(
      textOf(rows, { open: () => false }),
      'a  not connected\nbroken  line 12 · Not valid YAML: bad indentation',
    );
    assert.ok(rows[1]?.tags.includes('kubeconfig'));
  });

  it('count their problems on the view’s icon', () => {
    const { badge } = render([canal(3, [1]), new FakeSource('staging', { kind: 'not-connected' })]);
    assert.deepEqual(badge, { value: 1, tooltip: '1 problem in prod-eu' });
  });

  it('say which documents of a folder were not read', () => {
    const source = new FakeSource('manifests', connected, snapshotOf({ objects: canalCluster(1) }), 'folder');
    const problems = () => [
      { file: '/m/a.yaml', line: 3, severity: 'note' as const, message: 'A kustomization is not applied here.' },
      { file: '/m/sub/b.yaml', line: 412, severity: 'error' as const, message: 'A tab where YAML wants blanks.' },
    ];
    const rows = render([{ source, current: false, folder: '/m', problems }]).rows[0]?.children?.() ?? [];
    assert.equal(rows[0]?.label, '1 document not read as written');
    assert.deepEqual(
      rows[0].children?.().map(({ description }) => description),
      ['line 412 · A tab where YAML wants blanks.', 'line 3 · A kustomization is not applied here.'],
    );
    assert.equal(find(rows, 'Canal').kubectl, undefined, 'kubectl cannot reach a folder');
  });
});
