import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { mock } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProgressLine } from '../../../src/cli/progressLine.ts';
import { isHeavy } from '../../../src/cli/thread.ts';

const program = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: unknown;
}

const start = (...args: string[]): Promise<Ended> => startWith('', ...args);

async function startWith(input: string, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'pipe' });
  child.stdin.end(input);
  const closed = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as unknown[];
  return { out, err, code };
}

const pod = (name: string, note = ''): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'x', name, labels: { app: name }, annotations: { note } },
    spec: { containers: [{ name: 'main', ports: [{ containerPort: 80 }] }] },
  });

describe('the program network-inspector', function () {
  this.timeout(30_000);

  let folder = '';
  const path = (name: string): string => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'program-'));
    await writeFile(path('small.yaml'), `${pod('a')}\n---\n${pod('b')}\n`);
    await writeFile(path('large.yaml'), `${pod('a')}\n---\n${pod('b', 'n'.repeat(4_100_000))}\n`);
    await writeFile(path('broken.yaml'), `${pod('a')}\n---\nkind: [\n#${' '.repeat(4_100_000)}\n`);
    const many = Array.from({ length: 200 }, (_, index) => pod(`pod-${index}`));
    await writeFile(path('many.yaml'), many.join('\n---\n'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('takes a thread of its own for much input and for a live cluster, and for nothing else', async () => {
    assert.equal(await isHeavy(['connectivity', path('small.yaml')]), false);
    assert.equal(await isHeavy(['connectivity', path('large.yaml')]), true);
    assert.equal(await isHeavy(['connectivity', folder, '--format', 'json']), true);
    assert.equal(await isHeavy(['inspect', '--context', 'prod']), true);
    assert.equal(await isHeavy(['lint', '-']), true);
    assert.equal(await isHeavy(['--help']), false);
    assert.equal(await isHeavy(['lint', path('nowhere.yaml')]), false);
  });

  it('answers in a thread as it does without', async () => {
    const [small, large] = await Promise.all([
      start('connectivity', path('small.yaml')),
      start('connectivity', path('large.yaml')),
    ]);
    assert.match(small.out, /^x\/a\[Pod\] => x\/b\[Pod\] : All Connections$/m);
    assert.deepEqual(large, small);
  });

  it('reads what is piped into it', async () => {
    const { out, err, code } = await startWith(`${pod('a')}\n---\n${pod('b')}\n`, 'connectivity', '-');
    assert.match(out, /^x\/a\[Pod\] => x\/b\[Pod\] : All Connections$/m);
    assert.deepEqual([err, code], ['', 0]);
    const nothing = await startWith('', 'inspect', '-');
    assert.deepEqual([nothing.out, nothing.code], ['', 2]);
    assert.match(nothing.err, /^-: no Kubernetes object found/);
  });

  it('tells of bad input in a thread, with its place and status 2', async () => {
    const { out, err, code } = await start('lint', path('broken.yaml'));
    assert.deepEqual([out, code], ['', 2]);
    assert.match(err, /broken\.yaml:\d+:\d+: /);
  });

  it('writes all of a long answer, and stops without a complaint when nobody reads on', async () => {
    const whole = start('connectivity', path('many.yaml'), '--format', 'json');
    const child = spawn(process.execPath, [program, 'connectivity', path('many.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    child.stdout.once('data', () => child.stdout.destroy());
    assert.equal(await text(child.stderr), '');
    assert.deepEqual(await closed, [0, null]);
    const { out, code } = await whole;
    const answer = JSON.parse(out) as { connections: unknown[] };
    assert.equal(answer.connections.length, 200 * 199 + 200 * 2);
    assert.equal(code, 0);
  });
});

describe('the line that says what is going on', () => {
  it('comes after a while, counts seconds, fits the terminal and goes away', () => {
    const written: string[] = [];
    mock.timers.enable({ apis: ['Date', 'setInterval'] });
    try {
      const line = new ProgressLine(
        (some) => written.push(some),
        () => 24,
      );
      line.show('reading file 1 of 20');
      mock.timers.tick(400);
      assert.deepEqual(written, []);
      mock.timers.tick(1200);
      assert.equal(written.at(-1), '\rreading file 1 of 20, 1'.slice(0, 24));
      line.show('rows 1 of 2');
      mock.timers.tick(100);
      assert.equal(written.at(-1), '\rrows 1 of 2, 1 s'.padEnd(24));
      line.hide();
      assert.match(written.at(-1) ?? '', /^\r +\r$/);
      line.show('');
      const count = written.length;
      mock.timers.tick(5000);
      assert.equal(written.length, count);
    } finally {
      mock.timers.reset();
    }
  });
});
