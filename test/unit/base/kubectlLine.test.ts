import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { commandLine, quoteArgument, shellKind } from '../../../src/base/shell.ts';
import { getPods, logs } from '../../../src/base/kubectlLine.ts';

const hostile = [
  'plain-name',
  'arn:aws:eks:eu-central-1:123456789012:cluster/prod',
  'two words',
  "it's",
  '"quoted"',
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  '; rm -rf ~',
  'a&&b|c>d<e',
  '$HOME ${HOME}',
  '!history',
  '*?[a]',
  '~root',
  'back\\slash\\',
  'line\nbreak',
  '',
  '#comment',
  'ünïcode',
];

describe('a kubectl command to copy', () => {
  it('reaches the program as it was meant, whatever the names hold', () => {
    const line = commandLine(['printf', '%s\\0', ...hostile], 'posix');
    const said = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    assert.deepEqual(said.split('\0').slice(0, -1), hostile);
  });

  it('leaves nothing in a Windows line that its shell would act on', () => {
    for (const argument of hostile) {
      const powershell = quoteArgument(argument, 'powershell');
      assert.match(powershell, /^(?:[A-Za-z0-9_./:=+-]+|'(?:[^']|'')*')$/);
      const cmd = quoteArgument(argument, 'cmd');
      assert.doesNotMatch(cmd, /[\r\n]/);
      assert.doesNotMatch(cmd, /(?<!\^)[%&|<>!]/, cmd);
    }
  });

  it('names the context and the namespace', () => {
    const selector = { matchLabels: { 'k8s-app': 'canal' }, matchExpressions: [] };
    assert.equal(
      commandLine(getPods({ context: 'prod-eu' }, 'kube-system', selector), 'posix'),
      'kubectl --context=prod-eu -n kube-system get pods --selector=k8s-app=canal -o wide',
    );
  });

  it('names a kubeconfig that kubectl would not find', () => {
    const pod = { kind: 'Pod', namespace: 'kube-system', name: 'canal-x7k2p' };
    assert.equal(
      commandLine(logs({ context: 'my prod', kubeconfig: '/home/me/my config' }, pod, 'kube-flannel', true), 'posix'),
      "kubectl '--kubeconfig=/home/me/my config' '--context=my prod' -n kube-system logs canal-x7k2p -c kube-flannel --previous",
    );
  });

  it('is written for the shell of the terminal', () => {
    assert.equal(shellKind('/bin/zsh', 'darwin'), 'posix');
    assert.equal(
      shellKind('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'win32'),
      'windows-powershell',
    );
    assert.equal(shellKind('C:\\Windows\\System32\\cmd.exe', 'win32'), 'cmd');
    assert.equal(shellKind('C:\\Program Files\\Git\\bin\\bash.exe', 'win32'), 'posix');
    assert.equal(shellKind('', 'win32'), 'windows-powershell');
  });
});
