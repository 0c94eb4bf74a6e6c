import { StringDecoder } from 'node:string_decoder';

/** A line that is longer comes in pieces of this many characters. */
const longestLine = 1_048_576;

/** The lines of a text that comes in pieces, without their ends; the last one need not be ended. */
export async function* textLines(body: AsyncIterable<Buffer>): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.write(chunk);
    let from = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      yield rest.slice(from, end).replace(/\r$/, '');
      from = end + 1;
    }
    rest = rest.slice(from);
    while (rest.length > longestLine) {
      yield rest.slice(0, longestLine);
      rest = rest.slice(longestLine);
    }
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}
