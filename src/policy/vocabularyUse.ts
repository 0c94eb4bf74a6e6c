import type { AddressSet } from './addressSet.ts';
import type { Policy, Reads } from './rules.ts';

/** How often each word of the vocabulary is used, so that an edit can tell whether the vocabulary stays what it is. */
export class VocabularyUse {
  readonly #base: ReadonlyMap<string, number>;
  readonly #changes: ReadonlyMap<string, number>;

  private constructor(base: ReadonlyMap<string, number>, changes: ReadonlyMap<string, number>) {
    this.#base = base;
    this.#changes = changes;
  }

  static of(policies: readonly Policy[]): VocabularyUse {
    const base = new Map<string, number>();
    for (const { reads } of policies) eachWord(reads, (word) => base.set(word, (base.get(word) ?? 0) + 1));
    return new VocabularyUse(base, new Map());
  }

  /** The use after an edit; `undefined` where a word comes into use or falls out of it. */
  after(removed: readonly Policy[], added: readonly Policy[]): VocabularyUse | undefined {
    const net = new Map<string, number>();
    for (const { reads } of removed) eachWord(reads, (word) => net.set(word, (net.get(word) ?? 0) - 1));
    for (const { reads } of added) eachWord(reads, (word) => net.set(word, (net.get(word) ?? 0) + 1));
    const changes = new Map(this.#changes);
    for (const [word, change] of net) {
      const before = (this.#base.get(word) ?? 0) + (this.#changes.get(word) ?? 0);
      if (before > 0 !== before + change > 0) return undefined;
      changes.set(word, (changes.get(word) ?? 0) + change);
    }
    if (changes.size < 10_000) return new VocabularyUse(this.#base, changes);
    const base = new Map(this.#base);
    for (const [word, change] of changes) base.set(word, (base.get(word) ?? 0) + change);
    return new VocabularyUse(base, new Map());
  }
}

function eachWord(reads: Reads, use: (word: string) => void): void {
  for (const { requirements } of reads.podSelectors) {
    for (const { key, values } of requirements) {
      use(`l${key}`);
      for (const value of values) use(`v${key}\0${value}`);
    }
  }
  for (const [key, value] of reads.labels)
    use(value === null ? `*${key}` : value === undefined ? `l${key}` : `v${key}\0${value}`);
  for (const name of reads.portNames) use(`p${name}`);
  for (const set of reads.addresses) use(addressWord(set));
  if (reads.serviceAccounts) use('s');
  if (reads.nodes) use('n');
}

const addressWord = ({ v4, v6 }: AddressSet): string => `a${v4.join()}|${v6.join()}`;
