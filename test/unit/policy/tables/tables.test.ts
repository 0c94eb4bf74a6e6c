import { strict as assert } from 'node:assert';
import { adminTables } from './adminTables.ts';
import { calicoTables } from './calicoTables.ts';
import { likenessTables } from './likenessTables.ts';
import { mistakeTables } from './mistakeTables.ts';
import { networkPolicyTables } from './networkPolicyTables.ts';
import { judges, wrongPairs } from './judges.ts';
import { objectsOf, probes, type Table } from './notation.ts';

const groups: readonly (readonly [string, readonly Table[]])[] = [
  ['NetworkPolicy', networkPolicyTables],
  ['admin and cluster policies', adminTables],
  ['Calico policies', calicoTables],
  ['what other engines get wrong', mistakeTables],
  ['pods that are alike', likenessTables],
];

for (const { name, judge } of judges) {
  for (const [title, tables] of groups) {
    describe(`${title}, by the ${name}`, () => {
      for (const table of tables) {
        it(table.name, () => {
          const ask = judge(objectsOf(table), table.options ?? {});
          const wrong: string[] = [];
          for (const probe of probes(table)) {
            const answer = ask(probe);
            const said =
              answer === undefined
                ? 'nothing'
                : probe.expected.length === 2
                  ? `${answer.egress} ${answer.ingress}`
                  : answer.verdict;
            if (said !== probe.expected.join(' ')) wrong.push(`${probe.line}, but port ${probe.packet.port}: ${said}`);
          }
          assert.deepEqual(wrong, []);
        });
      }
    });
  }
}

for (const [title, tables] of groups) {
  describe(`${title}, in all pairs of the engine`, () => {
    for (const table of tables) {
      it(table.name, () => {
        assert.deepEqual(wrongPairs(objectsOf(table), table.options ?? {}, probes(table)), []);
      });
    }
  });
}
