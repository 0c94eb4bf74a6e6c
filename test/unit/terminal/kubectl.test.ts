import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../../src/terminal/kubectl.ts';
import { isProtected } from '../../../src/base/protectedContexts.ts';

describe('finding kubectl', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'network-inspector-kubectl-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const place = (script: string, name = 'kubectl'): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const saying = (minor: string): string =>
    `echo '{"clientVersion":{"gitVersion":"v1.${minor}.1","minor":"${minor}"}}'`;

  it('takes the one on PATH', async () => {
    const path = place(saying('34'));
    assert.deepEqual(await findKubectl('', { PATH: folder }), { kind: 'found', path, version: 'v1.34.1' });
  });

  it('takes the one that the user names before the one on PATH', async () => {
    place(saying('34'));
    const own = place(saying('36+'), 'kubectl-36');
    assert.deepEqual(await findKubectl(own, { PATH: folder }), { kind: 'found', path: own, version: 'v1.36+.1' });
  });

  it('does not fall back to PATH where the one that the user names is missing', async () => {
    place(saying('34'));
    assert.deepEqual(await findKubectl('/nowhere/kubectl', { PATH: folder }), {
      kind: 'missing',
      wanted: '/nowhere/kubectl',
    });
  });

  it('says that there is none', async () => {
    assert.deepEqual(await findKubectl('', { PATH: folder }), { kind: 'missing', wanted: 'kubectl' });
  });

  it('looks in no folder that PATH names relative to the open one', async () => {
    assert.equal((await findKubectl('', { PATH: '.::bin' })).kind, 'missing');
  });

  it('says that it is too old', async () => {
    const path = place(saying('20'));
    assert.deepEqual(await findKubectl('', { PATH: folder }), { kind: 'too-old', path, version: 'v1.20.1' });
  });

  it('says that it does not run', async () => {
    place('exit 3');
    assert.equal((await findKubectl('', { PATH: folder })).kind, 'broken');
    place('echo hello');
    assert.equal((await findKubectl('', { PATH: folder })).kind, 'broken');
  });
});

describe('protected contexts', () => {
  const cases: [string, string[], boolean][] = [
    ['prod-eu', ['prod-*'], true],
    ['eu-prod', ['prod-*'], false],
    ['eu-prod', ['*prod*'], true],
    ['prod', ['prod'], true],
    ['prodX', ['prod'], false],
    ['a.b', ['a?b'], false],
    ['arn:aws:eks:eu:1:cluster/prod', ['arn:*:cluster/prod'], true],
    ['anything', [], false],
  ];
  for (const [context, patterns, expected] of cases) {
    it(`${context} is ${expected ? '' : 'not '}protected by ${JSON.stringify(patterns)}`, () => {
      assert.equal(isProtected(context, patterns), expected);
    });
  }
});
