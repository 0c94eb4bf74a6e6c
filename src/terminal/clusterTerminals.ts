import { delimiter, dirname } from 'node:path';
import * as vscode from 'vscode';
import { Disposable, onDispose } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { setting } from '../base/settings.ts';
import { shellKind, typedLine } from '../base/shell.ts';
import type { ClusterSource } from '../cluster/source.ts';
import type { Kubectl } from './kubectl.ts';
import { PrivateFiles } from './privateFiles.ts';
import { isProtected } from '../base/protectedContexts.ts';

interface OpenTerminal {
  readonly terminal: vscode.Terminal;
  readonly source: ClusterSource;
  readonly namespace: string;
  readonly file: string;
}

/**
 * Terminals in which kubectl knows one cluster and no other: each has a kubeconfig of its own, so that changing the
 * current context elsewhere, or editing the user's files, does not turn it to another cluster.
 */
export class ClusterTerminals extends Disposable {
  readonly #files: PrivateFiles;
  readonly #log: Log;
  readonly #open = new Map<vscode.Terminal, OpenTerminal>();
  /** Files of terminals that have been described and not opened yet, as a terminal profile is. */
  readonly #pending = new Map<string, Omit<OpenTerminal, 'terminal'>>();
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;

  constructor(storage: string, log: Log) {
    super();
    this.#log = log;
    this.#files = new PrivateFiles(storage);
    const swept = this.#files.sweep();
    if (swept > 0) log.info(`removed ${swept} kubeconfig files of terminals that are gone`);
    this.own(vscode.window.onDidOpenTerminal((terminal) => this.#opened(terminal)));
    this.own(vscode.window.onDidCloseTerminal((terminal) => this.#closed(terminal)));
    this.own(
      onDispose(() => {
        // The shells would go on without the file that their kubectl reads.
        for (const terminal of this.#open.keys()) terminal.dispose();
        this.#files.removeAll();
      }),
    );
  }

  /** The cluster that a terminal of this extension is bound to. */
  sourceOf(terminal: vscode.Terminal | undefined): ClusterSource | undefined {
    return terminal === undefined ? undefined : this.#open.get(terminal)?.source;
  }

  /** What VS Code needs to open one; undefined where the cluster has no server. */
  options(
    source: ClusterSource,
    kubectl: Kubectl & { kind: 'found' },
    namespace: string,
  ): vscode.TerminalOptions | undefined {
    const config = source.kubectlConfig?.(namespace);
    if (config === undefined) return undefined;
    const file = this.#files.write(config);
    this.#pending.set(file, { source, namespace, file });
    const guarded = isProtected(source.name, setting('networkInspector.protectedContexts'));
    return {
      name: guarded
        ? vscode.l10n.t('kubectl: {0} / {1} (protected)', source.name, namespace)
        : vscode.l10n.t('kubectl: {0} / {1}', source.name, namespace),
      env: { KUBECONFIG: file, PATH: `${dirname(kubectl.path)}${delimiter}${process.env['PATH'] ?? ''}` },
      iconPath: new vscode.ThemeIcon(guarded ? 'shield' : 'terminal'),
      // It is bound to a file that goes with this window; VS Code must not bring it back without it.
      isTransient: true,
      ...(guarded && { color: new vscode.ThemeColor('terminal.ansiRed') }),
    };
  }

  /** A new terminal on the cluster, or the one that there is. */
  open(
    source: ClusterSource,
    kubectl: Kubectl & { kind: 'found' },
    namespace: string,
    another = false,
  ): vscode.Terminal | undefined {
    const there = [...this.#open.values()].find((one) => one.source.id === source.id && one.namespace === namespace);
    if (there !== undefined && !another && there.source === source) {
      there.terminal.show();
      return there.terminal;
    }
    const options = this.options(source, kubectl, namespace);
    if (options === undefined) return undefined;
    const terminal = vscode.window.createTerminal(options);
    this.#opened(terminal);
    return terminal;
  }

  /** Types a kubectl command into the terminal and runs it. Each argument stays one argument, whatever it holds. */
  run(terminal: vscode.Terminal, { path }: Kubectl & { kind: 'found' }, args: readonly string[]): void {
    // A kubectl of another name is not found by that name although its folder is on PATH.
    const program = /[\\/]kubectl(\.exe|\.cmd)?$/.test(path) ? 'kubectl' : path;
    terminal.sendText(typedLine([program, ...args], shellKind(vscode.env.shell, process.platform)), true);
  }

  #opened(terminal: vscode.Terminal): void {
    const { creationOptions } = terminal;
    const file = 'env' in creationOptions ? creationOptions.env?.['KUBECONFIG'] : undefined;
    if (typeof file !== 'string') return;
    const pending = this.#pending.get(file);
    if (pending === undefined) return;
    this.#pending.delete(file);
    this.#open.set(terminal, { ...pending, terminal });
    // VS Code leaves a hidden panel hidden when the terminal comes from a profile.
    terminal.show();
    this.#changed.fire();
  }

  #closed(terminal: vscode.Terminal): void {
    const open = this.#open.get(terminal);
    if (open === undefined) return;
    this.#open.delete(terminal);
    this.#files.remove(open.file);
    this.#log.debug(`the terminal of ${open.source.name} is closed and its kubeconfig removed`);
    this.#changed.fire();
  }
}
