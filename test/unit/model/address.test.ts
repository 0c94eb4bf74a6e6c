import { strict as assert } from 'node:assert';
import { formatIp, parseCidr, parseIp } from '../../../src/model/address.ts';

describe('addresses', () => {
  const roundTrips: [string, string][] = [
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['::ffff:10.1.2.3', '::ffff:a01:203'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ];
  for (const [text, canonical] of roundTrips) {
    it(`reads ${text}`, () => {
      const ip = parseIp(text);
      assert.ok(ip);
      assert.equal(formatIp(ip), canonical);
    });
  }

  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1..2.3',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseIp(text), undefined));
  }

  it('masks host bits and says so', () => {
    const cidr = parseCidr('10.1.2.3/8');
    assert.ok(cidr?.family === 4);
    assert.equal(cidr.canonical, false);
    assert.equal(formatIp({ family: 4, value: cidr.first }), '10.0.0.0');
    assert.equal(formatIp({ family: 4, value: cidr.last }), '10.255.255.255');
  });

  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/08', '::/129', '10.0.0.0/-1']) {
    it(`refuses the block ${JSON.stringify(text)}`, () => assert.equal(parseCidr(text), undefined));
  }
});
