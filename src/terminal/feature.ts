import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { componentLog } from '../base/log.ts';
import { plainLabel } from '../base/plainLabel.ts';
import { registerRowCommand } from '../base/rowCommand.ts';
import { targetOfRow } from '../base/rowTarget.ts';
import { setting } from '../base/settings.ts';
import type { ClusterSource, ConnectionState, Disposable as Subscription } from '../cluster/source.ts';
import { type CommandId, commands, terminalProfiles } from '../contributions.ts';
import type { ClusterTerminals } from './clusterTerminals.ts';
import type { ForwardView } from './forwardView.ts';
import type { Kubectl } from './kubectl.ts';
import type { PodName } from './podCommands.ts';

/** The clusters that a terminal can be bound to. */
export interface TerminalSources {
  readonly list: readonly ClusterSource[];
  ready(): Promise<void>;
}

/** After the start of the window, which has other things to do. */
const sweepMs = 5000;

interface Target {
  readonly source: ClusterSource;
  readonly pod?: PodName;
  readonly container?: string;
  readonly port?: number;
}

/** kubectl in terminals that are bound to one cluster each. Its code is loaded when the first one opens. */
export class TerminalFeature extends Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #channel: vscode.LogOutputChannel;
  readonly #sources: TerminalSources;
  readonly #status = this.own(
    vscode.window.createStatusBarItem('networkInspector.terminal', vscode.StatusBarAlignment.Left, 0),
  );
  #terminals: Promise<ClusterTerminals> | undefined;
  #forwards: Promise<ForwardView> | undefined;
  #shown: { readonly source: ClusterSource; readonly following: Subscription } | undefined;

  constructor(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel, sources: TerminalSources) {
    super();
    this.#context = context;
    this.#channel = channel;
    this.#sources = sources;
    this.#status.name = vscode.l10n.t('Cluster of the Terminal');
    this.#command(commands.openTerminal, async (row) => {
      // On a pod, kubectl goes to the pod's namespace.
      await this.#inTerminal(row, () => undefined, true);
    });
    this.#command(commands.runQuery, async (row) => {
      const { queriesOf } = await import('./queries.ts');
      await this.#inTerminal(row, async ({ source }) => {
        const items = queriesOf(source.snapshot).map(({ title, args }) => ({
          label: title,
          description: `kubectl ${args.join(' ')}`,
          args,
        }));
        const placeHolder = vscode.l10n.t('Query for {0}', source.name);
        return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.args ?? 'nothing';
      });
    });
    this.#podCommand(commands.describePod, async ({ pod }) => (await import('./podCommands.ts')).describePod(pod));
    this.#podCommand(commands.followLogs, async ({ pod, container }) =>
      (await import('./podCommands.ts')).followLogs(pod, container),
    );
    this.#podCommand(commands.previousLog, async ({ pod, container }) =>
      (await import('./podCommands.ts')).previousLog(pod, container),
    );
    this.#podCommand(commands.openShell, async ({ pod, container, os }) =>
      (await import('./podCommands.ts')).shellIn(pod, container, os),
    );
    this.#podCommand(commands.debugContainer, async ({ pod, container }) =>
      (await import('./podCommands.ts')).debugBeside(pod, container, setting('networkInspector.debugImage')),
    );
    this.#command(commands.forwardPort, async (row) => {
      const target = await this.#target(row);
      const kubectl = target?.pod === undefined ? undefined : await this.#kubectl();
      if (target?.pod === undefined || kubectl === undefined) return;
      await (await this.#forwardView()).start(target.source, kubectl.path, target.pod, target.port);
    });
    this.#command(commands.portForwards, async () => (await this.#forwardView()).list());
    this.own(
      vscode.window.registerTerminalProfileProvider(terminalProfiles.kubectl, {
        provideTerminalProfile: async () => {
          const source = await this.#pick();
          const kubectl = source === undefined ? undefined : await this.#kubectl();
          if (source === undefined || kubectl === undefined) return undefined;
          const options = (await this.#clusterTerminals()).options(source, kubectl, namespaceOf(source));
          return options === undefined ? undefined : new vscode.TerminalProfile(options);
        },
      }),
    );
    this.own(vscode.window.onDidChangeActiveTerminal(() => void this.#showStatus()));
    this.own({ dispose: () => this.#shown?.following.dispose() });
    const sweeping = setTimeout(() => void this.#sweep(), sweepMs);
    this.own({ dispose: () => clearTimeout(sweeping) });
  }

  /** Credentials that a crash left behind do not wait for the next terminal. */
  async #sweep(): Promise<void> {
    const { PrivateFiles } = await import('./privateFiles.ts');
    new PrivateFiles(this.#context.globalStorageUri.fsPath).sweep();
  }

  #command(id: CommandId, run: (row: unknown) => Promise<void>): void {
    this.own(registerRowCommand(id, run));
  }

  #podCommand(
    id: CommandId,
    args: (target: { pod: PodName; container: string; os: string }) => Promise<readonly string[]>,
  ): void {
    this.#command(id, async (row) => {
      await this.#inTerminal(row, async ({ source, pod, container }) => {
        if (pod === undefined) return 'nothing';
        const known = source.snapshot.table('pods').get(pod.namespace, pod.name);
        const names = known?.spec.containers.map(({ name }) => name) ?? [];
        const chosen =
          container ??
          (id === commands.describePod || names.length <= 1
            ? (names[0] ?? '')
            : await vscode.window.showQuickPick(names, { placeHolder: vscode.l10n.t('Container of {0}', pod.name) }));
        if (chosen === undefined) return 'nothing';
        const node =
          known?.spec.nodeName === undefined ? undefined : source.snapshot.table('nodes').get('', known.spec.nodeName);
        return args({ pod, container: chosen, os: node?.operatingSystem ?? 'linux' });
      });
    });
  }

  /** Opens the cluster's terminal and runs what `choose` gives: arguments of kubectl, or nothing at all. */
  async #inTerminal(
    row: unknown,
    choose: (target: Target) => Promise<readonly string[] | 'nothing' | undefined> | undefined,
    inPodNamespace = false,
  ): Promise<void> {
    const target = await this.#target(row);
    if (target === undefined) return;
    const args = await choose(target);
    if (args === 'nothing') return;
    const kubectl = await this.#kubectl();
    if (kubectl === undefined) return;
    const { source, pod } = target;
    const terminals = await this.#clusterTerminals();
    const namespace = (inPodNamespace ? pod?.namespace : undefined) ?? namespaceOf(source);
    const terminal = terminals.open(source, kubectl, namespace);
    if (terminal === undefined) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('{0} is a folder: kubectl needs a cluster to talk to.', source.name),
      );
      return;
    }
    if (args !== undefined) terminals.run(terminal, kubectl, args);
    await this.#showStatus();
  }

  async #target(row: unknown): Promise<Target | undefined> {
    const chosen = targetOfRow(row);
    const source = this.#sources.list.find(({ id }) => id === chosen?.source) ?? (await this.#pick());
    if (source === undefined) return undefined;
    if (chosen?.source !== source.id || chosen.pod === undefined) return { source };
    const { pod, container, port } = chosen;
    return { source, pod, ...(container !== undefined && { container }), ...(port !== undefined && { port }) };
  }

  async #pick(): Promise<ClusterSource | undefined> {
    const items = this.#sources.ready().then(() =>
      this.#sources.list
        .filter(({ kubectlConfig }) => kubectlConfig !== undefined)
        .map((source) => ({
          label: plainLabel(source.name),
          description: source.snapshot.connection?.server ?? '',
          source,
        })),
    );
    const placeHolder = vscode.l10n.t('Cluster for the kubectl terminal');
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.source;
  }

  /** kubectl, or a message that says what is wrong with it and what to do. */
  async #kubectl(): Promise<(Kubectl & { kind: 'found' }) | undefined> {
    const { findKubectl, oldestMinor } = await import('./kubectl.ts');
    const kubectl = await findKubectl(setting('networkInspector.kubectl.path'));
    switch (kubectl.kind) {
      case 'found':
        return kubectl;
      case 'missing':
        await explainKubectl(vscode.l10n.t('{0} was not found. Install kubectl or set its path.', kubectl.wanted));
        return undefined;
      case 'too-old':
        await explainKubectl(
          vscode.l10n.t('{0} is {1}; version 1.{2} or newer is needed.', kubectl.path, kubectl.version, oldestMinor),
        );
        return undefined;
      case 'broken':
        await explainKubectl(vscode.l10n.t('{0} does not run: {1}', kubectl.path, kubectl.message));
        return undefined;
    }
  }

  #clusterTerminals(): Promise<ClusterTerminals> {
    return (this.#terminals ??= import('./clusterTerminals.ts').then(({ ClusterTerminals: Terminals }) => {
      const terminals = this.own(
        new Terminals(this.#context.globalStorageUri.fsPath, componentLog(this.#channel, 'terminal')),
      );
      this.own(terminals.onDidChange(() => void this.#showStatus()));
      return terminals;
    }));
  }

  #forwardView(): Promise<ForwardView> {
    return (this.#forwards ??= import('./forwardView.ts').then(({ ForwardView: View }) =>
      this.own(new View(this.#context.globalStorageUri.fsPath)),
    ));
  }

  /** While a cluster's terminal is in front, the status bar says how its cluster stands. */
  async #showStatus(): Promise<void> {
    if (this.#terminals === undefined) return;
    const source = (await this.#terminals).sourceOf(vscode.window.activeTerminal);
    if (source !== this.#shown?.source) {
      this.#shown?.following.dispose();
      this.#shown = source && { source, following: source.onDidChange(() => this.#drawStatus(source)) };
    }
    if (source === undefined) this.#status.hide();
    else {
      this.#drawStatus(source);
      this.#status.show();
    }
  }

  #drawStatus(source: ClusterSource): void {
    const { words, icon, lost } = stateWords(source.state);
    this.#status.text = `$(${icon}) ${plainLabel(source.name)}: ${words}`;
    this.#status.tooltip = vscode.l10n.t('The kubectl terminal in front is bound to {0}.', source.name);
    this.#status.command = lost
      ? { command: commands.connect, title: vscode.l10n.t('Reconnect'), arguments: [source.id] }
      : undefined;
  }
}

const namespaceOf = (source: ClusterSource): string => source.snapshot.connection?.namespace ?? 'default';

async function explainKubectl(message: string): Promise<void> {
  const settings = vscode.l10n.t('Open Settings');
  const install = vscode.l10n.t('How to Install');
  const answer = await vscode.window.showErrorMessage(message, settings, install);
  if (answer === settings)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'networkInspector.kubectl.path');
  if (answer === install) await vscode.env.openExternal(vscode.Uri.parse('https://kubernetes.io/docs/tasks/tools/'));
}

function stateWords(state: ConnectionState): { readonly words: string; readonly icon: string; readonly lost: boolean } {
  switch (state.kind) {
    case 'connected':
      return { words: vscode.l10n.t('connected'), icon: 'pass', lost: false };
    case 'connecting':
      return { words: vscode.l10n.t('connecting…'), icon: 'loading~spin', lost: false };
    case 'not-connected':
      return { words: vscode.l10n.t('not connected'), icon: 'circle-outline', lost: true };
    case 'unauthorized':
      return { words: vscode.l10n.t('signed out'), icon: 'key', lost: true };
    case 'forbidden':
      return { words: vscode.l10n.t('no access'), icon: 'lock', lost: false };
    case 'timed-out':
      return { words: vscode.l10n.t('no answer'), icon: 'watch', lost: true };
    case 'unreachable':
    case 'credential-plugin':
    case 'certificate':
    case 'invalid':
    case 'failed':
      return { words: vscode.l10n.t('lost'), icon: 'debug-disconnect', lost: true };
  }
}
