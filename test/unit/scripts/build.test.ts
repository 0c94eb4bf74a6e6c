import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll, type Outputs } from '../../../scripts/build.ts';
import { packagesIn, staticClosure } from '../../../scripts/lib/staticClosure.ts';

describe('the build', () => {
  let folder: string;
  let outputs: Outputs;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'network-inspector-build-'));
    outputs = await buildAll({ into: folder, forPackage: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('loads no npm package when VS Code loads the extension', () => {
    assert.deepEqual(packagesIn(outputs, staticClosure(outputs, 'dist/extension.js')), []);
  });

  it('loads no npm package when the command line starts', () => {
    assert.deepEqual(packagesIn(outputs, staticClosure(outputs, 'dist/cli.js')), []);
  });

  it('makes of the command line a program that a shell can run', () => {
    assert.match(readFileSync(join(folder, 'dist', 'cli.js'), 'utf8'), /^#!\/usr\/bin\/env node\n/);
  });

  it('ships no source map', () => {
    assert.deepEqual(
      Object.keys(outputs).filter((path) => path.endsWith('.map')),
      [],
    );
  });
});
