import { build, type BuildOptions, type Metafile } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { distFolder, outputFolder, projectFolder } from './lib/project.ts';
import { say } from './lib/progress.ts';
import { main, ScriptError } from './lib/scriptError.ts';

export interface BuildSettings {
  /** The folder in which dist/ is written; the project's when absent. */
  readonly into?: string;
  /** As in the VSIX: minified and without source maps. */
  readonly forPackage?: boolean;
  /** Write what every output is made of to test-output/meta-*.json (read by https://esbuild.github.io/analyze/). */
  readonly report?: boolean;
  /** Only what VS Code loads: not the command line. */
  readonly extensionOnly?: boolean;
}

/** Node programs by the name of their output in dist/. All run in Node 22 or newer. */
const extensionEntries: Readonly<Record<string, string>> = {
  extension: 'src/extension.ts',
  policyWorker: 'src/cluster/policyWorker.ts',
  manifestWorker: 'src/cluster/manifestWorker.ts',
};
const allEntries: Readonly<Record<string, string>> = { ...extensionEntries, cli: 'src/cli/main.ts' };

export type Outputs = Metafile['outputs'];

/** Builds dist/ and returns what esbuild knows of its files, by their path from the project's folder. */
export async function buildAll(settings: BuildSettings = {}): Promise<Outputs> {
  const dist = settings.into ? join(settings.into, basename(distFolder)) : distFolder;
  const common: BuildOptions = {
    absWorkingDir: projectFolder,
    bundle: true,
    metafile: true,
    minify: settings.forPackage ?? false,
    sourcemap: settings.forPackage ? false : 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    legalComments: 'none',
  };
  const host: BuildOptions = {
    ...common,
    entryPoints: hostEntryPoints(settings.extensionOnly ? extensionEntries : allEntries),
    outdir: dist,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // Each import() becomes a file of its own that is read at first use.
    splitting: true,
    external: ['vscode'],
    // Packages in CommonJS inside an ES module still call require for Node's own modules.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  };
  const web: BuildOptions = {
    ...common,
    outdir: join(dist, 'webview'),
    platform: 'browser',
    target: ['chrome136'],
    loader: { '.ttf': 'file', '.svg': 'dataurl' },
  };
  // The host writes them into the page's own text, where a link to a source map would lead nowhere.
  const pages: BuildOptions = { ...web, entryPoints: await pageEntryPoints(), format: 'iife', sourcemap: false };
  const later: BuildOptions = { ...web, entryPoints: { later: 'webview/ui/later.ts' }, format: 'esm' };
  const outputs: Outputs = {};
  await Promise.all(
    Object.entries({ host, pages, later }).map(async ([name, options]) => {
      if (!hasEntries(options)) return;
      const { metafile } = await build(options).catch(() => {
        throw new ScriptError(`The build of the ${name} code failed; its errors are above.`);
      });
      if (settings.report && metafile) await writeReport(name, metafile);
      Object.assign(outputs, metafile?.outputs);
    }),
  );
  if (!settings.into) await removeStale(new Set(Object.keys(outputs)));
  return outputs;
}

/**
 * A VS Code that is open may still load the chunks that it was started with, so files of earlier builds stay for a day.
 */
async function removeStale(current: ReadonlySet<string>): Promise<void> {
  if (!existsSync(distFolder)) return;
  const oldest = Date.now() - 24 * 3600 * 1000;
  for (const entry of await readdir(distFolder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || current.has(relative(projectFolder, path).replaceAll('\\', '/'))) continue;
    if ((await stat(path)).mtimeMs < oldest) await rm(path);
  }
}

/** An entry that is in the source tree is built; one whose folder holds no code yet is left out. */
function hostEntryPoints(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(join(projectFolder, path))));
}

/** Each folder of webview/ with a main.ts is a page: dist/webview/FOLDER.js, and .css where it imports styles. */
async function pageEntryPoints(): Promise<Record<string, string>> {
  const folder = join(projectFolder, 'webview');
  const entries = await readdir(folder, { withFileTypes: true });
  const pages = entries.filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'main.ts')));
  return Object.fromEntries(pages.map((entry) => [entry.name, `webview/${entry.name}/main.ts`]));
}

function hasEntries(options: BuildOptions): boolean {
  return Object.keys(options.entryPoints ?? {}).length > 0;
}

async function writeReport(name: string, metafile: Metafile): Promise<void> {
  await mkdir(outputFolder, { recursive: true });
  const file = join(outputFolder, `meta-${name}.json`);
  await writeFile(file, JSON.stringify(metafile));
  say(`wrote ${relative(projectFolder, file)}`);
}

if (import.meta.main) {
  await main(async () => {
    const { values } = parseArgs({ options: { package: { type: 'boolean' }, report: { type: 'boolean' } } });
    const began = performance.now();
    const outputs = await buildAll({ forPackage: values.package ?? false, report: values.report ?? false });
    for (const [path, { bytes }] of Object.entries(outputs).sort(([a], [b]) => a.localeCompare(b))) {
      if (!path.endsWith('.map')) say(`${(bytes / 1024).toFixed(0).padStart(7)} kB  ${path}`);
    }
    say(`built ${basename(distFolder)}/ in ${(performance.now() - began).toFixed(0)} ms`);
    return 0;
  });
}
