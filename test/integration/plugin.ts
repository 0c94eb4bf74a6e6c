import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A credential plugin for tests: a program that notes each of its runs, with what it was given. */
export interface Plugin {
  readonly command: string;
  readonly args: readonly string[];
  /** What the plugin found in `KUBERNETES_EXEC_INFO`, a run each. */
  runs(): Promise<readonly unknown[]>;
  /** Later runs do this instead. */
  become(script: string): Promise<void>;
}

/**
 * @param script runs in Node, in an ES module, with `info` (parsed) and `give(status)`, which prints an ExecCredential.
 */
export async function writePlugin(folder: string, name: string, script: string): Promise<Plugin> {
  const file = join(folder, `${name}.mjs`);
  const record = join(folder, `${name}.runs`);
  await writeFile(record, '');
  const write = async (body: string): Promise<void> => {
    await writeFile(
      file,
      `import { appendFileSync } from 'node:fs';
const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
appendFileSync(${JSON.stringify(record)}, JSON.stringify(info) + '\\n');
const give = (status) => console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: info.apiVersion, status }));
${body}
`,
    );
    await chmod(file, 0o700);
  };
  await write(script);
  return {
    command: process.execPath,
    args: [file],
    become: write,
    runs: async () =>
      (await readFile(record, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line)),
  };
}
