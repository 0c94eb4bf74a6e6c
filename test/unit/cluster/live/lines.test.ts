import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { ApiError } from '../../../../src/cluster/apiError.ts';
import { linesOf } from '../../../../src/cluster/live/jsonLines.ts';
import { textLines } from '../../../../src/cluster/live/textLines.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer, void, void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

const collect = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const result: string[] = [];
  for await (const line of lines) result.push(line);
  return result;
};

describe('the lines of a watch', () => {
  it('are whole wherever the bytes are cut, within a letter too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => text.replace(/[\r\n]/g, '-'))),
        fc.integer({ min: 1, max: 20 }),
        async (lines, size) => {
          const text = lines.map((line) => `${line}\n`).join('');
          assert.deepEqual(await collect(linesOf(pieces(text, size))), lines);
        },
      ),
      { numRuns: 200, seed: 2026 },
    );
  });

  it('end as truncated within a line, and a line without end takes no more memory than allowed', async () => {
    await assert.rejects(collect(linesOf(pieces('{"a":1}\n{"b', 3))), { failure: { reason: 'truncated' } });
    async function* endless(): AsyncGenerator<Buffer, void, void> {
      for (;;) yield Buffer.alloc(1000, 'x');
    }
    await assert.rejects(
      collect(linesOf(endless(), { bytes: 50_000 })),
      (error) => error instanceof ApiError && error.reason === 'malformed',
    );
  });

  it('are given up where one goes on no more, and never between two', async () => {
    async function* withPauses(): AsyncGenerator<Buffer, void, void> {
      yield Buffer.from('1\n');
      await sleep(60);
      yield Buffer.from('2\n3');
      await sleep(1);
      yield Buffer.from('3\n4');
      await sleep(60);
      yield Buffer.from('4\n');
    }
    const seen: string[] = [];
    await assert.rejects(
      async () => {
        for await (const line of linesOf(withPauses(), { stallMs: 40 })) seen.push(line);
      },
      (error) => error instanceof ApiError && error.reason === 'timed-out',
    );
    assert.deepEqual(seen, ['1', '2', '33']);
  });
});

describe('the lines of a log', () => {
  it('are whole wherever the bytes are cut, and the last one need not be ended', async () => {
    for (const size of [1, 2, 3, 100]) {
      assert.deepEqual(await collect(textLines(pieces('first\r\n\nGrüße €\nlast', size))), [
        'first',
        '',
        'Grüße €',
        'last',
      ]);
      assert.deepEqual(await collect(textLines(pieces('only\n', size))), ['only']);
    }
  });
});
