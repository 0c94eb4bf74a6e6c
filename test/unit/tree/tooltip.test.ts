import assert from 'node:assert/strict';
import { escapeMarkdown, tooltipMarkdown } from '../../../src/tree/tooltip.ts';

describe('a tooltip', () => {
  it('shows facts as a table', () => {
    const markdown = tooltipMarkdown({ title: 'canal-x7k2p', rows: [['Node', 'node 17']] });
    assert.equal(markdown, '**canal\\-x7k2p**\n\n| | |\n|:--|:--|\n| Node | node 17 |');
  });

  const hostile: readonly (readonly [string, string])[] = [
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
    it(`shows ${what} in data as text`, () => {
      const escaped = escapeMarkdown(text);
      assert.ok(!/[\n\r]/.test(escaped));
      // Every character that means something to Markdown stands behind a backslash or as an entity.
      const bare = escaped.replace(/\\[!-/:-@[-`{-~]/g, '').replace(/&(?:amp|lt|gt);/g, '');
      assert.doesNotMatch(bare, /[\\`*_{}[\]()#+!~|<>$:@&]/);
    });
  }

  it('cuts what nobody reads to its end', () => {
    assert.ok(escapeMarkdown('x'.repeat(100_000)).length < 1000);
  });
});
