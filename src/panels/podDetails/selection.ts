import type { Pod } from '../../model/pod.ts';
import { ClusterSnapshot, ObjectTable, type ObjectTables } from '../../model/snapshot.ts';
import { buildEngine } from '../../policy/engine.ts';
import type { SelectedBy } from '../../policy/types.ts';
import { selectionKinds } from './policyKinds.ts';

/** Asks the policy engine about one pod. The engine is made of that pod and of policies alone, however large the cluster is. */
export class PodSelection {
  #made: readonly unknown[] = [];
  #answer: SelectedBy | undefined;

  of(pod: Pod, snapshot: ClusterSnapshot): SelectedBy | undefined {
    const made = [pod, ...selectionKinds.map((kind) => snapshot.table(kind))];
    if (made.every((part, index) => part === this.#made[index])) return this.#answer;
    const { tables } = snapshot.content;
    const kept: ObjectTables = {
      ...Object.fromEntries(selectionKinds.map((kind) => [kind, tables[kind]]).filter(([, table]) => table)),
      pods: ObjectTable.of([pod]),
    };
    this.#made = made;
    this.#answer = buildEngine(new ClusterSnapshot({ ...snapshot.content, tables: kept })).selectedBy(pod.meta);
    return this.#answer;
  }
}
