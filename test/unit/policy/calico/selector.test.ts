import { strict as assert } from 'node:assert';
import {
  type CalicoSelector,
  CalicoSelectorError,
  matchesCalico,
  parseCalicoSelector,
} from '../../../../src/policy/calico/selector.ts';
import { yes } from '../../../../src/policy/tri.ts';

const matches = (text: string, labels: Readonly<Record<string, string>>): boolean => {
  const selector: CalicoSelector = parseCalicoSelector(text);
  return matchesCalico(selector, (key) => (Object.hasOwn(labels, key) ? labels[key] : undefined), false) === yes;
};

describe("Calico's selectors", () => {
  const labels = { app: 'web', tier: 'front-end', 'k8s-app': 'dns', in: 'a', has: 'b', not: 'c' };
  const cases: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['all()', true],
    ['all( )', true],
    ['global()', false],
    ["app == 'web'", true],
    ['app == "web"', true],
    ["app=='db'", false],
    ["app != 'db'", true],
    ["absent != 'db'", true],
    ["absent == ''", false],
    ["app in {'db', 'web'}", true],
    ["app in {'db',}", false],
    ['app in {}', false],
    ['app not in {}', true],
    ["app not in {'web'}", false],
    ["app notin{'db'}", true],
    ["absent not in {'x'}", true],
    ['has(app)', true],
    ['has( app )', true],
    ['!has(app)', false],
    ['! ! has(app)', true],
    ["app contains 'e'", true],
    ["tier starts with 'front'", true],
    ["tier startswith 'end'", false],
    ["tier ends  with 'end'", true],
    ["absent contains ''", false],
    ["app == 'db' || app == 'web' && has(tier)", true],
    ["(app == 'db' || app == 'web') && !has(tier)", false],
    ["!(app == 'db') && k8s-app == 'dns'", true],
    ["in in {'a'}", true],
    ["has == 'b' && not == 'c'", true],
    ["app\t==\t'web'", true],
  ];
  for (const [text, expected] of cases)
    it(`${text === '' ? 'the empty selector' : text} is ${String(expected)}`, () => {
      assert.equal(matches(text, labels), expected);
    });

  const errors: readonly (readonly [string, number])[] = [
    ["app = 'web'", 4],
    ["app == 'web", 7],
    ['app == web', 7],
    ["app == 'web' &&", 15],
    ["app == 'web' & tier == 'x'", 13],
    ["(app == 'web'", 13],
    ['app in web', 7],
    ["app in {'a' 'b'}", 12],
    ['has(app', 7],
    ['some(app)', 0],
    ["app == 'a'\n&& has(b)", 10],
    ['()', 1],
  ];
  for (const [text, position] of errors)
    it(`says where ${JSON.stringify(text)} goes wrong`, () => {
      assert.throws(
        () => parseCalicoSelector(text),
        (error) => error instanceof CalicoSelectorError && error.position === position,
        `expected an error at ${position}`,
      );
    });

  it('takes ten thousand terms, and refuses to drown in parentheses', () => {
    const long = Array.from({ length: 10_000 }, (_, index) => `app == 'a${index}'`).join(' || ');
    assert.equal(matches(`${long} || app == 'web'`, labels), true);
    assert.throws(() => parseCalicoSelector('('.repeat(100_000)), CalicoSelectorError);
    assert.throws(() => parseCalicoSelector(`${'!'.repeat(1_000_001)}has(a)`), CalicoSelectorError);
  });
});
