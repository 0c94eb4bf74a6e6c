import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bundleFile, bundleText, messagesOf } from '../../scripts/l10n.ts';

describe('the bundle of messages', () => {
  it('holds every message of the program and no other (node scripts/l10n.ts writes it)', () => {
    assert.equal(readFileSync(bundleFile, 'utf8'), bundleText(messagesOf()));
  });
});
