import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from './tools/cacheFolder.ts';
import { withLock } from './tools/buildLock.ts';
import { say, step } from './lib/progress.ts';
import { lastLines, npm, run, succeeds } from './lib/run.ts';
import { main, ScriptError } from './lib/scriptError.ts';

export interface Browser {
  readonly executable: string;
  /** Arguments that this build of Chromium needs beside the usual ones. */
  readonly args: readonly string[];
}

/** Chromium for servers, as one npm package; tried where there is neither a browser nor apt. */
const sparticuz = '@sparticuz/chromium@153.0.0';

/**
 * A Chromium to drive: the one that `CHROMIUM` names, one that is installed, one installed by apt where that is
 * allowed without asking, one from npm, or Playwright's own download, in this order.
 */
export async function fetchBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM'];
  if (named) {
    if (!existsSync(named)) throw new ScriptError(`CHROMIUM names ${named}, which does not exist.`);
    return { executable: named, args: [] };
  }
  const found = installedBrowser();
  if (found) return { executable: found, args: [] };
  return withLock(
    join(cacheFolder(), 'browser.lock'),
    (holder) => {
      say(`Process ${holder} is fetching a browser; waiting for it`);
    },
    fetchAny,
  );
}

/** The path of a Chromium or Chrome that is on this machine already. */
export function installedBrowser(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name + suffix)));
  const programs = [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']];
  const usual =
    process.platform === 'darwin'
      ? ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
          (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
        )
      : programs.flatMap((folder) =>
          folder
            ? [
                join(folder, 'Google/Chrome/Application/chrome.exe'),
                join(folder, 'Microsoft/Edge/Application/msedge.exe'),
              ]
            : [],
        );
  return [...onPath, ...usual].find((path) => existsSync(path));
}

async function fetchAny(): Promise<Browser> {
  const failures: string[] = [];
  for (const source of [fromApt, fromNpm, fromPlaywright]) {
    try {
      const browser = await source();
      if (browser) return browser;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new ScriptError(
    ['No browser could be fetched.', ...failures].join('\n'),
    'Install Chromium or Chrome, or set CHROMIUM to the path of one, and run the same command again.',
  );
}

async function fromApt(): Promise<Browser | undefined> {
  const found = installedBrowser();
  if (found) return { executable: found, args: [] };
  if (process.platform !== 'linux' || !(await succeeds('apt-get', ['--version']))) return undefined;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (asRoot.length > 0 && !(await succeeds('sudo', ['-n', 'true']))) return undefined;
  // On Ubuntu the package of this name is a stub that wants snap, which a container does not have.
  if ((await run('apt-cache', ['depends', 'chromium'])).output.includes('snapd')) return undefined;
  const apt = async (...args: string[]) => {
    const [command = 'env', ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    const result = await run(command, rest, { timeoutMs: 600_000 });
    if (result.code !== 0) throw new Error(`apt-get ${args[0] ?? ''}: ${lastLines(result.output, 3)}`);
  };
  return step('Installing chromium by apt (about 100 MB, half a minute)', async () => {
    await apt('update');
    await apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
    const executable = installedBrowser();
    if (!executable) throw new Error('apt-get installed chromium, but it is not on the PATH');
    return { executable, args: [] };
  });
}

async function fromNpm(): Promise<Browser | undefined> {
  if (process.platform !== 'linux') return undefined;
  const target = join(cacheFolder(), sparticuz.replace(/^@/, '').replaceAll(/[/@]/g, '-'));
  if (!existsSync(target)) {
    const partial = `${target}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await writeFile(join(partial, 'package.json'), '{"private":true}\n');
    await step('Fetching Chromium from npm (about 70 MB, half a minute)', () =>
      npm(['install', '--ignore-scripts', sparticuz], partial, 'Fetching Chromium'),
    );
    // Before it gets its name: a half that an interruption left would be taken for the whole.
    await unpack(partial);
    await rename(partial, target);
  }
  const browser = await unpack(target);
  if (!(await succeeds(browser.executable, ['--version', '--no-sandbox'])))
    throw new Error(`${browser.executable} does not start here`);
  return browser;
}

/** The browser of the package that is installed in this folder, unpacked into it at the first call. */
async function unpack(folder: string): Promise<Browser> {
  const entry = createRequire(join(folder, 'package.json')).resolve('@sparticuz/chromium');
  const module: unknown = await import(pathToFileURL(entry).href);
  const chromium = readProperty(module, 'default');
  const args = readProperty(chromium, 'args');
  const executablePath = readProperty(chromium, 'executablePath');
  if (typeof executablePath !== 'function') throw new Error(`${sparticuz} has no executablePath()`);
  // It unpacks into the folder for temporary files, which other users can write to.
  const temporary = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const executable: unknown = await executablePath.call(chromium);
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
  if (typeof executable !== 'string') throw new Error(`${sparticuz} did not unpack`);
  return { executable, args: Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [] };
}

async function fromPlaywright(): Promise<Browser> {
  const folder = join(cacheFolder(), 'playwright');
  process.env['PLAYWRIGHT_BROWSERS_PATH'] = folder;
  const require = createRequire(import.meta.url);
  const cli = join(require.resolve('playwright-core/package.json'), '..', 'cli.js');
  const result = await step('Fetching Chromium from Playwright (about 170 MB, a minute)', () =>
    run(process.execPath, [cli, 'install', 'chromium', '--only-shell'], {
      timeoutMs: 600_000,
      env: { ...process.env, PLAYWRIGHT_BROWSERS_PATH: folder },
    }),
  );
  if (result.code !== 0) throw new Error(`Playwright's download: ${lastLines(result.output, 3)}`);
  const { chromium } = await import('playwright-core');
  return { executable: chromium.executablePath(), args: [] };
}

function readProperty(value: unknown, name: string): unknown {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
    ? Reflect.get(value, name)
    : undefined;
}

if (import.meta.main) {
  await main(async () => {
    console.log((await fetchBrowser()).executable);
    return 0;
  });
}
