import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Component } from './component.ts';

/** The stages of kwok's own module that a node and a pod go through here: at once ready, at once gone when deleted. */
const stages = [
  'node/fast/node-initialize.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

/** kwok answering for the kubelets of all nodes. */
export class SimulatedKubelet {
  readonly configurationFile: string;
  readonly #stage: (path: string) => string;
  #kwok: Component | undefined;

  constructor(folder: string, stage: (path: string) => string) {
    this.configurationFile = join(folder, 'kwok.yaml');
    this.#stage = stage;
  }

  attach(kwok: Component): void {
    this.#kwok = kwok;
  }

  async writeConfiguration(): Promise<void> {
    const texts = await Promise.all(stages.map((path) => readFile(this.#stage(path), 'utf8')));
    await writeFile(this.configurationFile, texts.join('\n---\n'), { mode: 0o600 });
  }
}
