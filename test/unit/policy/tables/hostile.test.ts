import { strict as assert } from 'node:assert';
import { load } from 'js-yaml';
import { buildEngine } from '../../../../src/policy/engine.ts';
import { type PolicyEngine } from '../../../../src/policy/types.ts';
import { cyclic } from '../../../property/generators/hostile.ts';
import { useEverything } from '../../../property/properties.ts';
import { snapshotOf } from '../../../property/snapshots.ts';
import { isRaw, type Raw } from '../reference/raw.ts';
import { clusterObjects } from './notation.ts';

const cluster = clusterObjects(`
  ns x team=red
  pod x/a app=a :http=80/TCP 10.1.0.1
  pod x/b app=b 10.1.0.2
`);

const kinds: Readonly<Record<string, { readonly apiVersion: string; readonly namespaced: boolean }>> = {
  NetworkPolicy: { apiVersion: 'networking.k8s.io/v1', namespaced: true },
  AdminNetworkPolicy: { apiVersion: 'policy.networking.k8s.io/v1alpha1', namespaced: false },
  BaselineAdminNetworkPolicy: { apiVersion: 'policy.networking.k8s.io/v1alpha1', namespaced: false },
  ClusterNetworkPolicy: { apiVersion: 'policy.networking.k8s.io/v1alpha2', namespaced: false },
  GlobalNetworkPolicy: { apiVersion: 'projectcalico.org/v3', namespaced: false },
  StagedNetworkPolicy: { apiVersion: 'projectcalico.org/v3', namespaced: true },
  Tier: { apiVersion: 'projectcalico.org/v3', namespaced: false },
  NetworkSet: { apiVersion: 'projectcalico.org/v3', namespaced: true },
  Profile: { apiVersion: 'projectcalico.org/v3', namespaced: false },
  HostEndpoint: { apiVersion: 'projectcalico.org/v3', namespaced: false },
};

const object = (kind: string, spec: unknown, apiVersion = kinds[kind]?.apiVersion): Raw => ({
  apiVersion,
  kind,
  metadata: { name: 'default', ...(kinds[kind]?.namespaced === true ? { namespace: 'x' } : {}) },
  spec,
});

const packet = { protocol: 'TCP' as const, port: 80, family: 4 as const };

/** Everything an engine can be asked, within a time that nobody would call hanging. */
function use(...objects: Raw[]): PolicyEngine {
  const start = performance.now();
  const engine = useEverything([...cluster, ...objects], {}, [packet]);
  assert.ok(performance.now() - start < 3000, `took ${Math.round(performance.now() - start)} ms`);
  return engine;
}

const spoken = (engine: PolicyEngine): string[] => engine.incomplete.map(({ text }) => text);
const between = (engine: PolicyEngine): string =>
  engine.verdict({
    from: { kind: 'pod', namespace: 'x', name: 'b' },
    to: { kind: 'pod', namespace: 'x', name: 'a' },
    ...packet,
  });

describe('policies that no API server would take', () => {
  const nothings: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['a text', 'x'],
    ['a number', 7],
    ['a list', [1]],
    ['an object of unknown fields', { galaxies: [] }],
  ];
  for (const kind of Object.keys(kinds)) {
    for (const [what, spec] of nothings) it(`${kind} with ${what} for a spec`, () => void use(object(kind, spec)));
    it(`${kind} that holds itself`, () => void use(object(kind, cyclic())));
    it(`${kind} without a name or metadata`, () => {
      use({ apiVersion: kinds[kind]?.apiVersion, kind }, { apiVersion: kinds[kind]?.apiVersion, kind, metadata: 'x' });
    });
  }

  const rules = (rule: unknown, kind = 'NetworkPolicy'): Raw => object(kind, { podSelector: {}, ingress: [rule] });
  const admin = (rule: unknown): Raw =>
    object('AdminNetworkPolicy', { priority: 1, subject: { namespaces: {} }, ingress: [rule] });
  const calico = (rule: unknown): Raw => object('GlobalNetworkPolicy', { ingress: [rule] });
  const reported: readonly (readonly [string, Raw])[] = [
    ['a block that is none', rules({ from: [{ ipBlock: { cidr: '10.0.0.0/99' } }] })],
    ['an exception that is no block', rules({ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['x'] } }] })],
    ['an empty peer', rules({ from: [{}] })],
    ['a block beside a selector', rules({ from: [{ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }] })],
    [
      'an operator that is none',
      rules({ from: [{ podSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } }] }),
    ],
    ['endPort below port', rules({ ports: [{ port: 9, endPort: 8 }] })],
    ['a port beyond all ports', rules({ ports: [{ port: 70_000 }] })],
    ['a protocol without ports', rules({ ports: [{ protocol: 'ICMP' }] })],
    ['a peer of an unknown kind', admin({ action: 'Deny', from: [{ galaxies: {} }] })],
    ['an action that is none', admin({ action: 'Reject', from: [{ namespaces: {} }] })],
    ['a port of an unknown kind', admin({ action: 'Deny', from: [{ namespaces: {} }], ports: [{ port: 80 }] })],
    ['a subject of an unknown kind', object('AdminNetworkPolicy', { priority: 1, subject: { galaxies: {} } })],
    ['a tier that is none', object('ClusterNetworkPolicy', { tier: 'Top', priority: 1, subject: { namespaces: {} } })],
    ['a selector that does not parse', calico({ action: 'Allow', source: { selector: "a = 'b'" } })],
    ['a Calico action that is none', calico({ action: 'Reject' })],
    ['a tier that is not there', object('GlobalNetworkPolicy', { tier: 'lost', ingress: [{ action: 'Deny' }] })],
  ];
  for (const [what, policy] of reported) {
    it(`says so of ${what}`, () => assert.notDeepEqual(spoken(use(policy)), []));
  }
});

describe('policies of absurd size', () => {
  const many = 10_000;
  const list = <T>(make: (index: number) => T, length = many): T[] => Array.from({ length }, (_, index) => make(index));

  it('10,000 labels in a selector', () => {
    const matchLabels = Object.fromEntries(list((index) => [`k${index}`, 'v']));
    assert.equal(
      between(use(object('NetworkPolicy', { podSelector: { matchLabels }, policyTypes: ['Ingress'] }))),
      'allow',
    );
  });

  it('10,000 requirements of a selector', () => {
    const matchExpressions = list((index) => ({ key: `k${index}`, operator: 'DoesNotExist' }));
    assert.equal(
      between(use(object('NetworkPolicy', { podSelector: { matchExpressions }, policyTypes: ['Ingress'] }))),
      'deny',
    );
  });

  it('10,000 values of one requirement', () => {
    const podSelector = { matchExpressions: [{ key: 'app', operator: 'In', values: [...list(String), 'a'] }] };
    assert.equal(between(use(object('NetworkPolicy', { podSelector, policyTypes: ['Ingress'] }))), 'deny');
  });

  const block = (index: number): string => `10.${Math.floor(index / 256) + 2}.${index % 256}.0/24`;

  it('1,000 rules with a block and a port each, and a block with 2,000 exceptions', () => {
    const narrow = list(
      (index) => ({ from: [{ ipBlock: { cidr: block(index) } }], ports: [{ port: index + 1 }] }),
      1_000,
    );
    const wide = { from: [{ ipBlock: { cidr: '10.0.0.0/8', except: list(block, 2_000) } }], ports: [{ port: 80 }] };
    assert.equal(between(use(object('NetworkPolicy', { podSelector: {}, ingress: [...narrow, wide] }))), 'allow');
  });

  it('10,000 ports of one rule', () => {
    const ports = list((index) => ({ port: index * 6 + 2 }));
    assert.equal(between(use(object('NetworkPolicy', { podSelector: {}, ingress: [{ ports }] }))), 'allow');
  });

  it('10,000 terms of a Calico selector', () => {
    const either = list((index) => `app == 'v${index}'`).join(' || ');
    const neither = list((index) => `app != 'v${index}'`).join(' && ');
    assert.equal(between(use(object('GlobalNetworkPolicy', { selector: either }))), 'allow');
    assert.equal(between(use(object('GlobalNetworkPolicy', { selector: neither }))), 'deny');
  });

  it('a Calico selector of 10,000 parentheses or negations', () => {
    const deep = `${'('.repeat(many)}app == 'a'${')'.repeat(many)}`;
    const engine = use(object('GlobalNetworkPolicy', { selector: deep }));
    // Too deep to read is an answer too, if it is given.
    assert.ok(between(engine) === 'deny' || spoken(engine).length > 0);
    const negated = use(object('GlobalNetworkPolicy', { selector: `${'!'.repeat(many)}has(app)` }));
    assert.ok(between(negated) === 'deny' || spoken(negated).length > 0);
  });

  it('a thousand policies of the same name: the last counts', () => {
    const policies = list(
      (index) => object('NetworkPolicy', { podSelector: {}, ingress: index === 999 ? [{}] : [] }),
      1_000,
    );
    assert.equal(between(use(...policies)), 'allow');
  });

  it('numbers beyond all measure', () => {
    for (const number of [1e308, -1e308, NaN, Infinity, 2 ** 53, -0]) {
      use(
        object('AdminNetworkPolicy', {
          priority: number,
          subject: { namespaces: {} },
          egress: [{ action: 'Deny', to: [{ namespaces: {} }] }],
        }),
        object('GlobalNetworkPolicy', { order: number, ingress: [{ action: 'Deny', protocol: number }] }),
        object('Tier', { order: number }),
        object('NetworkPolicy', { ingress: [{ ports: [{ port: number, endPort: number }] }] }),
      );
    }
  });
});

describe('names and labels that a program might trip over', () => {
  for (const word of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'ä', '💥']) {
    it(`the label ${JSON.stringify(word)}`, () => {
      // Written as text: an object literal would set the prototype.
      const labels: unknown = JSON.parse(`{${JSON.stringify(word)}: "v"}`);
      const pod = (name: string, own: unknown): Raw => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'x', name, labels: own },
        spec: {},
      });
      const policy = object('NetworkPolicy', {
        podSelector: { matchLabels: { app: 'a' } },
        ingress: [{ from: [{ podSelector: { matchLabels: labels } }] }],
      });
      const engine = use(pod('marked', labels), pod('plain', {}), policy);
      const from = (name: string): string =>
        engine.verdict({
          from: { kind: 'pod', namespace: 'x', name },
          to: { kind: 'pod', namespace: 'x', name: 'a' },
          ...packet,
        });
      assert.deepEqual([from('marked'), from('plain')], ['allow', 'deny']);
    });
  }

  it('YAML aliases that would unfold to more than memory holds', () => {
    const lines = ['a0: &a0 {matchLabels: {app: a}}'];
    for (let level = 1; level < 60; level++) lines.push(`a${level}: &a${level} {x: *a${level - 1}, y: *a${level - 1}}`);
    const bomb = load(lines.join('\n'));
    assert.ok(isRaw(bomb));
    for (const kind of Object.keys(kinds)) {
      use(
        object(kind, bomb['a59']),
        object(kind, {
          podSelector: bomb['a59'],
          subject: bomb['a59'],
          selector: bomb['a59'],
          ingress: [bomb['a59'], { from: [bomb['a59']], source: bomb['a59'], ports: bomb['a59'] }],
        }),
      );
    }
  });

  it('pods with the same address', () => {
    const twin = clusterObjects('pod x/c app=c 10.1.0.2');
    const policy = object('NetworkPolicy', {
      podSelector: { matchLabels: { app: 'a' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'c' } } }] }],
    });
    assert.equal(between(use(...twin, policy)), 'deny');
  });
});

describe('an empty cluster', () => {
  it('has no pairs', () => {
    assert.deepEqual([...buildEngine(snapshotOf([])).connectivityNow().pairs()], []);
  });
});
