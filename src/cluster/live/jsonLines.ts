import { ApiError } from '../apiError.ts';

/** No object of an API server is this large; more than that in one line is not a watch. */
const longestLine = 33_554_432;
const newline = 0x0a;

/** The lines of a stream of bytes, without their ends. A stream that stops within a line is truncated. */
export async function* linesOf(body: AsyncIterable<Buffer>, limit = longestLine): AsyncGenerator<string, void, void> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
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
      if (size > limit) throw new ApiError({ reason: 'malformed' }, 'an event of the watch is too long');
    }
  }
  if (size > 0) throw new ApiError({ reason: 'truncated' }, 'the watch was cut within an event');
}
