/**
 * Text as Markdown that shows it and does nothing else. Names, labels and messages are somebody else's input: links,
 * images, HTML, tables, icons and line breaks in them are written out. `MarkdownString.appendText` does that too, but makes
 * every space one that does not break, so that a long sentence runs out of the hover.
 */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+\-.!~|$:@]/g, '\\$&');
