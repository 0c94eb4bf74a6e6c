import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { attemptsIn, attemptSummary } from './lib/attempts.ts';
import { printCounts, sum } from './lib/counts.ts';
import { say } from './lib/progress.ts';
import { projectFolder } from './lib/project.ts';
import { run } from './lib/run.ts';
import { runMocha, type SuiteRun } from './lib/runMocha.ts';
import { describeError, main, ScriptError } from './lib/scriptError.ts';

type Suite = () => Promise<SuiteRun>;

const broken: SuiteRun = { passed: 0, failed: 1, repeated: [] };

/** In the order in which they tell most for least. One that is named here but not there has failed. */
const suites: Readonly<Record<string, Suite>> = {
  check: async () => asOneTest(await allSucceed(checks)),
  unit: () => runMocha('unit'),
  build: async () => asOneTest(await allSucceed([['scripts/build.ts']])),
  'control-plane': () => runMocha('control-plane'),
  ...furtherSuites(['unit', 'control-plane', 'browser']),
  workbench: () => countsOf('scripts/testWorkbench.ts'),
  browser: () => countsOf('scripts/testBrowser.ts'),
};

/** Every other folder of test/ that says how mocha is to run it. */
function furtherSuites(known: readonly string[]): Record<string, Suite> {
  const test = join(projectFolder, 'test');
  const names = readdirSync(test).filter((name) => existsSync(join(test, name, '.mocharc.json')));
  return Object.fromEntries(names.filter((name) => !known.includes(name)).map((name) => [name, () => runMocha(name)]));
}

const bin = (name: string, ...path: string[]) => join('node_modules', name, ...path);
const checks = [
  [bin('eslint', 'bin', 'eslint.js'), '.'],
  [bin('typescript', 'bin', 'tsc'), '-p', '.'],
  [bin('prettier', 'bin', 'prettier.cjs'), '--check', '.'],
  [bin('typescript', 'bin', 'tsc'), '-p', 'webview'],
];

/** `npm test [-- SUITE…]`: every suite, or those named; goes on after one that fails. */
await main(async () => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !Object.hasOwn(suites, name));
  if (unknown.length > 0) {
    throw new ScriptError(`No suite is called ${unknown.join(', ')}.`, `Suites: ${Object.keys(suites).join(', ')}.`);
  }
  const chosen = Object.entries(suites).filter(([name]) => named.length === 0 || named.includes(name));
  const results: { name: string; counts: SuiteRun; seconds: number }[] = [];
  for (const [name, suite] of chosen) {
    say(`\n── ${name}`);
    const began = performance.now();
    const counts = await suite().catch((error: unknown) => {
      say(describeError(error));
      return broken;
    });
    // A suite in which nothing ran proves nothing.
    const honest = counts.passed + counts.failed > 0 ? counts : broken;
    results.push({ name, counts: honest, seconds: (performance.now() - began) / 1000 });
  }
  say('');
  for (const { name, counts, seconds } of results) {
    say(
      `${name.padEnd(14)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ${seconds.toFixed(0).padStart(5)} s`,
    );
  }
  const repeated = results.flatMap(({ name, counts }) => counts.repeated.map((title) => `${name}: ${title}`));
  if (repeated.length > 0) say(attemptSummary(repeated));
  return printCounts(sum(results.map(({ counts }) => counts)));
});

/** Side by side, the longest first, one for each processor. Each prints what it has to say when it has ended. */
async function allSucceed(commands: readonly (readonly string[])[]): Promise<boolean> {
  const waiting = [...commands];
  let succeeded = true;
  const work = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      const { code, output } = await run(process.execPath, command, { cwd: projectFolder });
      if (output.trim() !== '') say(output.trimEnd());
      if (code !== 0) say(`${command.join(' ')} failed`);
      succeeded &&= code === 0;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return succeeded;
}

function asOneTest(succeeded: boolean): SuiteRun {
  return succeeded ? { passed: 1, failed: 0, repeated: [] } : broken;
}

/** Of a script whose last line is "N passed, N failed". */
async function countsOf(script: string): Promise<SuiteRun> {
  const { code, output } = await run(process.execPath, [script], { cwd: projectFolder, echo: true });
  const repeated = attemptsIn(output);
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output.trimEnd().split('\n').at(-1) ?? '') ?? [];
  if (passed === undefined || failed === undefined) return { ...broken, repeated };
  return { passed: Number(passed), failed: code === 0 ? Number(failed) : Math.max(1, Number(failed)), repeated };
}
