import assert from 'node:assert/strict';
import { BatchArgumentError, launchOnWindows } from '../../../../src/cluster/credentials/windowsLaunch.ts';

const env = {
  Path: 'C:\\tools;"C:\\Program Files\\Cloud SDK\\bin";.;relative;C:\\later',
  PATHEXT: '.COM;.EXE;.BAT;.CMD',
  SYSTEMROOT: 'C:\\Windows',
};

const launch = (command: string, args: readonly string[], files: readonly string[]) =>
  launchOnWindows(command, args, env, (path) => Promise.resolve(files.includes(path)));

/** What stands behind `/c`. */
const line = async (...args: readonly string[]): Promise<string | undefined> =>
  (await launch('login', args, ['C:\\tools\\login.cmd']))?.args.at(-1);

describe('a credential plugin on Windows', () => {
  it('is found by PATH and PATHEXT, in their order, and started as it is', async () => {
    const found = await launch('login', ['a b', '%PATH%'], ['C:\\later\\login.exe', 'C:\\tools\\login.exe']);
    assert.deepEqual(found, { file: 'C:\\tools\\login.exe', args: ['a b', '%PATH%'], verbatim: false });
    assert.equal((await launch('login', [], ['C:\\tools\\login.cmd', 'C:\\tools\\login.exe']))?.verbatim, false);
    assert.equal((await launch('LOGIN.EXE', [], ['C:\\tools\\LOGIN.EXE']))?.file, 'C:\\tools\\LOGIN.EXE');
    assert.equal((await launch('D:\\x\\login', [], ['D:\\x\\login.exe']))?.file, 'D:\\x\\login.exe');
  });

  it('is never one that lies in the current folder', async () => {
    const asked: string[] = [];
    const found = await launchOnWindows('login', [], env, (path) => {
      asked.push(path);
      return Promise.resolve(false);
    });
    assert.equal(found, undefined);
    assert.ok(asked.length > 0 && asked.every((path) => path.startsWith('C:\\')), asked.join('\n'));
  });

  it('that is a batch file is run by cmd.exe, with what it was given', async () => {
    assert.deepEqual(await launch('gcloud', ['get-token'], ['C:\\Program Files\\Cloud SDK\\bin\\gcloud.cmd']), {
      file: 'C:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/e:on', '/v:off', '/s', '/c', '""C:\\Program Files\\Cloud SDK\\bin\\gcloud.cmd" get-token"'],
      verbatim: true,
    });
    assert.equal(await line('--scope=a,b;c', ''), '"C:\\tools\\login.cmd "--scope=a,b;c" """');
    assert.equal(await line('a b\\', 'plain\\path', '(x)'), '"C:\\tools\\login.cmd "a b\\\\" plain\\path "(x)""');
  });

  it('that is a batch file gets nothing that cmd.exe would read in another way', async () => {
    for (const argument of ['a"b', '%PATH%', 'a&calc', 'a|b', '<in', '>out', 'a^b', 'a!b', 'a\nb', 'a\0b'])
      await assert.rejects(line(argument), BatchArgumentError, argument);
    await assert.rejects(
      launchOnWindows('x', [], { PATH: 'C:\\a&b' }, (path) => Promise.resolve(path === 'C:\\a&b\\x.bat')),
      BatchArgumentError,
    );
  });
});
