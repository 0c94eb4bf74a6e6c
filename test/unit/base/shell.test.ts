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
    ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'win32', 'windows-powershell'],
    ['C:\\Windows\\System32\\cmd.exe', 'win32', 'cmd'],
    ['C:\\Program Files\\Git\\bin\\bash.exe', 'win32', 'posix'],
    ['', 'win32', 'windows-powershell'],
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
    for (const argument of hostile) assert.equal(throughPowerShell(quoteArgument(argument, 'powershell')), argument);
    assert.equal(quoteArgument('--image=busybox:1.37', 'powershell'), "'--image=busybox:1.37'");
    assert.equal(quoteArgument('--target=calico-node', 'powershell'), '--target=calico-node');
  });

  it('reaches the program as it was meant through Windows PowerShell, which adds quotes where it sees blanks', () => {
    for (const argument of [...hostile, 'a "b" c\\', '"', '\\"', '--context=say "hi"']) {
      const passed = throughPowerShell(quoteArgument(argument, 'windows-powershell'));
      assert.ok(!isQuotedAgain(passed), passed);
      assert.equal(readByProgram(passed), argument);
      assert.notEqual(passed, '', 'Windows PowerShell would drop this');
    }
    assert.equal(quoteArgument('--context=my prod', 'windows-powershell'), `'"--context=my prod"'`);
    assert.equal(quoteArgument('-l=a,b', 'windows-powershell'), "'-l=a,b'");
  });

  it('is taken by cmd.exe and the program behind it as it was meant', () => {
    for (const argument of hostile) assert.equal(throughCmd(quoteArgument(argument, 'cmd')), argument);
  });

  it('is written for cmd.exe as one was seen to pass it on', () => {
    for (const [argument, typed] of seenInCmd) assert.equal(quoteArgument(argument, 'cmd'), typed);
  });

  it('starts a program whose path has blanks', () => {
    const command = ['C:\\Program Files\\kube\\kubectl-1.33.exe', 'get', 'po'];
    for (const shell of ['powershell', 'windows-powershell'] as const)
      assert.equal(commandLine(command, shell), "& 'C:\\Program Files\\kube\\kubectl-1.33.exe' get po");
    assert.equal(commandLine(command, 'cmd'), '"C:\\Program Files\\kube\\kubectl-1.33.exe" get po');
    assert.equal(commandLine(['/opt/my tools/kubectl', 'version'], 'posix'), "'/opt/my tools/kubectl' version");
  });

  it('holds nothing that acts on the terminal into which it is typed', () => {
    const line = typedLine(['kubectl', 'get', 'a\u0003b', 'c\td\n', '\u001b[31m', '\u0085'], 'posix');
    assert.equal(line, "kubectl get 'a b' 'c d ' ' [31m' ' '");
  });
});

/**
 * Arguments and what was typed for them into the cmd.exe of Wine 8.0, from where a program of Go's, as kubectl is one, got
 * them unchanged. Left out: `^%PATH^%`, which that cmd.exe replaces a second time when the carets are gone, as Microsoft's
 * does not.
 */
const seenInCmd: readonly (readonly [string, string])[] = [
  ['plain-name', 'plain-name'],
  ['arn:aws:eks:eu-west-1:123456789012:cluster/prod', 'arn:aws:eks:eu-west-1:123456789012:cluster/prod'],
  ['two words', '^"two words^"'],
  ["it's", '^"it\'s^"'],
  ['', '^"^"'],
  ['"', '^"\\^"^"'],
  ['\\"', '^"\\\\\\^"^"'],
  ['"quoted"', '^"\\^"quoted\\^"^"'],
  ['trailing\\', '^"trailing\\\\^"'],
  ['a\\\\b\\', '^"a\\\\b\\\\^"'],
  ['name with "quotes" and \\ back\\', '^"name with \\^"quotes\\^" and \\ back\\\\^"'],
  ['--context=prod & del *', '^"--context=prod ^& del *^"'],
  ['" & calc & "', '^"\\^" ^& calc ^& \\^"^"'],
  ['2>&1', '^"2^>^&1^"'],
  ['|more', '^"^|more^"'],
  ['100%', '^"100^%^"'],
  ['!PATH!', '^"^!PATH^!^"'],
  ['a^b"c^d', '^"a^^b\\^"c^^d^"'],
  ['user@cluster!1', '^"user@cluster^!1^"'],
  ['/?', '^"/?^"'],
  [',a', '^",a^"'],
  ['=a', '=a'],
  ['k8s-app in (canal,calico),tier!=x', '^"k8s-app in ^(canal,calico^),tier^!=x^"'],
  ['jsonpath={.items[*].metadata.name}', '^"jsonpath={.items[*].metadata.name}^"'],
];

/**
 * What a program gets of an argument in a line that is typed into cmd.exe: carets are taken away outside of quotes, which
 * here are never plain; then the program's own runtime reads quotes and backslashes.
 */
function throughCmd(typed: string): string {
  let line = '';
  for (let at = 0; at < typed.length; at++) {
    const character = typed.charAt(at);
    assert.ok(!'%&|<>()"!'.includes(character), `${character} of ${typed} acts`);
    line += character === '^' ? typed.charAt(++at) : character;
  }
  return readByProgram(line);
}

/**
 * What PowerShell makes of an argument in a line: between single quotes everything stands for itself, and a single quote
 * for one when doubled. Source: about_Quoting_Rules.
 */
function throughPowerShell(typed: string): string {
  if (!/^['‘’‚‛]/.test(typed)) return typed;
  const [, inner] = /^'((?:[^'‘’‚‛]|(['‘’‚‛])\2)*)'$/.exec(typed) ?? [];
  assert.ok(inner !== undefined, typed);
  return inner.replace(/(['‘’‚‛])\1/g, '$1');
}

/** Whether Windows PowerShell puts quotes around an argument: where it sees a blank outside of quotes. */
function isQuotedAgain(passed: string): boolean {
  let quotes = 0;
  return [...passed].some((character, at) => {
    if (character === '"' && passed.charAt(at - 1) !== '\\') quotes++;
    return /\s/.test(character) && quotes % 2 === 0;
  });
}

/** One argument as the runtime of a Windows program reads it. Source: "Parsing C command-line arguments", Microsoft. */
function readByProgram(line: string): string {
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
