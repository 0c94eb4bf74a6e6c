import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { onSettingChanged, setting } from '../base/settings.ts';
import { views } from '../contributions.ts';
import type { Attention } from './attention.ts';
import type { Clusters } from './clusters.ts';
import { Contexts } from './contexts.ts';
import { OpenRows } from './openRows.ts';
import { RefreshTimer } from './refreshTimer.ts';
import { clusterRowId, kubeProxyRowId } from './rowIds.ts';
import type { prepareClusters } from './prepareClusters.ts';
import type { renderClusters } from './rows.ts';
import { type Change, type RowNode, RowTree } from './rowTree.ts';
import { tooltipMarkdown } from './tooltip.ts';
import { treeItem } from './treeItem.ts';
import type { ViewState } from './viewState.ts';

/** Changes that come within this time are shown together. */
const coalesceMs = 100;
/**
 * Between two changes of the tree. VS Code's extension host puts off what comes within 200 ms of the change before until
 * nothing has come for 200 ms, so that a cluster that goes on changing faster would never be seen to change.
 */
const shortestPauseMs = 250;
/** Nor is VS Code kept busy with drawing for more than a quarter of the time: what it draws cannot be used meanwhile. */
const pausePerDrawing = 4;
const longestPauseMs = 1000;
/** Ages in rows ("3 min ago") are brought up to date this often while the view is visible. */
const tickMs = 30_000;

/** The Clusters view: hands the rows to VS Code, keeps them in step, and says which clusters somebody looks at. */
export class ClustersView extends Disposable implements vscode.TreeDataProvider<RowNode> {
  readonly view: vscode.TreeView<RowNode>;
  readonly #clusters: Clusters;
  readonly #state: ViewState;
  readonly #log: Log;
  readonly #contexts = new Contexts();
  readonly #open = new OpenRows();
  readonly #tree = new RowTree((row) => this.#open.appearsOpen(row));
  readonly #changed = this.own(new vscode.EventEmitter<RowNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #sources = new Map<string, { dispose(): void }>();
  /** What makes rows of what is known. It is loaded when somebody looks for the first time. */
  #parts:
    | {
        readonly prepare: typeof prepareClusters;
        readonly render: typeof renderClusters;
        readonly attention: Attention;
      }
    | undefined;
  #loading: Promise<void> | undefined;
  #pending: ReturnType<typeof setTimeout> | undefined;
  #firedAt = -longestPauseMs;
  /** When VS Code last asked for a row. */
  #askedAt = 0;
  #autoConnected = false;
  /** As last told. */
  #selected: readonly RowNode[] = [];

  constructor(clusters: Clusters, state: ViewState, log: Log) {
    super();
    this.#clusters = clusters;
    this.#state = state;
    this.#log = log;
    state.groupByServer = setting('networkInspector.groupByServer');
    this.view = this.own(
      vscode.window.createTreeView(views.clusters, {
        treeDataProvider: this,
        showCollapseAll: true,
        canSelectMany: true,
      }),
    );
    this.own(
      this.view.onDidExpandElement(({ element }) => {
        this.#toggle(element, true);
      }),
    );
    this.own(
      this.view.onDidCollapseElement(({ element }) => {
        this.#toggle(element, false);
      }),
    );
    this.own(
      this.view.onDidChangeSelection(({ selection }) => {
        this.#selected = selection;
      }),
    );
    this.own(
      this.view.onDidChangeVisibility(() => {
        this.#read();
        this.#update();
      }),
    );
    this.own(
      clusters.onDidChange(() => {
        this.#listen();
        this.#schedule();
      }),
    );
    this.own(
      state.onDidChange(() => {
        this.#update();
      }),
    );
    this.own(
      onSettingChanged(['networkInspector.groupByServer'], () => {
        state.groupByServer = setting('networkInspector.groupByServer');
        state.changed();
      }),
    );
    const confirm = this.own(new RefreshTimer(() => this.#parts?.attention.sources ?? []));
    const interval = (): void => confirm.every(setting('networkInspector.refreshInterval'));
    this.own(onSettingChanged(['networkInspector.refreshInterval'], interval));
    interval();
    const tick = setInterval(() => {
      if (this.view.visible) this.#update();
    }, tickMs);
    this.own(onDispose(() => clearInterval(tick)));
    this.own(onDispose(() => clearTimeout(this.#pending)));
    this.own(
      onDispose(() => {
        for (const listener of this.#sources.values()) listener.dispose();
      }),
    );
    this.#listen();
    this.#read();
    this.#update();
  }

  getTreeItem(node: RowNode): vscode.TreeItem {
    node.explained = false;
    this.#askedAt = performance.now();
    return treeItem(node);
  }

  getChildren(node?: RowNode): RowNode[] {
    return [...(node === undefined ? this.#tree.roots : this.#tree.childrenOf(node))];
  }

  getParent(node: RowNode): RowNode | undefined {
    return node.parent;
  }

  resolveTreeItem(item: vscode.TreeItem, node: RowNode): vscode.TreeItem {
    const tooltip = node.row.tooltip?.();
    node.explained = true;
    if (tooltip !== undefined) {
      const markdown = new vscode.MarkdownString(tooltipMarkdown(tooltip));
      markdown.isTrusted = false;
      markdown.supportHtml = false;
      item.tooltip = markdown;
    }
    return item;
  }

  /**
   * The selected rows. VS Code's own list lacks those that are being drawn anew, and what it told of the last change
   * lacks those that were being drawn then.
   */
  get selection(): readonly RowNode[] {
    const now = this.view.selection;
    const told = this.#selected.filter((node) => this.#tree.find(node.id) === node);
    return told.length > now.length ? told : now;
  }

  /** Opens a cluster's row, which connects it. */
  async open(source: string): Promise<void> {
    await (this.#loading ??= this.#load());
    this.#open.choose(clusterRowId(source), true);
    this.#update();
    const node = this.#tree.find(clusterRowId(source));
    if (node === undefined) return;
    // A row that appears open tells nobody that it was opened.
    this.#toggle(node, true);
    await this.view.reveal(node, { select: true, focus: false, expand: true });
  }

  /** The files that name the clusters are read when somebody looks for the first time. */
  #read(): void {
    if (!this.view.visible) return;
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#log.error('the clusters could not be read', error);
    });
  }

  async #load(): Promise<void> {
    const [{ prepareClusters }, { renderClusters }, { Attention }] = await Promise.all([
      import('./prepareClusters.ts'),
      import('./rows.ts'),
      import('./attention.ts'),
      this.#clusters.ready(),
    ]);
    this.#parts = { prepare: prepareClusters, render: renderClusters, attention: this.own(new Attention()) };
    this.#update();
  }

  #toggle(node: RowNode, open: boolean): void {
    this.#open.choose(node.id, open);
    const { target } = node.row;
    if (!open && 'source' in target) this.#open.leaveAlone(target.source);
    if (open && target.kind === 'cluster') {
      this.#open.clusterOpened(target.source, Date.now());
      const source = this.#clusters.list.find(({ source: { id } }) => id === target.source)?.source;
      if (source?.state.kind === 'not-connected') {
        this.#state.keep('recent', [source.id], true);
        void source.connect();
      }
    }
    this.#update();
  }

  #listen(): void {
    const present = new Set(this.#clusters.list.map(({ source }) => source.id));
    for (const [id, listener] of this.#sources) {
      if (present.has(id)) continue;
      listener.dispose();
      this.#sources.delete(id);
    }
    for (const { source } of this.#clusters.list) {
      this.#sources.get(source.id)?.dispose();
      this.#sources.set(
        source.id,
        source.onDidChange(() => {
          this.#schedule();
        }),
      );
    }
  }

  #schedule(): void {
    const pause = Math.max(shortestPauseMs, pausePerDrawing * (this.#askedAt - this.#firedAt));
    const wait = Math.max(coalesceMs, this.#firedAt + Math.min(pause, longestPauseMs) - performance.now());
    this.#pending ??= setTimeout(() => {
      void this.#updateInSteps();
    }, wait);
  }

  async #updateInSteps(): Promise<void> {
    try {
      await this.#parts?.prepare(this.#clusters.list.map(({ source }) => source));
    } catch (error) {
      this.#log.error('what the rows are made of could not be prepared', error);
    }
    this.#update();
  }

  #update(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    if (this.disposed) return;
    this.#setContexts();
    if (this.#parts === undefined) return;
    const { render, attention } = this.#parts;
    if (this.view.visible && this.#clusters.loaded && !this.#autoConnected) {
      this.#autoConnected = true;
      this.#autoConnect();
    }
    const started = performance.now();
    const rendered = render(this.#clusters, this.#state, {
      t: vscode.l10n.t,
      now: Date.now(),
      filter: this.#state.filter,
      shown: (id) => this.#state.shown(id),
    });
    const changes = this.#tree.update(rendered.rows);
    if (changes.length > 0) this.#fire(changes);
    const message = rendered.message ?? '';
    // Setting it, to whatever value, counts as a change of the tree.
    if (message !== this.view.message) this.view.message = message;
    this.view.badge = rendered.badge;
    this.#contexts.set('networkInspector.clusters.content', rendered.content);
    this.#attend(attention);
    if (this.view.visible)
      for (const node of this.#open.toOpen(this.#tree, clusterRowId, Date.now()))
        void this.view.reveal(node, { select: false, focus: false, expand: true });
    const took = performance.now() - started;
    if (took > 50) this.#log.debug(`showing ${rendered.rows.length} clusters took ${took.toFixed(0)} ms`);
  }

  #setContexts(): void {
    this.#contexts.set('networkInspector.clusters.filtered', this.#state.filter.text !== '');
    this.#contexts.set('networkInspector.clusters.problemsOnly', this.#state.filter.problemsOnly);
    this.#contexts.set('networkInspector.clusters.showHidden', this.#state.showHidden);
    this.#contexts.set('networkInspector.clusters.grouped', this.#state.groupByServer);
  }

  #fire(changes: readonly Change[]): void {
    this.#firedAt = performance.now();
    const nodes = changes.filter((change) => change !== 'root');
    this.#changed.fire(nodes.length === changes.length ? nodes : undefined);
  }

  /**
   * Reads go on for the clusters that are open in a visible view, and for no others. One that a filter leaves out goes
   * on too: what it has still to tell may match.
   */
  #attend(attention: Attention): void {
    const isOpen = (id: string): boolean => {
      const node = this.#tree.find(id);
      return node === undefined ? this.#state.filtering && this.#open.wasOpened(id) : this.#open.isOpen(node);
    };
    const open = this.view.visible ? this.#clusters.list.filter(({ source }) => isOpen(clusterRowId(source.id))) : [];
    attention.attendTo(
      open.map(({ source }) => {
        const cluster = this.#tree.find(clusterRowId(source.id));
        return {
          source,
          kubeProxyPods: isOpen(kubeProxyRowId(source.id)),
          openDaemonSets: cluster === undefined ? new Set() : this.#open.daemonSetsBelow(cluster),
        };
      }),
    );
  }

  /** Once, when the view is first seen; the rows of these clusters appear open. */
  #autoConnect(): void {
    const wanted = setting('networkInspector.autoConnect');
    if (wanted === 'never' || !vscode.workspace.isTrusted) return;
    for (const { source, current } of this.#clusters.list) {
      const chosen = wanted === 'current' ? current : this.#state.has('recent', source.id);
      if (!chosen || source.state.kind !== 'not-connected') continue;
      this.#open.choose(clusterRowId(source.id), true);
      this.#open.clusterOpened(source.id, Date.now());
      void source.connect();
    }
  }
}
