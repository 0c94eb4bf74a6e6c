import type { Path } from '../policy/lint/path.ts';
import type { PolicyEngine, Selection } from '../policy/types.ts';
import type { Edit } from './fixEdits.ts';
import type { Measurement } from './measurement.ts';
import { plural } from './podWords.ts';
import { PolicyTextReader, type WrittenPolicy } from './policyText.ts';

/** `1 pod → 4 pods`: whom the rule at `path` names before and after a change; undefined where it stays the same. */
export async function peersAfter(
  { engine, snapshot }: Measurement,
  written: WrittenPolicy,
  edits: readonly Edit[],
  path: Path,
): Promise<string | undefined> {
  const text = edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((changed, { start, end, text: put }) => changed.slice(0, start) + put + changed.slice(end), written.slice);
  const { overlay } = await new PolicyTextReader('preview').read(text);
  const count = (of: PolicyEngine): number => {
    const { namespace, name } = written.policy.meta;
    return peersOf(of.selects({ table: written.kind, namespace, name }), path).size;
  };
  const [before, after] = [count(engine), count(engine.update(snapshot.with(overlay), { mayBeFiner: true }))];
  return before === after ? undefined : `${plural(before, 'pod')} → ${plural(after, 'pod')}`;
}

function peersOf(selection: Selection | undefined, [, direction, index]: Path): ReadonlySet<string> {
  const rule = selection?.rules.find((one) => one.rule.direction === direction && one.rule.index === Number(index));
  return new Set((rule?.peers ?? []).flatMap(({ pods }) => pods.map(({ namespace, name }) => `${namespace}/${name}`)));
}
