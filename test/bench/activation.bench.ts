import { join, relative } from 'node:path';
import { buildWorkbenchTests } from '../../scripts/lib/buildTests.ts';
import { runInExtensionHost } from '../../scripts/lib/extensionHost.ts';
import { projectFolder } from '../../scripts/lib/project.ts';
import { stagePackage } from '../../scripts/lib/stage.ts';
import { packagesIn } from '../../scripts/lib/staticClosure.ts';
import { type Bench } from './bench.ts';

const starts = 3;

/** Read a kubeconfig with it, which is what the extension is there for; all other packages can wait. */
const expected: ReadonlySet<string> = new Set(['js-yaml']);

/** What the extension costs a VS Code in which nobody has looked at a cluster yet. */
export const bench: Bench = {
  name: 'activation',
  async run(report) {
    const { folder, outputs } = await stagePackage();
    const testsPath = join(await buildWorkbenchTests(), '..', 'activation.bench.js');
    const times: number[] = [];
    let loaded: readonly string[] = [];
    for (let run = 0; run < starts; run++) {
      const result = await runInExtensionHost({ testsPath, extensionFolder: folder });
      const measured = readResult(result);
      times.push(measured.ms);
      loaded = measured.loaded;
    }
    const files = loaded.map((path) => relative(projectFolder, path).replaceAll('\\', '/'));
    // Other extensions start in the same host at the same time.
    const known = files.filter((file) => file in outputs);
    const bytes = known.reduce((total, file) => total + (outputs[file]?.bytes ?? 0), 0);
    const packages = packagesIn(outputs, known);
    if (known.length === 0) throw new Error('No file of the extension was seen to be loaded');
    console.error(`loaded: ${known.join(', ')}; packages: ${packages.join(', ') || 'none'}`);
    const heavy = packages.filter((name) => !expected.has(name)).length;
    // Whatever else the machine does only adds to the time, so the least is the extension's own.
    const best = Math.min(...times);
    const lower = { better: 'lower', against: '' } as const;
    report({ name: 'activation: activate() with loading', value: best, unit: 'ms', goal: 30, ...lower });
    report({ name: 'activation: code loaded', value: bytes / 1000, unit: 'kB', goal: 300, ...lower });
    report({ name: 'activation: heavy packages loaded', value: heavy, unit: '', goal: 0, ...lower });
  },
};

function readResult(value: unknown): { readonly ms: number; readonly loaded: readonly string[] } {
  if (typeof value === 'object' && value !== null && 'ms' in value && 'loaded' in value) {
    const { ms, loaded } = value;
    if (typeof ms === 'number' && Array.isArray(loaded)) {
      return { ms, loaded: loaded.filter((path) => typeof path === 'string') };
    }
  }
  throw new Error('The extension host has measured nothing; see test-output/extension-host.log');
}
