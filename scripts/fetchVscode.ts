import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './tools/cacheFolder.ts';
import { withLock } from './tools/buildLock.ts';
import { say, step } from './lib/progress.ts';
import { npm, succeeds } from './lib/run.ts';
import { main } from './lib/scriptError.ts';

/** The npm package that carries VS Code's own server; its version is VS Code's plus 3 (4.139.1 is VS Code 1.139.1). */
const version = '4.139.1';

/**
 * The folder of VS Code's server, fetched at the first call. Nothing native has to be compiled for it. Where a
 * compiler is at hand, two small modules are: spdlog, through which output channels reach the disk, and a watchdog,
 * without which an extension host outlives a server that was killed.
 */
export async function fetchVscode(): Promise<string> {
  const name = `code-server-${version}`;
  const target = join(cacheFolder(), name);
  const inside = (folder: string) => join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  if (existsSync(target)) return inside(target);

  return withLock(
    join(cacheFolder(), `${name}.lock`),
    (holder) => {
      say(`Process ${holder} is fetching VS Code's server; waiting for it`);
    },
    async () => {
      if (existsSync(target)) return inside(target);
      const partial = join(cacheFolder(), `${name}.partial`);
      const unpacked = join(partial, 'unpacked');
      if (!existsSync(unpacked)) {
        await rm(partial, { recursive: true, force: true });
        await mkdir(partial, { recursive: true });
        await writeFile(join(partial, 'package.json'), '{"private":true}\n');
        await step(`Fetching VS Code ${version} (190 MB once, about half a minute) into ${target}`, () =>
          npm(['install', '--ignore-scripts', `code-server@${version}`], partial, "Fetching VS Code's server"),
        );
        await writeFile(unpacked, '');
      }
      const vscode = inside(partial);
      // A half-written node_modules looks complete to npm, so an interrupted second step starts afresh.
      await rm(join(vscode, 'node_modules'), { recursive: true, force: true });
      await step("Fetching VS Code's own packages (about 15 s)", () =>
        npm(['install', '--omit=dev', '--ignore-scripts'], vscode, "Fetching VS Code's packages"),
      );
      await buildLogger(vscode);
      await rename(partial, target);
      return inside(target);
    },
  );
}

async function buildLogger(vscode: string): Promise<void> {
  const tools =
    (await succeeds('python3', ['--version'])) &&
    ((await succeeds('c++', ['--version'])) || (await succeeds('g++', ['--version'])));
  if (!tools) {
    say('  no C++ compiler with python3: output channels of VS Code stay empty, all else works');
    return;
  }
  try {
    await step('Building its log writer and watchdog (under a minute)', () =>
      npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, 'Building'),
    );
  } catch (error) {
    say(
      `  not built, all else works: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
    );
  }
}

if (import.meta.main) {
  await main(async () => {
    console.log(await fetchVscode());
    return 0;
  });
}
