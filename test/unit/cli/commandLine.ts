import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../../src/cli/run.ts';

export interface Answer {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** Carries out a command as the program does, in a folder of its own. The folder's path is cut from what is printed. */
export class CommandLine {
  #folder = '';

  async open(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'command-line-'));
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.#folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }

  /** Arguments that begin with `./` are paths in the folder. */
  run(...args: string[]): Promise<Answer> {
    return this.runWith('', ...args);
  }

  /** With a text as standard input. */
  async runWith(input: string, ...args: string[]): Promise<Answer> {
    let out = '';
    let err = '';
    const code = await run(
      args.map((arg) => (arg.startsWith('./') ? join(this.#folder, arg) : arg)),
      {
        input: () => Promise.resolve(new TextEncoder().encode(input)),
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        progress: () => undefined,
      },
    );
    const own = `${this.#folder}/`;
    return { out: out.replaceAll(own, ''), err: err.replaceAll(own, ''), code };
  }
}

const deployment = (namespace: string, name: string, ports: string): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: ${name}, ports: [${ports}]}]}
`;

/** A shop: `web` talks to `api`, and only it. */
export const shop: Readonly<Record<string, string>> = {
  'shop/workloads.yaml': [
    deployment('shop', 'api', '{name: http, containerPort: 8080}, {name: health, containerPort: 8081, protocol: UDP}'),
    deployment('shop', 'web', '{containerPort: 8080}'),
    `apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: http}]}
`,
  ].join('---\n'),
  'shop/policies.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: http}, {port: 9000, endPort: 9010}]
`,
};
