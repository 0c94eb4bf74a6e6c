import { isRaw, type Raw } from '../unit/policy/reference/raw.ts';

/**
 * The smallest objects that still fail, found by leaving things out: whole objects first, then fields and entries.
 * fast-check shrinks what it drew; this takes away what was never needed, so that a report is short enough to read.
 */
export function reduced(objects: readonly Raw[], fails: (objects: readonly Raw[]) => boolean): readonly Raw[] {
  let current = objects;
  for (let changed = true; changed;) {
    changed = false;
    for (const smaller of smallerLists(current)) {
      if (!fails(smaller)) continue;
      current = smaller;
      changed = true;
      break;
    }
  }
  return current;
}

function* smallerLists(objects: readonly Raw[]): Generator<readonly Raw[]> {
  for (let index = 0; index < objects.length; index++) yield objects.toSpliced(index, 1);
  for (const [index, object] of objects.entries()) {
    for (const smaller of smallerValues(object, true, new Set()))
      if (isRaw(smaller)) yield objects.with(index, smaller);
  }
}

const identity = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

/** `seen` keeps it from following aliases: objects may hold themselves. */
function* smallerValues(value: unknown, keepIdentity: boolean, seen: Set<unknown>): Generator<unknown> {
  if (seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield value.toSpliced(index, 1);
    for (let index = 0; index < value.length; index++)
      for (const smaller of smallerValues(value[index], false, seen)) yield value.with(index, smaller);
  } else if (isRaw(value)) {
    for (const key of Object.keys(value)) {
      // What a rule without an action does is a question of its own, and so are ports without a protocol.
      if ((keepIdentity && identity.includes(key)) || key === 'action' || key === 'protocol') continue;
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
    }
    for (const [key, inner] of Object.entries(value))
      for (const smaller of smallerValues(inner, keepIdentity && key === 'metadata', seen))
        yield { ...value, [key]: smaller };
  }
}
