import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { commandLine, quoteArgument, shellKind, type ShellKind, typedLine } from '../../../src/base/shell.ts';

const hostile = [
  'plain-name',
  'two words',
  "it's",
  '"quoted"',
  'a\\\\b\\',
  "\\'",
  '$(id) `id` ${HOME} %PATH%',
  '; rm -rf ~ && a|b >c <d (e) {f,g}',
  '!history ^caret',
  '*?[a]~',
  '-n=a.b:c,d@e',
  '',
  '#comment',
  '‘typographic’',
  'ünïcode',
];

describe('the shell of a terminal', () => {
  const kinds: readonly (readonly [string, string, ShellKind])[] = [
    ['/bin/bash', 'linux', 'posix'],
    ['/usr/bin/fish', 'linux', 'fish'],
    ['/usr/local/bin/pwsh', 'darwin', 'powershell'],
    ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'win32', 'powershell'],
    ['C:\\Windows\\System32\\cmd.exe', 'win32', 'cmd'],
    ['C:\\Program Files\\Git\\bin\\bash.exe', 'win32', 'posix'],
    ['', 'win32', 'powershell'],
    ['', 'linux', 'posix'],
  ];
  for (const [shell, platform, kind] of kinds)
    it(`is ${kind} where it is ${shell || 'not known'} on ${platform}`, () => {
      assert.equal(shellKind(shell, platform), kind);
    });
});

describe('a command line', () => {
  for (const shell of ['sh', 'bash', 'zsh', 'fish']) {
    const there = spawnSync(shell, ['-c', 'true']).status === 0;
    (there ? it : it.skip)(`reaches the program as it was meant through ${shell}`, () => {
      // Single quotes keep a line break, which no other test passes.
      const all = [...hostile, 'line\nbreak'];
      const line = commandLine(['printf', '%s\\0', ...all], shellKind(shell, 'linux'));
      const said = execFileSync(shell, ['-c', line], { encoding: 'utf8' });
      assert.deepEqual(said.split('\0').slice(0, -1), all);
    });
  }

  it('is taken by PowerShell as it was meant', () => {
    for (const argument of hostile) {
      const quoted = quoteArgument(argument, 'powershell');
      if (quoted === argument) continue;
      // about_Quoting_Rules: between single quotes everything stands for itself, and a single quote for one when doubled.
      const [, inner = ''] = /^'((?:[^'‘’‚‛]|(['‘’‚‛])\2)*)'$/.exec(quoted) ?? [];
      assert.equal(inner.replace(/(['‘’‚‛])\1/g, '$1'), argument);
    }
    assert.equal(quoteArgument('--image=busybox:1.37', 'powershell'), "'--image=busybox:1.37'");
    assert.equal(quoteArgument('--target=calico-node', 'powershell'), '--target=calico-node');
  });

  it('is taken by cmd.exe and the program behind it as it was meant', () => {
    for (const argument of hostile) assert.equal(throughCmd(quoteArgument(argument, 'cmd')), argument);
  });

  it('starts a program whose path has blanks', () => {
    const command = ['C:\\Program Files\\kube\\kubectl-1.33.exe', 'get', 'po'];
    assert.equal(commandLine(command, 'powershell'), "& 'C:\\Program Files\\kube\\kubectl-1.33.exe' get po");
    assert.equal(commandLine(command, 'cmd'), '"C:\\Program Files\\kube\\kubectl-1.33.exe" get po');
    assert.equal(commandLine(['/opt/my tools/kubectl', 'version'], 'posix'), "'/opt/my tools/kubectl' version");
  });

  it('holds nothing that acts on the terminal into which it is typed', () => {
    const line = typedLine(['kubectl', 'get', 'a\u0003b', 'c\td\n', '\u001b[31m', '\u0085'], 'posix');
    assert.equal(line, "kubectl get 'a b' 'c d ' ' [31m' ' '");
  });
});

/**
 * What a program gets of an argument in a line that is typed into cmd.exe: carets are taken away outside of quotes, which
 * here are never plain; then the program's own runtime reads quotes and backslashes.
 * Source: "Parsing C command-line arguments", Microsoft.
 */
function throughCmd(typed: string): string {
  let line = '';
  for (let at = 0; at < typed.length; at++) {
    const character = typed.charAt(at);
    assert.ok(!'%&|<>()"!'.includes(character), `${character} of ${typed} acts`);
    line += character === '^' ? typed.charAt(++at) : character;
  }
  let argument = '';
  for (let at = 0; at < line.length; at++) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const quoted = line.charAt(at + slashes) === '"';
    argument += '\\'.repeat(quoted ? slashes >> 1 : slashes);
    at += slashes;
    if (!quoted) argument += line.charAt(at);
    else if (slashes % 2 === 1) argument += '"';
  }
  return argument;
}
