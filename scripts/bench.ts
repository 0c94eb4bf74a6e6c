import { fork } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figure } from '../test/bench/bench.ts';
import { projectFolder } from './lib/project.ts';
import { say } from './lib/progress.ts';
import { main, ScriptError } from './lib/scriptError.ts';

/** `npm run bench -- [NAME…] [--json]` */
await main(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  const folder = join(projectFolder, 'test', 'bench');
  const names = (await readdir(folder)).flatMap((file) => /^(.+)\.bench\.ts$/.exec(file)?.[1] ?? []).toSorted();
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new ScriptError(`No bench is called ${unknown.join(', ')}.`, `Benches: ${names.join(', ')}.`);

  const failed: string[] = [];
  for (const name of positionals.length > 0 ? positionals : names) {
    say(`── ${name}`);
    const report = values.json ? printLine : printRow;
    if (!(await runOne(join(folder, `${name}.bench.ts`), report))) failed.push(name);
  }
  if (failed.length > 0) say(`Broke off: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
});

/** False when it broke off. */
function runOne(file: string, report: (figure: Figure) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'lib', 'benchProcess.ts'), [file], {
      execArgv: ['--expose-gc'],
      // Its stdout must not mix with the figures.
      stdio: ['ignore', process.stderr, 'inherit', 'ipc'],
    });
    let figures = 0;
    child.on('message', (message) => {
      if (!isFigure(message)) return;
      figures++;
      report(message);
    });
    child.on('exit', (code) => {
      resolve(code === 0 && figures > 0);
    });
  });
}

function isFigure(value: unknown): value is Figure {
  return typeof value === 'object' && value !== null && 'name' in value && 'value' in value && 'goal' in value;
}

function printLine({ name, value, unit, goal, better, against }: Figure): void {
  console.log(JSON.stringify({ name, value: rounded(value), unit, goal, better, against }));
}

function printRow({ name, value, unit, goal, better, against }: Figure): void {
  const met = better === 'lower' ? value <= goal : value >= goal;
  const numbers = `${String(rounded(value)).padStart(9)} ${unit.padEnd(3)} ${better === 'lower' ? '≤' : '≥'} ${String(goal).padEnd(6)}`;
  console.log(`${met ? ' ' : '!'} ${name.padEnd(52)} ${numbers} ${against}`.trimEnd());
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
