import type { ModelObject } from '../../model/meta.ts';

/** So many different parts are remembered; then it begins anew, so that parts which are never alike cost little. */
const mostParts = 4_096;
const mostStrings = 16_384;
/** Longer texts are messages and documents, of which no two are alike. */
const longestString = 128;

/**
 * Lets objects share the parts in which they are alike: pods of one workload have the same labels, owners and
 * containers, and most of what fifty thousand of them weigh is those. Objects are never changed once they are read,
 * which is what makes it safe.
 */
export class Sharing {
  readonly #parts = new Map<string, unknown>();
  readonly #strings = new Map<string, string>();

  /** Replaces parts of a freshly read object, which nobody else has seen yet, by equal ones of earlier objects. */
  apply<T extends ModelObject>(object: T): T {
    this.#within(object, 0);
    return object;
  }

  #within(owner: object, depth: number): void {
    const fields = owner as Record<string, unknown>;
    for (const field of Object.keys(fields)) {
      // No two are alike.
      if (depth === 1 && (field === 'name' || field === 'uid')) continue;
      const value = fields[field];
      const shared =
        typeof value === 'string'
          ? this.#string(value)
          : typeof value !== 'object' || value === null
            ? value
            : depth === 0
              ? this.#descend(value)
              : this.#part(value);
      if (shared !== value) fields[field] = shared;
    }
  }

  #descend(value: object): object {
    this.#within(value, 1);
    return value;
  }

  #part(value: object): unknown {
    const key = JSON.stringify(value);
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    this.#words(value);
    if (this.#parts.size >= mostParts) this.#parts.clear();
    this.#parts.set(key, value);
    return value;
  }

  /** A part that is new may still be made of known words. */
  #words(value: object): void {
    const fields = value as Record<string, unknown>;
    for (const field of Object.keys(fields)) {
      const inner = fields[field];
      if (typeof inner === 'string') {
        const shared = this.#string(inner);
        if (shared !== inner) fields[field] = shared;
      } else if (typeof inner === 'object' && inner !== null) this.#words(inner);
    }
  }

  #string(value: string): string {
    if (value.length > longestString) return value;
    const known = this.#strings.get(value);
    if (known !== undefined) return known;
    if (this.#strings.size >= mostStrings) this.#strings.clear();
    this.#strings.set(value, value);
    return value;
  }
}
