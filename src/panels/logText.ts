import { ApiError } from '../cluster/apiError.ts';
import { t } from './translate.ts';

/**
 * A log as a text, which says at its end where it is not the whole log: because the server was asked for no more than
 * `limitBytes`, or because reading broke off. The server ends such a reading in the middle of a line.
 */
export async function logText(log: AsyncIterable<string>, limitBytes: number): Promise<string> {
  const lines: string[] = [];
  let bytes = 0;
  try {
    for await (const line of log) {
      lines.push(line);
      bytes += Buffer.byteLength(line) + 1;
    }
    // The end of the last line is counted although it was perhaps not sent.
    if (bytes >= limitBytes)
      lines.push(t('The log goes on: its first {0} MB are shown, {1} lines.', limitBytes / 2 ** 20, lines.length));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason !== 'aborted') lines.push(t('The log cannot be read further: {0}.', error.message));
  }
  return lines.join('\n');
}
