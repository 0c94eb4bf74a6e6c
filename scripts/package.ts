import { createVSIX } from '@vscode/vsce';
import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { projectFolder } from './lib/project.ts';
import { main } from './lib/scriptError.ts';
import { stagePackage } from './lib/stage.ts';
import { readManifest } from './lib/vscodeServer.ts';

/** Makes the VSIX and returns its path. */
export async function makePackage(): Promise<string> {
  const { folder } = await stagePackage();
  const { name, version } = await readManifest();
  const packagePath = join(projectFolder, `${name}-${version}.vsix`);
  // All code is in the bundles, so that node_modules stays out.
  await createVSIX({
    cwd: folder,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

if (import.meta.main) {
  await main(async () => {
    const path = await makePackage();
    console.log(`${relative(process.cwd(), path)}: ${((await stat(path)).size / 1_000_000).toFixed(2)} MB`);
    return 0;
  });
}
