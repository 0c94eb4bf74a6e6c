/** How a shell takes an argument that holds anything but plain characters. */
export type ShellKind = 'posix' | 'fish' | 'powershell' | 'windows-powershell' | 'cmd';

/** By the program that VS Code opens as a terminal: `/bin/bash`, `C:\Windows\System32\cmd.exe`. */
export function shellKind(shell: string, platform: string): ShellKind {
  const name = (shell.split(/[\\/]/).at(-1) ?? '').toLowerCase().replace(/\.exe$/, '');
  if (name === 'pwsh') return 'powershell';
  if (name === 'powershell') return 'windows-powershell';
  if (name === 'cmd' || name === 'fish') return name;
  return name === '' && platform === 'win32' ? 'windows-powershell' : 'posix';
}

// `@` and `,` have a meaning, and an option is torn apart at its first dot or colon.
const plainInPowerShell = /^(?:[A-Za-z0-9_./:=+][A-Za-z0-9_./:=+-]*|-[A-Za-z0-9_/=-]*)$/;

/** What a shell passes on as it is, without quotes. */
const plain: Readonly<Record<ShellKind, RegExp>> = {
  posix: /^[A-Za-z0-9_./:=,@%+-]+$/,
  fish: /^[A-Za-z0-9_./:=,@+-]+$/,
  powershell: plainInPowerShell,
  'windows-powershell': plainInPowerShell,
  // `%NAME%` is replaced even between quotes.
  cmd: /^[A-Za-z0-9_./:=+-]+$/,
};

/**
 * The argument as one word. Names come from a kubeconfig or a cluster and may hold anything.
 * A line break would end the line for cmd.exe whatever quotes stand around it, so there it becomes a blank.
 */
export function quoteArgument(argument: string, shell: ShellKind): string {
  if (plain[shell].test(argument)) return argument;
  switch (shell) {
    case 'posix':
      return `'${argument.replaceAll("'", `'\\''`)}'`;
    case 'fish':
      return `'${argument.replace(/[\\']/g, '\\$&')}'`;
    case 'powershell':
      return inSingleQuotes(argument);
    case 'windows-powershell':
      // Version 5.1 puts a program's line together without a thought for quotes in an argument, and drops an empty one; what
      // has quotes around it already is left alone. Source: about_Preference_Variables, `Legacy` argument passing.
      return inSingleQuotes(/[\s"]|^$/.test(argument) ? forWindows(argument) : argument);
    case 'cmd':
      return forWindows(argument.replace(/[\r\n]+/g, ' ')).replace(/[%!^&|<>()"]/g, '^$&');
  }
}

const inSingleQuotes = (text: string): string => `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`;

/** As a Windows program reads one argument from its line. Source: "Parsing C command-line arguments", Microsoft. */
const forWindows = (argument: string): string =>
  `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;

/** The program of a command, where its path holds anything but plain characters. */
function quoteProgram(program: string, shell: ShellKind): string {
  const quoted = quoteArgument(program, shell);
  if (quoted === program) return program;
  switch (shell) {
    case 'posix':
    case 'fish':
      return quoted;
    case 'powershell':
    case 'windows-powershell':
      // A text by itself is only printed. A name is no argument: it has no quotes of its own.
      return `& ${inSingleQuotes(program)}`;
    case 'cmd':
      // The name of the program ends at the first blank that stands outside of quotes of its own. No path holds a quote.
      return `"${program.replaceAll('"', '')}"`;
  }
}

export const commandLine = ([program = '', ...args]: readonly string[], shell: ShellKind): string =>
  [quoteProgram(program, shell), ...args.map((argument) => quoteArgument(argument, shell))].join(' ');

/**
 * A command as it is typed into a terminal. What controls one, an interrupt or a completion, acts there before any
 * shell reads a quote; no name of Kubernetes holds such a character, and it becomes a blank.
 */
export const typedLine = (command: readonly string[], shell: ShellKind): string =>
  commandLine(
    command.map((argument) => argument.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')),
    shell,
  );
