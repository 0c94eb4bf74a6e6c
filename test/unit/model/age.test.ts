import { strict as assert } from 'node:assert';
import { ageAt, formatAge } from '../../../src/model/age.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('ages as kubectl prints them', () => {
  const ages: readonly (readonly [milliseconds: number, text: string])[] = [
    [-5 * second, '<invalid>'],
    [-1500, '0s'],
    [-500, '0s'],
    [0, '0s'],
    [999, '0s'],
    [119 * second, '119s'],
    [120 * second, '2m'],
    [2 * minute + 3 * second, '2m3s'],
    [9 * minute + 59 * second, '9m59s'],
    [10 * minute + 59 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [3 * hour + 12 * minute, '3h12m'],
    [7 * hour + 59 * minute, '7h59m'],
    [8 * hour + 30 * minute, '8h'],
    [47 * hour, '47h'],
    [48 * hour, '2d'],
    [2 * day + 5 * hour, '2d5h'],
    [8 * day - hour, '7d23h'],
    [8 * day + 5 * hour, '8d'],
    [729 * day, '729d'],
    [730 * day, '2y'],
    [760 * day, '2y30d'],
    [8 * 365 * day - day, '7y364d'],
    [8 * 365 * day + 100 * day, '8y'],
  ];
  for (const [milliseconds, text] of ages)
    it(`${milliseconds / second} s is ${text}`, () => {
      assert.equal(formatAge(milliseconds), text);
    });

  it('is <unknown> where the time is', () => {
    assert.equal(ageAt(undefined, 0), '<unknown>');
    assert.equal(ageAt(0, 5 * minute), '5m');
  });
});
