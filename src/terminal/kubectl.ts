import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { isObject, objectAt, stringAt } from '../model/json.ts';

/** The oldest minor version of kubectl whose commands are used here: `kubectl events` and `debug` are in it. */
export const oldestMinor = 26;

export type Kubectl =
  | { readonly kind: 'found'; readonly path: string; readonly version: string }
  | { readonly kind: 'missing'; readonly wanted: string }
  | { readonly kind: 'too-old'; readonly path: string; readonly version: string }
  /** It is there, and does not run. */
  | { readonly kind: 'broken'; readonly path: string; readonly message: string };

/**
 * Looks for kubectl at the path of the user's setting, else on `PATH`, and asks for its version. Nothing is passed
 * through a shell.
 */
export async function findKubectl(setting: string, env: NodeJS.ProcessEnv = process.env): Promise<Kubectl> {
  const path = setting !== '' ? ((await isExecutable(setting)) ? setting : undefined) : await onPath('kubectl', env);
  if (path === undefined) return { kind: 'missing', wanted: setting === '' ? 'kubectl' : setting };
  return new Promise((resolve) => {
    execFile(path, ['version', '--client', '-o', 'json'], { timeout: 10_000, env }, (error, stdout) => {
      if (error !== null) resolve({ kind: 'broken', path, message: error.message });
      else resolve(versioned(path, stdout));
    });
  });
}

function versioned(path: string, stdout: string): Kubectl {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    return { kind: 'broken', path, message: 'it does not say its version' };
  }
  const client = objectAt(isObject(answer) ? answer : {}, 'clientVersion');
  const version = stringAt(client, 'gitVersion') ?? '';
  const minor = Number.parseInt(stringAt(client, 'minor') ?? '', 10);
  return { kind: Number.isNaN(minor) || minor >= oldestMinor ? 'found' : 'too-old', path, version };
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  // An empty or relative entry of PATH would run a program of the folder that is open.
  const folders = (env['PATH'] ?? env['Path'] ?? '')
    .split(delimiter)
    .filter((folder) => /^([/\\]|[A-Za-z]:)/.test(folder));
  for (const folder of folders) {
    for (const candidate of names) {
      const path = join(folder, candidate);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
