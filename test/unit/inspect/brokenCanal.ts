import { strict as assert } from 'node:assert';
import { load, loadAll } from 'js-yaml';
import { isObject } from '../../../src/model/json.ts';
import type { ClusterSnapshot } from '../../../src/model/snapshot.ts';
import { fixtureText, snapshotFromObjects, type SnapshotOptions } from '../support/snapshotFromYaml.ts';

/** An object of a parsed fixture, for a test to write into. */
export type Draft = Record<string, Record<string, unknown>>;

const isDraft = (
  value: unknown,
): value is Draft & { readonly kind: string; readonly metadata: { readonly name: string } } =>
  isObject(value) && isObject(value['metadata']);

/** The objects of the healthy Canal cluster. */
export class CanalCluster {
  readonly #documents: unknown[] = loadAll(fixtureText('health/canal.yaml'));

  get documents(): readonly unknown[] {
    return this.#documents;
  }

  #find(kind: string, name: string): Draft {
    const found = this.#documents.filter(isDraft).find((one) => one.kind === kind && one.metadata.name === name);
    assert.ok(found, `${kind} ${name} is in the fixture`);
    return found;
  }

  /** Replaces fields below `spec`, `status`, `metadata` or `data`; `change` is YAML in flow style. */
  set(kind: string, name: string, part: string, change: string): this {
    const object = this.#find(kind, name);
    const fields: unknown = load(change);
    assert.ok(isObject(fields));
    object[part] = { ...object[part], ...fields };
    return this;
  }

  /** Sets or removes one of flannel's annotations, or removes all of them where the key is empty. */
  annotate(node: string, key: string, value: string | undefined): this {
    const { metadata } = this.#find('Node', node);
    const all = metadata?.['annotations'];
    assert.ok(metadata && isObject(all));
    const full = `flannel.alpha.coreos.com/${key}`;
    const rest = Object.entries(all).filter(([name]) => (key === '' ? !name.startsWith(full) : name !== full));
    metadata['annotations'] = Object.fromEntries(value === undefined ? rest : [...rest, [full, value]]);
    return this;
  }

  /** Gives a container of a pod another status: YAML in flow style, without the name. */
  container(pod: string, container: string, status: string): this {
    const object = this.#find('Pod', pod);
    for (const list of ['containerStatuses', 'initContainerStatuses']) {
      const statuses = object['status']?.[list];
      if (!Array.isArray(statuses)) continue;
      const index = statuses.findIndex((one) => isObject(one) && one['name'] === container);
      if (index >= 0) statuses[index] = { name: container, restartCount: 0, ready: false, ...(load(status) as object) };
    }
    return this;
  }

  remove(kind: string, name: string): this {
    this.#documents.splice(this.#documents.indexOf(this.#find(kind, name)), 1);
    return this;
  }

  add(yaml: string): this {
    this.#documents.push(...loadAll(yaml));
    return this;
  }

  snapshot(options?: SnapshotOptions): ClusterSnapshot {
    return snapshotFromObjects(this.#documents, options);
  }
}
