/** A tooltip as data: a heading, sentences, and a short table of what they rest on. */
export interface Tooltip {
  readonly title: string;
  readonly sentences?: readonly string[];
  readonly rows?: readonly (readonly [name: string, value: string])[];
  readonly sections?: readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[];
  readonly links?: readonly { readonly text: string; readonly url: string }[];
}

const longest = 600;

/**
 * Text from a cluster as Markdown that shows it and does nothing else. Names, labels and messages are somebody else's
 * input: links, images, HTML, tables, icons and line breaks in them are written out.
 */
export function escapeMarkdown(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!~|<>$:@^="'/]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/\\</g, '&lt;')
    .replace(/\\>/g, '&gt;');
}

const table = (rows: readonly (readonly [string, string])[]): string =>
  ['| | |', '|:--|:--|', ...rows.map(([name, value]) => `| ${escapeMarkdown(name)} | ${escapeMarkdown(value)} |`)].join(
    '\n',
  );

export function tooltipMarkdown(tooltip: Tooltip): string {
  const blocks = [`**${escapeMarkdown(tooltip.title)}**`];
  for (const sentence of tooltip.sentences ?? []) blocks.push(escapeMarkdown(sentence));
  if (tooltip.rows !== undefined && tooltip.rows.length > 0) blocks.push(table(tooltip.rows));
  for (const { title, rows } of tooltip.sections ?? [])
    if (rows.length > 0) blocks.push(`**${escapeMarkdown(title)}**`, table(rows));
  const links = (tooltip.links ?? []).map(({ text, url }) => `[${escapeMarkdown(text)}](${encodeURI(url)})`);
  if (links.length > 0) blocks.push(links.join(' · '));
  return blocks.join('\n\n');
}
