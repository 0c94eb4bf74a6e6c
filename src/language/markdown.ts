/**
 * Text that is shown as it is. `MarkdownString.appendText` makes every space one that does not break, so that a long
 * sentence runs out of the hover.
 */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]()#+\-.!~>|$:@]/g, '\\$&')
    .replaceAll(/\s+/g, ' ');
