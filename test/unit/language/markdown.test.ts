import assert from 'node:assert/strict';
import { escapeMarkdown } from '../../../src/language/markdown.ts';

describe('text in a hover', () => {
  it('stays text, whatever a cluster calls its things', () => {
    for (const [text, escaped] of [
      ['[x](command:y)', '\\[x\\]\\(command\\:y\\)'],
      ['<img src=x>', '&lt;img src=x\\>'],
      ['`a` **b** $(error)', '\\`a\\` \\*\\*b\\*\\* \\$\\(error\\)'],
      ['a\n# b', 'a \\# b'],
      ['&lt;', '&amp;lt;'],
    ])
      assert.equal(escapeMarkdown(text ?? ''), escaped);
  });
});
