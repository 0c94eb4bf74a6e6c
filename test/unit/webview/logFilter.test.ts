import assert from 'node:assert/strict';
import { type LogFilter, lineTest } from '../../../webview/podDetails/logFilter.ts';

const lines = [
  'I1124 10:00:00.000000 1 main.go:211] Starting flannel',
  'W1124 10:00:01.000000 1 client.go:33] retrying in 3 s',
  '\u001b[31mE1124 10:00:02.000000 1 main.go:333] pod cidr not assigned\u001b[0m',
  '2026-11-24T10:00:03Z E1124 10:00:03.000000 1 main.go:334] giving up',
  'level=warn msg="no MTU"',
];

describe('the filter of a log', () => {
  const found = (filter: Partial<LogFilter>): readonly number[] => {
    const test = lineTest({ search: '', regex: false, level: '', ...filter });
    assert.ok(typeof test !== 'string', String(test));
    return lines.flatMap((line, index) => (test(line) ? [index] : []));
  };

  it('lets every line through at first', () => {
    assert.deepEqual(found({}), [0, 1, 2, 3, 4]);
  });

  it('does not care for case', () => {
    assert.deepEqual(found({ search: 'STARTING' }), [0]);
    assert.deepEqual(found({ search: 'POD.cidr', regex: true }), [2]);
  });

  it('takes what is typed literally', () => {
    assert.deepEqual(found({ search: 'main.go:33' }), [2, 3]);
    assert.deepEqual(found({ search: 'main.*giving' }), []);
  });

  it('takes it as a regular expression when told to', () => {
    assert.deepEqual(found({ search: 'main.*giving', regex: true }), [3]);
    assert.deepEqual(found({ search: 'assigned$', regex: true }), [2]);
  });

  it('says what is wrong with an expression', () => {
    assert.match(String(lineTest({ search: '(', regex: true, level: '' })), /Unterminated group/);
  });

  it('keeps what is at least as severe, whatever the logger', () => {
    assert.deepEqual(found({ level: 'warning' }), [1, 2, 3, 4]);
    assert.deepEqual(found({ level: 'error' }), [2, 3]);
    assert.deepEqual(found({ level: 'error', search: 'giving' }), [3]);
  });
});
