import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll, type Outputs } from '../build.ts';
import { outputFolder, projectFolder } from './project.ts';

export interface Stage {
  /** The extension as it is installed from the VSIX. */
  readonly folder: string;
  readonly outputs: Outputs;
}

/**
 * Builds the extension as it is shipped, without the command line, in a folder of its own, so that a VS Code that runs
 * from dist/ is not disturbed.
 */
export async function stagePackage(): Promise<Stage> {
  const folder = join(outputFolder, 'package');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const names = await readdir(projectFolder);
  const texts = names.filter((name) => /^package\.nls.*\.json$/.test(name));
  const docs = join('docs', 'policy-lint.md');
  const shipped = [
    'package.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    '.vscodeignore',
    'media',
    'l10n',
    docs,
    ...texts,
  ];
  for (const name of shipped.filter((each) => existsSync(join(projectFolder, each)))) {
    await cp(join(projectFolder, name), join(folder, name), { recursive: true });
  }
  return { folder, outputs: await buildAll({ forPackage: true, extensionOnly: true, into: folder }) };
}
