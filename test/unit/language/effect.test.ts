import assert from 'node:assert/strict';
import { effectText } from '../../../src/language/effect.ts';
import { explanationText } from '../../../src/language/explanation.ts';
import { diffConnectivity } from '../../../src/policy/diff.ts';
import { pod } from '../policy/clusterOf.ts';
import { cluster, measured } from './measured.ts';

const pods = cluster(`${pod('shop', 'web', 'app: web')}${pod('shop', 'db', 'app: db')}`);
const policy = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: db, namespace: shop }\nspec: ${spec}\n`;

async function effectOf(spec: string): Promise<string> {
  const { measurement } = await measured(pods, policy(spec));
  return effectText('db.yaml applied to test', await diffConnectivity(measurement.before, measurement.engine));
}

describe('the effect of an edit', () => {
  it('lists what is no longer allowed, and on which ports the rest is', async () => {
    const text = await effectOf(
      '{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }] }',
    );
    assert.match(text, /^db\.yaml applied to test\n=+\n/);
    assert.match(text, /^shop\/web\[Pod\] → shop\/db\[Pod\]: was everything, becomes TCP 5432$/m);
    assert.match(text, /^Newly denied\n-+\n0\.0\.0\.0/m);
    assert.doesNotMatch(text, /Newly allowed/);
  });

  it('says that nothing changes', async () => {
    assert.match(await effectOf('{ podSelector: {}, ingress: [{}] }'), /Nothing changes/);
  });
});

describe('the explanation of a pair', () => {
  it('says what each side decides and whether the cluster enforces it', async () => {
    const { measurement } = await measured(pods, policy('{ podSelector: { matchLabels: { app: db } } }'));
    const explanation = measurement.engine.explain({
      from: { kind: 'pod', namespace: 'shop', name: 'web' },
      to: { kind: 'pod', namespace: 'shop', name: 'db' },
      protocol: 'TCP',
      port: 5432,
    });
    const text = explanationText(explanation, 'Canal enforces NetworkPolicy.');
    assert.match(text, /^shop\/web → shop\/db, TCP 5432$|^shop\/web\[Pod\] → shop\/db\[Pod\], TCP 5432$/m);
    assert.match(text, /^Egress of the source: allowed$/m);
    assert.match(text, /^Ingress of the destination: denied$/m);
    assert.match(text, /^Canal enforces NetworkPolicy\.$/m);
  });
});
