/** How a shell takes an argument that holds anything but plain characters. */
export type ShellKind = 'posix' | 'powershell' | 'cmd';

/** By the program that VS Code opens as a terminal: `/bin/bash`, `C:\Windows\System32\cmd.exe`. */
export function shellKind(shell: string, platform: string): ShellKind {
  const name = (shell.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.exe$/, '');
  if (name === 'pwsh' || name === 'powershell') return 'powershell';
  if (name === 'cmd') return 'cmd';
  return name === '' && platform === 'win32' ? 'powershell' : 'posix';
}

const plain = /^[A-Za-z0-9_./:=,@%+-]+$/;
/** cmd.exe replaces `%NAME%` even between quotes, and PowerShell gives `@` and `,` a meaning. */
const plainOnWindows = /^[A-Za-z0-9_./:=+-]+$/;

/**
 * The argument as one word. Names come from a kubeconfig or a cluster and may hold anything.
 * A line break would end the line for cmd.exe whatever quotes stand around it, so there it becomes a blank.
 */
export function quoteArgument(argument: string, shell: ShellKind): string {
  switch (shell) {
    case 'posix':
      return plain.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
    case 'powershell':
      return plainOnWindows.test(argument) ? argument : `'${argument.replace(/['‘’‚‛]/g, '$&$&')}'`;
    case 'cmd':
      if (plainOnWindows.test(argument)) return argument;
      return `"${argument
        .replace(/[\r\n]+/g, ' ')
        .replace(/(\\*)"/g, '$1$1\\"')
        .replace(/(\\+)$/, '$1$1')}"`.replace(/[%!^&|<>()"]/g, '^$&');
  }
}

export const commandLine = (command: readonly string[], shell: ShellKind): string =>
  command.map((argument) => quoteArgument(argument, shell)).join(' ');
