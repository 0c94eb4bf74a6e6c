import { isObject, type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import { ApiError } from '../apiError.ts';

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

export interface ListHead {
  /** `v1` and `PodList`: the items themselves do not say what they are. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly resourceVersion: string;
  /** Where the next page begins; empty on the last one. */
  readonly continue: string;
}

/**
 * Takes a `List` apart while its bytes arrive: each item is cut out and parsed by itself, so that no page, however
 * large, holds the event loop or has to be in memory as a whole.
 */
export class ListDecoder {
  /** Everything but the items. */
  readonly #rest: Buffer[] = [];
  #place: 'before' | 'within' | 'after' = 'before';
  /** Braces and brackets that are open: those of the item within the items, those of the list outside. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The beginning of an item that goes on in the next chunk. */
  #begun: Buffer[] = [];
  /** The entries of the item's `metadata.managedFields` in the current chunk, or -1. */
  #cutFrom = -1;
  #cutTo = -1;
  #head: ListHead | undefined;

  /** Known once the items begin, which is where servers put it; else after `end`. */
  get head(): ListHead | undefined {
    return this.#head;
  }

  /** The items that `chunk` completes. Must be run to its end before the next chunk. Throws an ApiError. */
  *push(chunk: Buffer): Generator<JsonObject, void, void> {
    let at = 0;
    let start = 0;
    while (at < chunk.length) {
      if (this.#place !== 'within') at = this.#outside(chunk, at);
      else if (this.#depth === 0) {
        at = this.#beforeItem(chunk, at);
        start = at - 1;
      } else {
        const end = this.#endOfItem(chunk, at);
        if (end < 0) break;
        yield this.#item(chunk, start, end);
        at = end;
      }
    }
    if (this.#place === 'within' && this.#depth > 0) this.#begun.push(chunk.subarray(start));
  }

  /** After the last chunk. Throws an ApiError if the list was not complete or is no list. */
  end(): ListHead {
    if (this.#place === 'within' || this.#depth !== 0 || this.#rest.length === 0)
      throw new ApiError({ reason: 'truncated' }, 'the list ended early');
    this.#head ??= readHead(parse(Buffer.concat(this.#rest).toString('utf8')));
    return this.#head;
  }

  /** Up to the beginning of the items, or the whole chunk. */
  #outside(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
      } else if (byte === quote) this.#inString = true;
      else if (byte === openBrace || byte === openBracket) {
        if (byte === openBracket && this.#depth === 1 && this.#place === 'before') {
          const text = Buffer.concat([...this.#rest, chunk.subarray(from, at + 1)]).toString('utf8');
          if (/"items"\s*:\s*\[$/.test(text)) {
            this.#rest.push(chunk.subarray(from, at + 1));
            this.#place = 'within';
            this.#depth = 0;
            const head = parse(`${text}]}`);
            if (isObject(head) && isObject(head['metadata'])) this.#head = readHead(head);
            return at + 1;
          }
        }
        this.#depth++;
      } else if (byte === closeBrace || byte === closeBracket) this.#depth--;
    }
    this.#rest.push(chunk.subarray(from));
    return chunk.length;
  }

  /** Past the brace that opens the next item, or past the bracket that ends the items. */
  #beforeItem(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === openBrace) {
        this.#depth = 1;
        return at + 1;
      }
      if (byte === closeBracket) {
        this.#place = 'after';
        this.#depth = 1;
        this.#rest.push(chunk.subarray(at, at + 1));
        return at + 1;
      }
    }
    return chunk.length;
  }

  /**
   * The index after the item's last brace, or -1 if that is not in this chunk. `metadata.managedFields` is often half of
   * an item and never read; where the item begins in this chunk it is left out, which saves half of the parsing.
   */
  #endOfItem(chunk: Buffer, from: number): number {
    const whole = this.#begun.length === 0;
    let depth = this.#depth;
    let inString = this.#inString;
    let stringFrom = 0;
    let metadataNext = false;
    let inMetadata = false;
    let cutting = false;
    this.#cutFrom = -1;
    this.#cutTo = -1;
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      at++;
    }
    const length = chunk.length;
    for (; at < length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (byte === backslash) at++;
        else if (byte === quote) {
          inString = false;
          if (depth > 2 || !whole) continue;
          if (depth === 1) metadataNext = at - stringFrom === 9 && isText(chunk, stringFrom, metadataKey);
          else if (inMetadata && at - stringFrom === 14 && isText(chunk, stringFrom, managedFieldsKey)) {
            cutting = chunk[at + 1] === colon && chunk[at + 2] === openBracket;
            if (cutting) this.#cutFrom = at + 3;
          }
        }
      } else if (byte === quote) {
        inString = true;
        stringFrom = at;
      } else if (byte === openBrace || byte === openBracket) {
        if (++depth === 2) inMetadata = metadataNext;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (--depth === 2 && cutting) {
          cutting = false;
          this.#cutTo = at;
        } else if (depth === 0) {
          this.#depth = 0;
          this.#inString = false;
          return at + 1;
        }
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    // A backslash was the last byte, so what it escapes is the next chunk's first.
    this.#escaped = at > length;
    return -1;
  }

  #item(chunk: Buffer, from: number, end: number): JsonObject {
    let text: string;
    if (this.#begun.length > 0) text = Buffer.concat([...this.#begun, chunk.subarray(from, end)]).toString('utf8');
    else if (this.#cutTo > 0)
      text = chunk.toString('utf8', from, this.#cutFrom) + chunk.toString('utf8', this.#cutTo, end);
    else text = chunk.toString('utf8', from, end);
    this.#begun = [];
    const value = parse(text);
    return isObject(value) ? value : {};
  }
}

const colon = 0x3a;
const metadataKey = Buffer.from('"metadata"');
const managedFieldsKey = Buffer.from('"managedFields"');

const isText = (chunk: Buffer, from: number, text: Buffer): boolean =>
  chunk.compare(text, 0, text.length, from, from + text.length) === 0;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ApiError({ reason: 'malformed' }, 'the list is not JSON', { cause });
  }
}

function readHead(list: unknown): ListHead {
  const kind = isObject(list) ? (stringAt(list, 'kind') ?? '') : '';
  if (!isObject(list) || !kind.endsWith('List'))
    throw new ApiError({ reason: 'malformed' }, 'the answer is not a list');
  const metadata = objectAt(list, 'metadata');
  return {
    apiVersion: stringAt(list, 'apiVersion') ?? '',
    kind,
    resourceVersion: stringAt(metadata, 'resourceVersion') ?? '',
    continue: stringAt(metadata, 'continue') ?? '',
  };
}
