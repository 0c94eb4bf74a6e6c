import { strict as assert } from 'node:assert';
import { everyPacket, nothing, PacketSets, pairKey, portsOf, tcpStart, udpStart } from '../../../src/policy/packets.ts';

describe('sets of packets', () => {
  const sets = new PacketSets();
  const tcp = (first: number, last: number): number => sets.range(tcpStart + first, tcpStart + last + 1);

  it('gives equal sets the same number', () => {
    assert.equal(sets.or(tcp(80, 80), tcp(81, 90)), tcp(80, 90));
    assert.equal(sets.minus(tcp(1, 100), tcp(50, 100)), tcp(1, 49));
    assert.equal(sets.and(tcp(1, 100), tcp(101, 200)), nothing);
    assert.equal(sets.or(sets.minus(everyPacket, tcp(5, 9)), tcp(5, 9)), everyPacket);
  });

  it('tells pairs of numbers apart, however large they are', () => {
    const numbers = [0, 1, 5, 2048, 2049, 0x7fff, 0x8000, 0x8005, 0x10005, 0x3ffffff];
    const keys = numbers.flatMap((one) => numbers.map((other) => pairKey(one, other)));
    assert.equal(new Set(keys).size, numbers.length ** 2);
    assert.ok(keys.every(Number.isSafeInteger));
  });

  it('joins many sets at once as one after the other', () => {
    const parts = Array.from({ length: 500 }, (_, index) => tcp(index * 2 + 1, index * 2 + 1 + (index % 3)));
    assert.equal(
      sets.union(parts),
      parts.reduce((all, part) => sets.or(all, part), nothing),
    );
  });

  it('knows whether a packet is in a set, at both ends of its ranges', () => {
    const set = sets.or(tcp(10, 20), sets.range(udpStart + 53, udpStart + 54));
    const inside = [10, 20, udpStart + 53];
    const outside = [9, 21, udpStart + 52, udpStart + 54, 0];
    assert.deepEqual(
      [...inside, ...outside].map((packet) => sets.contains(set, packet)),
      [true, true, true, false, false, false, false, false],
    );
  });

  it('lists ports by protocol, port 0 left out', () => {
    assert.deepEqual(
      portsOf(sets, sets.or(tcp(0, 0), sets.or(tcp(443, 443), sets.range(udpStart, udpStart + 65536)))),
      [
        { protocol: 'TCP', ranges: [{ first: 443, last: 443 }] },
        { protocol: 'UDP', ranges: [{ first: 1, last: 65535 }] },
      ],
    );
  });
});
