import { ApiError } from '../apiError.ts';

/** No object of an API server is this large; more than that in one line is not a watch. */
const longestLine = 33_554_432;
const newline = 0x0a;

export interface LineLimits {
  /** Bytes of a line. */
  readonly bytes?: number;
  /** Milliseconds for which nothing more of a line may come that has begun. Between lines there is no limit. */
  readonly stallMs?: number;
}

/**
 * The lines of a stream of bytes, without their ends.
 * @throws {ApiError} truncated, where the stream stops within a line; timed-out, where a line goes on no more.
 */
export async function* linesOf(
  body: AsyncIterable<Buffer>,
  { bytes = longestLine, stallMs }: LineLimits = {},
): AsyncGenerator<string, void, void> {
  let parts: Buffer[] = [];
  let size = 0;
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const coming = chunks.next();
      const { value: chunk, done } = await (size > 0 && stallMs !== undefined ? within(coming, stallMs) : coming);
      if (done === true) break;
      let from = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        let line: string;
        if (size === 0) line = chunk.toString('utf8', from, end);
        else {
          parts.push(chunk.subarray(from, end));
          line = Buffer.concat(parts).toString('utf8');
          parts = [];
          size = 0;
        }
        from = end + 1;
        if (line !== '' && line !== '\r') yield line;
      }
      if (from < chunk.length) {
        parts.push(chunk.subarray(from));
        size += chunk.length - from;
        if (size > bytes) throw new ApiError({ reason: 'malformed' }, 'an event of the watch is too long');
      }
    }
  } finally {
    // Ends at the next chunk where one is being waited for; whoever opened the stream closes it.
    void chunks.return?.();
  }
  if (size > 0) throw new ApiError({ reason: 'truncated' }, 'the watch was cut within an event');
}

async function within<T>(coming: Promise<T>, stallMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seconds = Math.round(stallMs / 100) / 10;
      reject(new ApiError({ reason: 'timed-out', seconds }, `an event of the watch stopped for ${seconds} s`));
    }, stallMs);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}
