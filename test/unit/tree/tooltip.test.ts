import assert from 'node:assert/strict';
import { tooltipMarkdown } from '../../../src/tree/tooltip.ts';

describe('a tooltip', () => {
  it('shows facts as a table', () => {
    const markdown = tooltipMarkdown({ title: 'canal-x7k2p', rows: [['Node', 'node 17']] });
    assert.equal(markdown, '**canal\\-x7k2p**\n\n| | |\n|:--|:--|\n| Node | node 17 |');
  });

  it('shows what a cluster calls its things as text, wherever it stands', () => {
    const hostile = '[x](command:y) | $(error)\n# <b>';
    const escaped = '\\[x\\]\\(command\\:y\\) \\| \\$\\(error\\) \\# &lt;b&gt;';
    const markdown = tooltipMarkdown({
      title: hostile,
      sentences: [hostile],
      rows: [[hostile, hostile]],
      sections: [{ title: hostile, rows: [[hostile, hostile]] }],
      links: [{ text: hostile, url: 'https://example.com/a b)' }],
    });
    assert.equal(markdown.split(escaped).length - 1, 8);
    assert.ok(!markdown.replaceAll(escaped, '').includes('command'));
  });

  it('cuts what nobody reads to its end', () => {
    assert.ok(tooltipMarkdown({ title: 'x'.repeat(100_000) }).length < 1000);
  });
});
