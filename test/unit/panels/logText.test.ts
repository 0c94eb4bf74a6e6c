import assert from 'node:assert/strict';
import { ApiError } from '../../../src/cluster/apiError.ts';
import { logText } from '../../../src/panels/logText.ts';

const limit = 2 ** 20;
const line = 'é'.repeat(512);

describe('a log as a document', () => {
  /** What a server sends that was asked for so many bytes. */
  const sent = async function* (total: number, failure?: ApiError) {
    const whole = Buffer.from(`${line}\n`.repeat(Math.ceil(total / (Buffer.byteLength(line) + 1)))).subarray(0, total);
    yield* whole.toString('utf8').replace(/\n$/, '').split('\n');
    if (failure !== undefined) throw failure;
  };

  it('is the log', async () => {
    const text = await logText(sent(3 * 1025), limit);
    assert.equal(text, [line, line, line].join('\n'));
  });

  it('says at its end that the log goes on, and after how many lines', async () => {
    const text = await logText(sent(limit), limit);
    assert.match(text.split('\n').at(-1) ?? '', /^The log goes on: its first 1 MB are shown, 1024 lines\.$/);
  });

  it('says that it broke off, and keeps what came before', async () => {
    const text = await logText(
      sent(1025, new ApiError({ reason: 'timed-out', seconds: 15 }, 'no answer in 15 s')),
      limit,
    );
    assert.deepEqual(text.split('\n'), [line, 'The log cannot be read further: no answer in 15 s.']);
  });

  it('says nothing where the reader gave up himself', async () => {
    assert.equal(await logText(sent(1025, new ApiError({ reason: 'aborted' }, 'aborted')), limit), line);
  });
});
