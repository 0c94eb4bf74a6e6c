import { dump, load } from 'js-yaml';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isObject, objectAt, objectsAt } from '../../src/model/json.ts';
import type { Component } from './component.ts';
import { heldAnnotation } from './fill/nodes.ts';

/** The stages of kwok's own module that a node and a pod go through here: at once ready, at once gone when deleted. */
const stages = [
  'node/fast/node-initialize.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

export interface ContainerKey {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/**
 * kwok, answering for the kubelets of all nodes. Commands that are executed "in" a container run on this machine, with
 * the user's own rights. Two things kwok does not pass on: the end of a command's standard input, and its exit code,
 * which becomes an internal error that names it.
 */
export class SimulatedKubelet {
  readonly configurationFile: string;
  readonly #logs: string;
  readonly #stage: (path: string) => string;
  /** Containers with logs of their own, by pod. */
  readonly #known = new Map<string, { readonly key: ContainerKey; readonly containers: Set<string> }>();
  /** Ports of every pod, and who answers there. */
  readonly #ports = new Map<number, number>();
  #kwok: Component | undefined;

  constructor(folder: string, stage: (path: string) => string) {
    this.configurationFile = join(folder, 'kwok.yaml');
    this.#logs = join(folder, 'logs');
    this.#stage = stage;
  }

  attach(kwok: Component): void {
    this.#kwok = kwok;
  }

  /**
   * What `kubectl logs` prints for a container from now on, one element a line. `previous` is what it printed before
   * its last restart. The first log of a pod restarts kwok, which takes about a second.
   */
  async setLog(key: ContainerKey, lines: readonly string[], previous: readonly string[] = []): Promise<void> {
    await mkdir(dirname(this.#file(key)), { recursive: true });
    await writeFile(this.#file(key), criLines(lines));
    await writeFile(this.#file(key, 'previous'), criLines(previous));
    const pod = `${key.namespace}/${key.pod}`;
    const known = this.#known.get(pod) ?? { key, containers: new Set<string>() };
    if (known.containers.has(key.container)) return;
    known.containers.add(key.container);
    this.#known.set(pod, known);
    await this.writeConfiguration();
    await this.#kwok?.restart();
  }

  /** Adds lines to a log that `setLog` has begun; whoever follows it sees them. */
  async appendLog(key: ContainerKey, lines: readonly string[]): Promise<void> {
    await appendFile(this.#file(key), criLines(lines));
  }

  /**
   * What is forwarded to this port of any pod goes to a port on this machine's loopback from now on. Restarts kwok, which
   * takes about a second.
   */
  async setPort(port: number, localPort: number): Promise<void> {
    this.#ports.set(port, localPort);
    await this.writeConfiguration();
    await this.#kwok?.restart();
  }

  async writeConfiguration(): Promise<void> {
    await mkdir(this.#logs, { recursive: true });
    const fallback = join(this.#logs, 'any.log');
    await writeFile(fallback, criLines(['This container is simulated and has written nothing.']));
    const documents = [
      ...(await Promise.all(stages.map((path) => this.#readStage(path)))),
      kwokObject('ClusterLogs', { name: 'any' }, { logs: [{ logsFile: fallback, previousLogsFile: fallback }] }),
      kwokObject('ClusterExec', { name: 'any' }, { execs: [{ local: {} }] }),
      kwokObject(
        'ClusterPortForward',
        { name: 'any' },
        {
          forwards: [...this.#ports].map(([port, localPort]) => ({
            ports: [port],
            target: { port: localPort, address: '127.0.0.1' },
          })),
        },
      ),
      ...[...this.#known.values()].map(({ key, containers }) =>
        kwokObject(
          'Logs',
          { name: key.pod, namespace: key.namespace },
          {
            logs: [
              ...[...containers].map((container) => ({
                containers: [container],
                logsFile: this.#file({ ...key, container }),
                previousLogsFile: this.#file({ ...key, container }, 'previous'),
              })),
              { logsFile: fallback, previousLogsFile: fallback },
            ],
          },
        ),
      ),
    ];
    await writeFile(this.configurationFile, documents.map((document) => dump(document)).join('---\n'), { mode: 0o600 });
  }

  /** A stage that passes by whatever a test holds. */
  async #readStage(path: string): Promise<object> {
    const stage = load(await readFile(this.#stage(path), 'utf8'));
    if (!isObject(stage)) throw new Error(`${path} of kwok is not a stage.`);
    const spec = objectAt(stage, 'spec');
    const held = { key: `.metadata.annotations["${heldAnnotation}"]`, operator: 'DoesNotExist' };
    const matchExpressions = [...objectsAt(objectAt(spec, 'selector'), 'matchExpressions'), held];
    return { ...stage, spec: { ...spec, selector: { matchExpressions } } };
  }

  #file(key: ContainerKey, which = 'current'): string {
    return join(this.#logs, key.namespace, key.pod, `${key.container}.${which}.log`);
  }
}

const kwokObject = (kind: string, metadata: object, spec: object): object => ({
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind,
  metadata,
  spec,
});

/** The format that container runtimes write: time, stream, whether the line is full, line. */
const criLines = (lines: readonly string[]): string => {
  const start = Date.now();
  return lines.map((line, index) => `${new Date(start + index).toISOString()} stdout F ${line}\n`).join('');
};
