/** Tables of text in the formats that other programs read. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** RFC 4180, but lines end in a line feed. */
export const toCsv = ({ columns, rows }: Table): string => [columns, ...rows].map(csvLine).join('');

export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\n`;

/**
 * A spreadsheet takes a cell that begins with one of these for a formula and would run it, and what stands in a cell
 * comes from files of others: a quote in front makes it text.
 */
const formula = /^[=+\-@\t\r]/;

function csvCell(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /["\n\r,]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const toMarkdown = ({ columns, rows }: Table): string => markdownHead(columns) + rows.map(markdownLine).join('');

export const markdownHead = (columns: readonly string[]): string =>
  markdownLine(columns) + markdownLine(columns.map(() => '---'));

export const markdownLine = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |\n`;

const markdownCell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replace(/[\r\n]+/g, ' ');
