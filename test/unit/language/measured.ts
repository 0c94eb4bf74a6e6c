import assert from 'node:assert/strict';
import { hoverAt } from '../../../src/language/hover.ts';
import { type Measurement, Measurer } from '../../../src/language/measurement.ts';
import { placeAt, type PolicyPlace } from '../../../src/language/placeAt.ts';
import { PolicyTextReader, type WrittenPolicy } from '../../../src/language/policyText.ts';
import type { KindKey } from '../../../src/model/kinds.ts';
import type { ClusterSnapshot, Knowledge, Read } from '../../../src/model/snapshot.ts';
import { clusterOf } from '../policy/clusterOf.ts';

const kinds: readonly KindKey[] = ['pods', 'namespaces', 'nodes', 'services', 'networkPolicies'];

export const reads = (knowledge: Knowledge = { state: 'loaded' }): readonly Read[] =>
  kinds.map((kind) => ({ interest: { kind }, knowledge }));

export const cluster = (text: string, knowledge?: Knowledge): ClusterSnapshot => clusterOf(text, reads(knowledge));

/** The first policy of a text, measured against a cluster as the editor does it. */
export async function measured(
  snapshot: ClusterSnapshot,
  text: string,
): Promise<{ readonly measurement: Measurement; readonly written: WrittenPolicy }> {
  const measurement = new Measurer().measure(snapshot, await new PolicyTextReader('test').read(text));
  const [written] = measurement.text.policies;
  assert.ok(written, 'the text holds no policy');
  return { measurement, written };
}

/** The policy that holds the mark `‸`, which is taken out of the text first, and the field before the mark. */
export async function markedPlace(
  snapshot: ClusterSnapshot,
  marked: string,
): Promise<PolicyPlace & { readonly measurement: Measurement }> {
  const at = marked.indexOf('‸');
  assert.ok(at > 0, 'the text has no mark');
  const measurement = new Measurer().measure(
    snapshot,
    await new PolicyTextReader('test').read(marked.replace('‸', '')),
  );
  const before = marked.slice(0, at).split('\n');
  const place = placeAt(measurement, before.length - 1, (before.at(-1)?.length ?? 1) - 1);
  assert.ok(place, 'the mark is in no policy');
  return { ...place, measurement };
}

/** What the hover says over the character before the mark. */
export async function hoverOver(snapshot: ClusterSnapshot, marked: string): Promise<string> {
  const { measurement, written, path } = await markedPlace(snapshot, marked);
  return hoverAt(measurement, written, path).join('\n');
}
