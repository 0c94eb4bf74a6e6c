import { randomUUID } from 'node:crypto';

/** Makes likenesses of an encoded object, with other texts in it and a uid of their own. */
export type Stamp = (values: Readonly<Record<string, string>>) => Buffer;

/**
 * The places of an encoded object that differ between likenesses. Every text is replaced by one of the same length, so
 * that the encoding's length prefixes stay right.
 */
export function stampOf(encoded: Buffer, uid: string, ...texts: readonly string[]): Stamp {
  const places = texts.map((text) => ({ text, at: occurrences(encoded, text) }));
  const uidAt = occurrences(encoded, uid);
  if (uidAt.length === 0) throw new Error('The object does not contain its uid.');
  return (values) => {
    const likeness = Buffer.from(encoded);
    const newUid = randomUUID();
    for (const at of uidAt) likeness.write(newUid, at, 'latin1');
    for (const { text, at } of places) {
      const value = values[text] ?? text;
      if (value.length !== text.length) throw new Error(`${value} does not fit into the place of ${text}.`);
      for (const position of at) likeness.write(value, position, 'latin1');
    }
    return likeness;
  };
}

function occurrences(encoded: Buffer, text: string): readonly number[] {
  const found: number[] = [];
  for (let at = encoded.indexOf(text); at >= 0; at = encoded.indexOf(text, at + text.length)) found.push(at);
  return found;
}
