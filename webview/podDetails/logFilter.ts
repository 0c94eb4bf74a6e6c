import { lineLimit, levelOf, plainText } from './logBuffer.ts';

/** Which lines are shown. */
export interface LogFilter {
  readonly search: string;
  /** `search` is a regular expression, as JavaScript writes it. */
  readonly regex: boolean;
  /** The least that a line must be; empty for every line. */
  readonly level: '' | 'warning' | 'error';
}

/** A test of one line, or the words of what is wrong with the expression. Case does not count. */
export function lineTest({ search, regex, level }: LogFilter): ((line: string) => boolean) | string {
  const found = textTest(search, regex);
  if (typeof found === 'string' || level === '') return found;
  return (line) => {
    const severity = levelOf(plainText(line.slice(0, lineLimit)));
    return (severity === 'error' || severity === level) && found(line);
  };
}

function textTest(search: string, regex: boolean): ((line: string) => boolean) | string {
  if (search === '') return () => true;
  if (!regex) {
    const wanted = search.toLowerCase();
    return (line) => line.toLowerCase().includes(wanted);
  }
  try {
    const expression = new RegExp(search, 'i');
    // What is shown of a line is what is matched: a longer one could hold the page up for as long as it liked.
    return (line) => expression.test(plainText(line.slice(0, lineLimit)));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
