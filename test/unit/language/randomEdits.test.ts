import fc from 'fast-check';
import { suggestionsAt } from '../../../src/language/completion.ts';
import { emptyPeers } from '../../../src/language/emptyPeers.ts';
import { fixEdits } from '../../../src/language/fixEdits.ts';
import { hoverAt } from '../../../src/language/hover.ts';
import { lensTitle, Measurer } from '../../../src/language/measurement.ts';
import { placeAt } from '../../../src/language/placeAt.ts';
import { PolicyTextReader } from '../../../src/language/policyText.ts';
import { refactorsAt } from '../../../src/language/refactors.ts';
import type { ClusterSnapshot } from '../../../src/model/snapshot.ts';
import { pod } from '../policy/clusterOf.ts';
import { adminTables } from '../policy/tables/adminTables.ts';
import { calicoTables } from '../policy/tables/calicoTables.ts';
import { networkPolicyTables } from '../policy/tables/networkPolicyTables.ts';
import { cluster } from './measured.ts';

const texts = [...networkPolicyTables, ...adminTables, ...calicoTables].map(({ policies }) => policies);

const snapshot = cluster(
  ['a', 'b'].map((app) => pod('x', app, `app: ${app}`) + pod('y', app, `app: ${app}`)).join('\n'),
);

/** What breaks YAML, and what is sound and strange. */
const scraps = [
  ...['\n', '\r\n', '  ', '\t', '\0', '\ud800', '- ', ': ', ',', '#', '!', '? ', '---\n', '>-\n    '],
  ...['{', '}', '[', ']', '"', "'", '{}', '[]', '&a ', '*a', '<<: *a\n', 'null', 'no', '1e999', '__proto__'],
  ...[
    'from:\n',
    'ports: [{endPort: 3}]\n',
    'ipBlock: {cidr: ::/0}\n',
    'has(',
    "&& !all() || a in {'x'}",
    '{{ .Values.x }}',
  ],
];

interface Edit {
  /** From 0 to 1: where in the text. */
  readonly at: number;
  readonly removed: number;
  readonly added: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 8 }),
  added: fc.constantFrom('', ...scraps),
});

const edited = (text: string, { at, removed, added }: Edit): string => {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + added + text.slice(from + removed);
};

/** Asks for all that the editor shows of a text. */
async function askAll(text: string, on: ClusterSnapshot, reader: PolicyTextReader, measurer: Measurer, at: number) {
  const measurement = measurer.measure(on, await reader.read(text));
  for (const written of measurement.text.policies) {
    lensTitle(measurement, written);
    for (const { path } of emptyPeers(measurement, written)) written.rangeOf(path);
    for (const { path, offset, fixes } of measurement.findings(written)) {
      written.rangeOf(path, offset);
      const parsed = written.parsed();
      if (parsed !== undefined) for (const fix of fixes) fixEdits(written.slice, parsed.document, parsed.root, fix);
    }
  }
  const lines = text.split('\n');
  const line = Math.floor(at * lines.length);
  for (let column = 0; column <= (lines[line]?.length ?? 0); column += 3) {
    suggestionsAt(on, lines, line, column);
    const place = placeAt(measurement, line, column);
    if (place === undefined) continue;
    hoverAt(measurement, place.written, place.path);
    refactorsAt(place.written, place.path);
  }
}

describe('typing in a policy', () => {
  it('never breaks what the editor shows, whatever is typed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        async (text, edits) => {
          const reader = new PolicyTextReader('test');
          const measurer = new Measurer();
          let typed = text;
          for (const one of edits) {
            typed = edited(typed, one);
            await askAll(typed, snapshot, reader, measurer, one.at);
          }
        },
      ),
      { numRuns: 100, seed: 20_261_124 },
    );
  });
});
