import { build } from 'esbuild';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { distFolder, projectFolder } from './project.ts';

/** Bundles the suites of test/workbench for the extension host and returns the file that VS Code is to run. */
export async function buildWorkbenchTests(): Promise<string> {
  const source = join(projectFolder, 'test', 'workbench');
  const target = join(distFolder, 'test', 'workbench');
  const names = (await readdir(source, { recursive: true })).filter((name) => /(\.test|^run|\.bench)\.ts$/.test(name));
  await rm(target, { recursive: true, force: true });
  await build({
    absWorkingDir: projectFolder,
    entryPoints: names.map((name) => join('test', 'workbench', name)),
    outdir: target,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node22',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(target, 'run.js');
}
