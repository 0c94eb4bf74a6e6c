import assert from 'node:assert/strict';
import type { Block, Section, Value } from '../../../../src/panels/page.ts';

const isList = (value: Value | readonly Value[]): value is readonly Value[] => Array.isArray(value);

/** What a reader sees of a value, with `@` for an age. */
export function words(value: Value | readonly Value[]): string {
  if (typeof value === 'string') return value;
  if (isList(value)) return value.map(words).join(' · ');
  if ('at' in value) return [value.before ?? '', '@', value.after ?? ''].join(' ').trim();
  return `${value.text}${value.note === undefined || value.note === '' ? '' : ` (${value.note})`}`;
}

export function blockWords(block: Block): string {
  switch (block.kind) {
    case 'fields':
      return block.fields.map(({ label, values }) => `${label}: ${words(values)}`).join('\n');
    case 'table':
      return block.rows.map(({ cells }) => cells.map(words).join(' | ')).join('\n');
    case 'problem':
      return [block.severity, block.sentence, block.cause ?? '', block.fix ?? ''].join(' / ');
    case 'pairs':
      return block.pairs.map((pair) => pair.join('=')).join('\n');
    case 'code':
    case 'note':
      return block.text;
    case 'bars':
      return block.bars.map((bar) => `${bar.label}: ${bar.words}`).join('\n');
    case 'timeline':
    case 'series':
      return block.rows.map((row) => `${row.label}: ${row.words}`).join('\n');
  }
}

export const sectionWords = ({ title, summary, blocks, sections }: Section): string =>
  [`${title} ${words(summary ?? [])}`.trim(), ...blocks.map(blockWords), ...(sections ?? []).map(sectionWords)].join(
    '\n',
  );

/** The section of this id, at whatever depth. */
export function find(sections: readonly Section[], id: string): Section {
  const all = (list: readonly Section[]): readonly Section[] =>
    list.flatMap((section) => [section, ...all(section.sections ?? [])]);
  const found = all(sections).find((section) => section.id === id);
  assert.ok(found, `no section ${id}`);
  return found;
}

/** The words of the field of this label, or undefined where the section does not show it. */
export const fieldOf = ({ blocks }: Section, label: string): string | undefined => {
  const found = blocks
    .flatMap((block) => (block.kind === 'fields' ? block.fields : []))
    .find((field) => field.label === label);
  return found && words(found.values);
};
