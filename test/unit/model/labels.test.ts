import { strict as assert } from 'node:assert';
import { formatSelector, matchesSelector, readLabelSelector } from '../../../src/model/labels.ts';

const expression = (key: string, operator: string, values?: string[]) =>
  readLabelSelector({ matchExpressions: [{ key, operator, ...(values && { values }) }] });

describe('a label selector', () => {
  const cases: [string, ReturnType<typeof readLabelSelector>, Record<string, string>, boolean][] = [
    ['empty selects everything', readLabelSelector({}), {}, true],
    ['In needs the key', expression('tier', 'In', ['a']), {}, false],
    ['In holds for a listed value', expression('tier', 'In', ['a', 'b']), { tier: 'b' }, true],
    ['NotIn holds where the key is absent', expression('tier', 'NotIn', ['a']), {}, true],
    ['NotIn refuses a listed value', expression('tier', 'NotIn', ['a']), { tier: 'a' }, false],
    ['NotIn without values, which the API refuses, matches nothing', expression('tier', 'NotIn', []), {}, false],
    ['In without values matches nothing', expression('tier', 'In', []), { tier: 'a' }, false],
    [
      'Exists with values, which the API refuses, matches nothing',
      expression('tier', 'Exists', ['a']),
      { tier: 'a' },
      false,
    ],
    ['DoesNotExist with values matches nothing', expression('tier', 'DoesNotExist', ['a']), {}, false],
    ['Exists holds for an empty value', expression('tier', 'Exists'), { tier: '' }, true],
    ['DoesNotExist holds where the key is absent', expression('tier', 'DoesNotExist'), {}, true],
    ['an unknown operator matches nothing', expression('tier', 'Like', ['a']), { tier: 'a' }, false],
    ['an inherited property is no label', expression('constructor', 'Exists'), {}, false],
    [
      'labels and expressions are both required',
      readLabelSelector({ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'old', operator: 'DoesNotExist' }] }),
      { app: 'web', old: '1' },
      false,
    ],
  ];
  for (const [title, selector, labels, expected] of cases) {
    it(title, () => assert.equal(matchesSelector(selector, labels), expected));
  }

  it('is printed as kubectl accepts it', () => {
    const selector = readLabelSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    });
    assert.equal(formatSelector(selector), 'app=web,tier in (a,b),!old');
  });
});
