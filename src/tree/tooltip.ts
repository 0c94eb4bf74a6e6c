import { escapeMarkdown } from '../base/markdown.ts';

/** A tooltip as data: a heading, sentences, and a short table of what they rest on. */
export interface Tooltip {
  readonly title: string;
  readonly sentences?: readonly string[];
  readonly rows?: readonly (readonly [name: string, value: string])[];
  readonly sections?: readonly { readonly title: string; readonly rows: readonly (readonly [string, string])[] }[];
  readonly links?: readonly { readonly text: string; readonly url: string }[];
}

const longest = 600;

const shown = (text: string): string => escapeMarkdown(text.length > longest ? `${text.slice(0, longest)}…` : text);

const table = (rows: readonly (readonly [string, string])[]): string =>
  ['| | |', '|:--|:--|', ...rows.map(([name, value]) => `| ${shown(name)} | ${shown(value)} |`)].join('\n');

export function tooltipMarkdown(tooltip: Tooltip): string {
  const blocks = [`**${shown(tooltip.title)}**`];
  for (const sentence of tooltip.sentences ?? []) blocks.push(shown(sentence));
  if (tooltip.rows !== undefined && tooltip.rows.length > 0) blocks.push(table(tooltip.rows));
  for (const { title, rows } of tooltip.sections ?? [])
    if (rows.length > 0) blocks.push(`**${shown(title)}**`, table(rows));
  const links = (tooltip.links ?? []).map(({ text, url }) => `[${shown(text)}](${encodeURI(url)})`);
  if (links.length > 0) blocks.push(links.join(' · '));
  return blocks.join('\n\n');
}
