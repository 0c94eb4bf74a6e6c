import { stat } from 'node:fs/promises';
import { win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What to hand to `spawn`. `verbatim`: the arguments are a command line already, and Node must not quote them again. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

/** An argument that a batch file would not get as it is. */
export class BatchArgumentError extends Error {
  override readonly name = 'BatchArgumentError';
}

const batch = /\.(cmd|bat)$/i;
/** cmd.exe acts on these also between quotes, or a batch file does that hands its arguments on. */
const refused = /["%!^&|<>\r\n\0]/;
const plain = /^[A-Za-z0-9_./:\\-]+$/;

/**
 * How Windows starts a program, as kubectl does it: by PATH and PATHEXT, and never from the current folder. Node does not
 * start batch files by itself (EINVAL, since the answer to CVE-2024-27980), because cmd.exe reads their command line in its
 * own way; so only what that leaves as it is gets through to one.
 * @returns undefined where there is no such program.
 * @throws {BatchArgumentError} where the program is a batch file and an argument could be read as something else.
 */
export async function launchOnWindows(
  command: string,
  args: readonly string[],
  env: Environment,
  isFile: (path: string) => Promise<boolean> = exists,
): Promise<Launch | undefined> {
  const file = await find(command, env, isFile);
  if (file === undefined) return undefined;
  if (!batch.test(file)) return { file, args, verbatim: false };
  const unsafe = [file, ...args].find((text) => refused.test(text));
  if (unsafe !== undefined)
    throw new BatchArgumentError(
      `${command} is a batch file, and cmd.exe would change this on its way to it: ${JSON.stringify(unsafe)}. Name the program that it starts instead`,
    );
  const shell = win32.join(variable(env, 'SystemRoot') ?? 'C:\\Windows', 'System32', 'cmd.exe');
  // No AutoRun commands, no delayed expansion, and the outer quotes taken off as they are.
  return {
    file: shell,
    args: ['/d', '/e:on', '/v:off', '/s', '/c', `"${[file, ...args].map(quote).join(' ')}"`],
    verbatim: true,
  };
}

/** Backslashes before the closing quote are doubled, as the program that gets them in the end undoes it. */
const quote = (text: string): string =>
  plain.test(text) && !text.endsWith('\\') ? text : `"${text.replace(/\\+$/, '$&$&')}"`;

async function find(
  command: string,
  env: Environment,
  isFile: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  const extensions = (variable(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((text) => text !== '');
  const whole = extensions.some((extension) => command.toLowerCase().endsWith(extension.toLowerCase()));
  const names = [...(whole ? [command] : []), ...extensions.map((extension) => command + extension.toLowerCase())];
  const folders = /[\\/]/.test(command)
    ? ['']
    : (variable(env, 'PATH') ?? '')
        .split(';')
        .map((folder) => folder.replaceAll('"', ''))
        .filter((folder) => win32.isAbsolute(folder));
  for (const folder of folders)
    for (const name of names) {
      const path = folder === '' ? win32.resolve(name) : win32.join(folder, name);
      if (await isFile(path)) return path;
    }
  return undefined;
}

/** Names of variables have no case there. */
const variable = (env: Environment, name: string): string | undefined =>
  Object.entries(env).find(([key]) => key.toUpperCase() === name.toUpperCase())?.[1];

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
