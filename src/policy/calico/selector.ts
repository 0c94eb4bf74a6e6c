import { and, fromBoolean, no, not, or, type Tri, yes } from '../tri.ts';

/** A Calico selector, parsed. Source: libcalico-go `lib/selector` and the selector reference of the documentation. */
export type CalicoSelector =
  | { readonly kind: 'all' }
  /** What is in no namespace. */
  | { readonly kind: 'global' }
  | { readonly kind: 'has'; readonly key: string }
  | {
      readonly kind: 'is';
      readonly key: string;
      readonly operator: '==' | '!=' | 'contains' | 'starts with' | 'ends with';
      readonly value: string;
    }
  | { readonly kind: 'in'; readonly key: string; readonly negated: boolean; readonly values: ReadonlySet<string> }
  | { readonly kind: 'not'; readonly of: CalicoSelector }
  | { readonly kind: 'and'; readonly of: readonly CalicoSelector[] }
  | { readonly kind: 'or'; readonly of: readonly CalicoSelector[] };

export class CalicoSelectorError extends Error {
  /** Where in the text, from 0. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'CalicoSelectorError';
    this.position = position;
  }
}

const maxLength = 1_000_000;
const maxDepth = 500;
const identifier = /[A-Za-z0-9_./-]{1,512}/y;

/**
 * Parses a selector. The empty text selects everything.
 *
 * @throws {CalicoSelectorError}
 */
export function parseCalicoSelector(text: string): CalicoSelector {
  if (text.length > maxLength)
    throw new CalicoSelectorError(`the selector is longer than ${maxLength} characters`, maxLength);
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): CalicoSelector {
    this.#blanks();
    if (this.#at === this.#text.length) return { kind: 'all' };
    const selector = this.#or();
    if (this.#at < this.#text.length) this.#fail('expected &&, || or the end');
    return selector;
  }

  #or(): CalicoSelector {
    const of = [this.#and()];
    while (this.#take('||')) of.push(this.#and());
    return of.length === 1 ? (of[0] as CalicoSelector) : { kind: 'or', of };
  }

  #and(): CalicoSelector {
    const of = [this.#term()];
    while (this.#take('&&')) of.push(this.#term());
    return of.length === 1 ? (of[0] as CalicoSelector) : { kind: 'and', of };
  }

  #term(): CalicoSelector {
    let negated = false;
    while (this.#text[this.#at] === '!' && this.#text[this.#at + 1] !== '=') {
      this.#at++;
      this.#blanks();
      negated = !negated;
    }
    const selector = this.#primary();
    return negated ? { kind: 'not', of: selector } : selector;
  }

  #primary(): CalicoSelector {
    if (this.#take('(')) {
      if (++this.#depth > maxDepth) this.#fail(`more than ${maxDepth} parentheses within one another`);
      const inner = this.#or();
      if (!this.#take(')')) this.#fail('expected )');
      this.#depth--;
      return inner;
    }
    const start = this.#at;
    const word = this.#identifier('a label, has(…), all(), global() or (');
    if (this.#text[this.#at] === '(') {
      if (word === 'all' || word === 'global') {
        this.#at++;
        this.#blanks();
        if (!this.#take(')')) this.#fail(`expected ) after ${word}(`);
        return { kind: word };
      }
      if (word === 'has') {
        this.#at++;
        this.#blanks();
        const key = this.#identifier('a label');
        this.#blanks();
        if (!this.#take(')')) this.#fail('expected ) after the label');
        return { kind: 'has', key };
      }
      this.#at = start;
      this.#fail(`there is no function ${word}()`);
    }
    this.#blanks();
    return this.#comparison(word);
  }

  #comparison(key: string): CalicoSelector {
    for (const operator of ['==', '!='] as const)
      if (this.#take(operator)) return { kind: 'is', key, operator, value: this.#string() };
    const word = this.#word();
    switch (word) {
      case 'contains':
        return { kind: 'is', key, operator: 'contains', value: this.#string() };
      case 'starts with':
      case 'ends with':
        return { kind: 'is', key, operator: word, value: this.#string() };
      case 'in':
      case 'not in':
        return { kind: 'in', key, negated: word === 'not in', values: this.#set() };
      default:
        return this.#fail('expected an operator: ==, !=, in, not in, contains, starts with, ends with');
    }
  }

  /** An operator made of letters; `starts with` may be written `startswith`. */
  #word(): string | undefined {
    const match = /(contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?![A-Za-z0-9_./-])/y;
    match.lastIndex = this.#at;
    const [found] = match.exec(this.#text) ?? [];
    if (found === undefined) return undefined;
    this.#at += found.length;
    this.#blanks();
    const letters = found.replaceAll(/[ \t]/g, '');
    return { startswith: 'starts with', endswith: 'ends with', notin: 'not in' }[letters] ?? letters;
  }

  #set(): ReadonlySet<string> {
    if (!this.#take('{')) this.#fail('expected {');
    const values = new Set<string>();
    if (this.#take('}')) return values;
    do {
      values.add(this.#string());
      // A comma may stand before the brace.
      if (this.#take(',') && this.#text[this.#at] !== '}') continue;
      if (this.#take('}')) return values;
      this.#fail('expected , or }');
    } while (this.#at < this.#text.length);
    return this.#fail('expected }');
  }

  /** In single or double quotes; there are no escapes. */
  #string(): string {
    const quote = this.#text[this.#at];
    if (quote !== "'" && quote !== '"') this.#fail('expected a string in quotes');
    const end = this.#text.indexOf(quote as string, this.#at + 1);
    if (end < 0) this.#fail('the string has no end');
    const value = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    this.#blanks();
    return value;
  }

  #identifier(expected: string): string {
    identifier.lastIndex = this.#at;
    const [found] = identifier.exec(this.#text) ?? [];
    if (found === undefined) return this.#fail(`expected ${expected}`);
    this.#at += found.length;
    return found;
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    this.#blanks();
    return true;
  }

  #blanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }

  #fail(message: string): never {
    throw new CalicoSelectorError(message, this.#at);
  }
}

/** A label's value, `undefined` where it is absent, a `Tri` that says why where it cannot be known. */
export type Lookup = (key: string) => string | undefined | Tri;

/** Whether a selector matches something by its labels; `global` and `all` are what `global()` and `all()` say of it. */
export function matchesCalico(selector: CalicoSelector, lookup: Lookup, global: boolean, all = true): Tri {
  switch (selector.kind) {
    case 'all':
      return fromBoolean(all);
    case 'global':
      return fromBoolean(global);
    case 'not':
      return not(matchesCalico(selector.of, lookup, global, all));
    case 'and': {
      let result: Tri = yes;
      for (const part of selector.of) {
        result = and(result, matchesCalico(part, lookup, global, all));
        if (result === no) return no;
      }
      return result;
    }
    case 'or': {
      let result: Tri = no;
      for (const part of selector.of) {
        result = or(result, matchesCalico(part, lookup, global, all));
        if (result === yes) return yes;
      }
      return result;
    }
    default: {
      const value = lookup(selector.key);
      return typeof value === 'number' ? value : fromBoolean(matchesLabel(selector, value));
    }
  }
}

function matchesLabel(
  selector: Extract<CalicoSelector, { kind: 'has' | 'is' | 'in' }>,
  value: string | undefined,
): boolean {
  switch (selector.kind) {
    case 'has':
      return value !== undefined;
    case 'in':
      // A label that is absent is in no set.
      return (value !== undefined && selector.values.has(value)) !== selector.negated;
    case 'is':
      if (selector.operator === '!=') return value !== selector.value;
      if (value === undefined) return false;
      switch (selector.operator) {
        case '==':
          return value === selector.value;
        case 'contains':
          return value.includes(selector.value);
        case 'starts with':
          return value.startsWith(selector.value);
        case 'ends with':
          return value.endsWith(selector.value);
      }
  }
}

/** What a selector reads: each label with a value that it compares to, `undefined` for its presence, `null` for all of it. */
export function readsOf(
  selector: CalicoSelector,
  found: (readonly [string, string | undefined | null])[] = [],
): readonly (readonly [string, string | undefined | null])[] {
  switch (selector.kind) {
    case 'all':
    case 'global':
      break;
    case 'has':
      found.push([selector.key, undefined]);
      break;
    case 'is':
      found.push([selector.key, selector.operator === '==' || selector.operator === '!=' ? selector.value : null]);
      break;
    case 'in':
      found.push([selector.key, undefined]);
      for (const value of selector.values) found.push([selector.key, value]);
      break;
    case 'not':
      readsOf(selector.of, found);
      break;
    case 'and':
    case 'or':
      for (const part of selector.of) readsOf(part, found);
  }
  return found;
}
