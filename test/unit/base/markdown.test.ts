import assert from 'node:assert/strict';
import { escapeMarkdown } from '../../../src/base/markdown.ts';

describe('text within Markdown', () => {
  const hostile: readonly (readonly [what: string, text: string])[] = [
    ['a link', '[click](https://evil.example)'],
    ['a command link', '[click](command:workbench.action.terminal.new)'],
    ['an image', '![x](https://evil.example/pixel.png)'],
    ['HTML', '<img src=x onerror=alert(1)>'],
    ['an icon', '$(error) fine'],
    ['a bare address', 'https://evil.example/x'],
    ['a mail address', 'admin@evil.example'],
    ['a new table row', 'a | b |\n| c | d'],
    ['a heading', '\n\n# Heading'],
    ['code', '`code` ```\nblock\n```'],
    ['entities', '&lt;b&gt;'],
    ['emphasis', '**bold** _it_ ~~gone~~'],
    ['a list', '\n- item\n1. item'],
  ];
  for (const [what, text] of hostile) {
    it(`shows ${what} as text`, () => {
      const escaped = escapeMarkdown(text);
      assert.ok(!/[\n\r]/.test(escaped));
      // Every character that means something to Markdown stands behind a backslash or as an entity.
      const bare = escaped.replace(/\\[!-/:-@[-`{-~]/g, '').replace(/&(?:amp|lt|gt);/g, '');
      assert.doesNotMatch(bare, /[\\`*_{}[\]()#+!~|<>$:@&]/);
    });
  }

  it('is the same text to a reader', () => {
    for (const [text, escaped] of [
      ['[x](command:y)', '\\[x\\]\\(command\\:y\\)'],
      ['<img src=x>', '&lt;img src=x&gt;'],
      ['`a` **b** $(error)', '\\`a\\` \\*\\*b\\*\\* \\$\\(error\\)'],
      ['a\n# b', 'a \\# b'],
      ['&lt;', '&amp;lt;'],
    ] as const)
      assert.equal(escapeMarkdown(text), escaped);
  });
});
