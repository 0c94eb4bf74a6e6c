import type { Pod } from '../model/pod.ts';
import type { AddressSet } from './addressSet.ts';
import type { Policy, Reads } from './rules.ts';
import { labelValue } from './selectors.ts';

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

  /**
   * The use after an edit, and the words that have come into use or fallen out of it.
   *
   * @param keep words that nobody uses any more stay in use
   */
  after(removed: readonly Policy[], added: readonly Policy[], keep = false): VocabularyEdit {
    const net = new Map<string, number>();
    for (const { reads } of removed) eachWord(reads, (word) => net.set(word, (net.get(word) ?? 0) - 1));
    for (const { reads } of added) eachWord(reads, (word) => net.set(word, (net.get(word) ?? 0) + 1));
    const changes = new Map(this.#changes);
    const flipped: string[] = [];
    for (const [word, wanted] of net) {
      const before = (this.#base.get(word) ?? 0) + (this.#changes.get(word) ?? 0);
      const change = keep && before > 0 ? Math.max(wanted, 1 - before) : wanted;
      if (before > 0 !== before + change > 0) flipped.push(word);
      changes.set(word, (changes.get(word) ?? 0) + change);
    }
    if (changes.size < 10_000) return { use: new VocabularyUse(this.#base, changes), flipped };
    const base = new Map(this.#base);
    for (const [word, change] of changes) base.set(word, (base.get(word) ?? 0) + change);
    return { use: new VocabularyUse(base, new Map()), flipped };
  }
}

interface VocabularyEdit {
  readonly use: VocabularyUse;
  readonly flipped: readonly string[];
}

/**
 * Whether a pod has what a word is about. A word that no pod has tells no pods apart, whether it is in use or not.
 * Undefined for words that are about more than labels and the names of ports.
 */
export function wordTest(word: string): ((pod: Pod) => boolean) | undefined {
  const text = word.slice(1);
  switch (word.charAt(0)) {
    case 'l':
      return ({ meta }) => labelValue(meta.labels, text) !== undefined;
    case 'v': {
      const [key = '', value = ''] = text.split('\0');
      return ({ meta }) => labelValue(meta.labels, key) === value;
    }
    case 'p':
      return ({ spec }) =>
        [...spec.containers, ...spec.initContainers].some(({ ports }) => ports.some(({ name }) => name === text));
    default:
      return undefined;
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
