import { type Filter, isFiltering, noFilter } from './filter.ts';
import { pageSize } from './rendering.ts';

/** Where choices are kept from one session to the next. VS Code's `Memento` fits. */
export interface Keeper {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

type KeptSet = 'favourites' | 'hidden' | 'recent';

/** What the user chose in the Clusters view. Clusters are named by the id of their source. */
export class ViewState {
  filter: Filter = noFilter;
  showHidden = false;
  groupByServer = false;
  readonly #keeper: Keeper;
  readonly #pages = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  get filtering(): boolean {
    return isFiltering(this.filter);
  }

  has(set: KeptSet, source: string): boolean {
    return this.#read(set).includes(source);
  }

  keep(set: KeptSet, sources: readonly string[], value: boolean): void {
    const others = this.#read(set).filter((source) => !sources.includes(source));
    void this.#keeper.update(`clusters.${set}`, value ? [...others, ...sources] : others);
    this.changed();
  }

  shown(id: string): number {
    return this.#pages.get(id) ?? pageSize;
  }

  showMore(id: string): void {
    this.#pages.set(id, this.shown(id) + pageSize);
    this.changed();
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Tells the view. To be called after a field has been set. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #read(set: KeptSet): readonly string[] {
    const value = this.#keeper.get<unknown>(`clusters.${set}`);
    return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
  }
}
