import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PolicyTextReader } from '../../../src/language/policyText.ts';
import { isObject, stringAt, stringsAt } from '../../../src/model/json.ts';
import { lintPolicy } from '../../../src/policy/lint/lint.ts';
import { cluster } from './measured.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'media', 'snippets', 'policies.json');
const snippets: unknown = JSON.parse(readFileSync(file, 'utf8'));
assert.ok(isObject(snippets));

describe('the snippets', () => {
  for (const [title, snippet] of Object.entries(snippets)) {
    it(`“${title}” is a policy that the API server takes`, async () => {
      assert.ok(isObject(snippet));
      assert.match(stringAt(snippet, 'prefix') ?? '', /^networkpolicy-/);
      const text = stringsAt(snippet, 'body')
        .join('\n')
        .replaceAll(/\$\{\d+:([^}]*)\}|\$\d+/g, (_, value: string | undefined) => value ?? '');
      const { policies, problems } = await new PolicyTextReader('snippet').read(text);
      const [written] = policies;
      assert.ok(written);
      assert.deepEqual(problems, []);
      const findings = lintPolicy(cluster('').with([]), written.kind, written.policy);
      assert.deepEqual(
        findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
        [],
      );
    });
  }
});
