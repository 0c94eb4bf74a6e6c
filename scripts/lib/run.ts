import { spawn } from 'node:child_process';
import { keep } from './keep.ts';
import { ScriptError } from './scriptError.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Pass what the program prints on to the terminal as well. */
  readonly echo?: boolean;
  readonly timeoutMs?: number;
  /** The program and what it starts end with this process, even when only this one is killed. */
  readonly endWithUs?: boolean;
}

export interface RunResult {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  /** stdout and stderr in the order in which they came. */
  readonly output: string;
}

/** Runs a program to its end, without a shell and with nothing on its stdin. Rejects only when it cannot be started. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: options.endWithUs ?? false,
    });
    const release = options.endWithUs ? keep(child) : undefined;
    // Not spawn's own `timeout`: its timer goes on after a program that could not be started, and the process with it.
    const timer = options.timeoutMs ? setTimeout(() => child.kill('SIGKILL'), options.timeoutMs) : undefined;
    let output = '';
    const collect = (target: NodeJS.WriteStream) => (chunk: string) => {
      output += chunk;
      if (options.echo) target.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', collect(process.stdout));
    child.stderr.setEncoding('utf8').on('data', collect(process.stderr));
    child.on('error', (error) => {
      clearTimeout(timer);
      release?.();
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      release?.();
      resolve({ code: code ?? undefined, output });
    });
  });
}

export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await run(command, args, { timeoutMs: 30_000 })).code === 0;
  } catch {
    return false;
  }
}

/** npm, the one that runs this script where there is one: it has the user's registry, proxy and cache settings. */
export async function npm(args: readonly string[], cwd: string, purpose: string): Promise<void> {
  const script = process.env['npm_execpath'];
  const viaNode = script?.endsWith('.js') === true;
  const command = viaNode ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const all = [...(viaNode && script ? [script] : []), ...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const result = await run(command, all, { cwd, env: installEnvironment(), endWithUs: true });
  if (result.code === 0) return;
  throw new ScriptError(
    `${purpose} failed: npm ${args.join(' ')} ended with ${String(result.code ?? 'a signal')}.\n${npmWords(result.output)}`,
    'Check that the npm registry can be reached (npm ping) and that the disk has room, then run the same command again: what has been fetched is kept.',
  );
}

/** What npm said about a failure, without the stack and the fields of its error. */
export function npmWords(output: string): string {
  const words = output.split('\n').filter((line) => !/^npm error(\s*$| {2,}|.*[{}]$)/.test(line));
  return lastLines(words.join('\n'), 15);
}

/** Inside `npm run`, npm describes the outer project to its children; an install elsewhere must not see that. */
function installEnvironment(): NodeJS.ProcessEnv {
  const outer = /^npm_(config_(local_prefix|prefix|omit|include|workspace.*)|package_.*|lifecycle_.*|command)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)));
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
