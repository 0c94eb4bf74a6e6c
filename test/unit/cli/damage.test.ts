import { strict as assert } from 'node:assert';
import { readManifest } from '../../../src/cluster/manifest.ts';
import { readCniView } from '../../../src/inspect/cniView.ts';
import { formatConnectivity } from '../../../src/cli/format/connectivity.ts';
import { formatInspection } from '../../../src/cli/format/inspection.ts';
import { kindOfObject } from '../../../src/model/kinds.ts';
import { buildEngine } from '../../../src/policy/engine.ts';
import { lintPolicies } from '../../../src/policy/lint/lint.ts';
import { cluster, examples } from '../policy/lint/examples.ts';
import { snapshotFromYaml } from '../support/snapshotFromYaml.ts';
import { shop } from './commandLine.ts';

/** Numbers that look random and are the same in every run. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Less than `sides`. */
  throw(sides: number): number {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) & 0x7fffffff;
    return this.#state % sides;
  }

  of<T>(list: readonly T[]): T {
    const found = list[this.throw(list.length)];
    assert.ok(found !== undefined);
    return found;
  }
}

const debris = [
  'null',
  '5',
  '"x"',
  '[]',
  '{}',
  'true',
  '[[[',
  '}}',
  ': ',
  '- ',
  '\t',
  '&a ',
  '*a',
  '---',
  '...',
  '\0',
  '{{ .x }}',
  '99999999999999999999',
  '-1',
  '.inf',
  '__proto__',
  'constructor',
  "'",
  '|',
  '<<: *a',
];

function damaged(text: string, dice: Dice): string {
  const lines = text.split('\n');
  for (let count = dice.throw(4); count >= 0; count--) {
    const at = dice.throw(lines.length);
    const line = lines[at] ?? '';
    switch (dice.throw(5)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines[at] = line.replace(/:.*/, `: ${dice.of(debris)}`);
        break;
      case 2:
        lines[at] =
          line.slice(0, dice.throw(line.length + 1)) + dice.of(debris) + line.slice(dice.throw(line.length + 1));
        break;
      case 3:
        lines.splice(at, 0, dice.of(lines));
        break;
      default:
        lines[at] = `  ${line}`;
    }
  }
  return lines.join('\n');
}

/** One object a line, as many readers of lines would have it. */
const inBlocks = (text: string): string => text.replace(/, /g, ',\n   ').replace(/\{/g, '{\n   ');

describe('damaged input', () => {
  it('is reported with lines that exist, and breaks nothing', () => {
    const texts = [...Object.values(shop), ...examples.flatMap(({ found, fine }) => [inBlocks(found), inBlocks(fine)])];
    const around = snapshotFromYaml(cluster, { origin: 'folder' });
    const dice = new Dice(4711);
    for (let count = 0; count < 400; count++) {
      const text = damaged(dice.of(texts), dice);
      try {
        const { objects, problems } = readManifest(text, 'f');
        const lines = text.split('\n').length;
        for (const { line, message } of problems) assert.ok(line >= 1 && line <= lines, `${line}: ${message}`);
        const read = objects.filter(({ apiVersion, kind }) => kindOfObject(apiVersion, kind) !== undefined);
        const snapshot = around.with(read);
        lintPolicies(snapshot);
        const engine = buildEngine(snapshot);
        for (const piece of formatConnectivity(engine.connectivityNow(), engine.incomplete, 'json'))
          assert.ok(piece !== '');
        assert.ok(formatInspection(readCniView(snapshot), 'text').endsWith('\n'));
      } catch (error) {
        throw new Error(`Case ${count}:\n${text}`, { cause: error });
      }
    }
  });
});
