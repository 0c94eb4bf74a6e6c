import { strict as assert } from 'node:assert';
import { toCsv, toMarkdown } from '../../../src/cli/format/table.ts';

describe('tables for other programs', () => {
  it('makes no formula of what begins like one', () => {
    const rows = [['=1+1', '+1', '-1', '@a', '\tb', 'a=b']];
    assert.equal(toCsv({ columns: ['a'], rows }), 'a\n"\'=1+1","\'+1","\'-1","\'@a","\'\tb",a=b\n');
  });

  it('quotes what would break a cell', () => {
    assert.equal(toCsv({ columns: ['a'], rows: [['say "x", y', 'two\nlines']] }), 'a\n"say ""x"", y","two\nlines"\n');
    assert.equal(toMarkdown({ columns: ['a'], rows: [['a|b\nc<d']] }), '| a |\n| --- |\n| a\\|b c&lt;d |\n');
  });
});
