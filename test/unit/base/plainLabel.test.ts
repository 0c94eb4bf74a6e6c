import assert from 'node:assert/strict';
import { plainLabel } from '../../../src/base/plainLabel.ts';

describe('a name as a label', () => {
  it('is drawn without icons', () => {
    assert.equal(plainLabel('$(error) prod $(sync~spin)'), '\\$(error) prod \\$(sync~spin)');
  });

  it('is otherwise as it was', () => {
    for (const name of ['prod-eu', 'cost $5 (net)', '$()', 'a$b(c)']) assert.equal(plainLabel(name), name);
  });
});
