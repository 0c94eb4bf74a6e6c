import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { commands } from '../contributions.ts';
import type { Pod } from '../model/pod.ts';
import type { PodName } from './podCommands.ts';
import { type Forward, ForwardError, PortForwards } from './portForwards.ts';
import { PrivateFiles } from './privateFiles.ts';

/** Asks which port to forward, shows in the status bar what is forwarded, and stops it. */
export class ForwardView extends Disposable {
  readonly #files: PrivateFiles;
  readonly #forwards: PortForwards;
  readonly #status = this.own(
    vscode.window.createStatusBarItem('networkInspector.portForwards', vscode.StatusBarAlignment.Left, 0),
  );

  constructor(storage: string) {
    super();
    this.#files = new PrivateFiles(storage);
    this.#status.name = vscode.l10n.t('Forwarded Ports');
    this.#status.command = commands.portForwards;
    this.#forwards = this.own(
      new PortForwards((ended) => {
        this.#draw();
        if (ended === undefined) return;
        const { forward, words } = ended;
        void vscode.window.showWarningMessage(
          vscode.l10n.t('The forwarding of port {0} of {1} has ended: {2}', forward.port, forward.pod.name, words),
        );
      }),
    );
    this.own({ dispose: () => this.#files.removeAll() });
  }

  /** Asks for the port where `chosen` does not say it. */
  async start(source: ClusterSource, kubectl: string, pod: PodName, chosen?: number): Promise<void> {
    const config = source.kubectlConfig?.(pod.namespace);
    if (config === undefined) return;
    const port = chosen ?? (await pickPort(source.snapshot.table('pods').get(pod.namespace, pod.name), pod));
    if (port === undefined) return;
    const kubeconfig = this.#files.write(config);
    try {
      await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Window,
          title: vscode.l10n.t('Forwarding port {0} of {1}', port, pod.name),
        },
        () => this.#forwards.start({ kubectl, kubeconfig, pod, port }),
      );
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error;
      void vscode.window.showErrorMessage(
        vscode.l10n.t('Port {0} of {1} cannot be forwarded: {2}', port, pod.name, error.message),
      );
    } finally {
      // kubectl has read it once it listens.
      this.#files.remove(kubeconfig);
    }
  }

  /** Lists what is forwarded: opens it in a browser, copies its address, or stops it. */
  async list(): Promise<void> {
    const open: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('globe'),
      tooltip: vscode.l10n.t('Open in Browser'),
    };
    const stop: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('debug-stop'),
      tooltip: vscode.l10n.t('Stop Forwarding'),
    };
    const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly forward: Forward }>();
    const fill = (): void => {
      picker.items = this.#forwards.list.map((forward) => ({
        label: addressOf(forward),
        description: `${forward.pod.namespace}/${forward.pod.name}:${forward.port}`,
        buttons: [open, stop],
        forward,
      }));
    };
    fill();
    picker.placeholder = vscode.l10n.t('Forwarded ports: choose one to copy its address');
    picker.onDidTriggerItemButton(async ({ button, item }) => {
      if (button === stop) {
        this.#forwards.stop(item.forward);
        if (this.#forwards.list.length === 0) picker.hide();
        else fill();
      } else {
        const address = vscode.Uri.parse(`http://${addressOf(item.forward)}`);
        await vscode.env.openExternal(await vscode.env.asExternalUri(address));
      }
    });
    await new Promise<void>((resolve) => {
      picker.onDidAccept(async () => {
        const [chosen] = picker.selectedItems;
        if (chosen !== undefined) await vscode.env.clipboard.writeText(addressOf(chosen.forward));
        picker.hide();
      });
      picker.onDidHide(() => {
        picker.dispose();
        resolve();
      });
      picker.show();
    });
  }

  #draw(): void {
    const { list } = this.#forwards;
    const [first] = list;
    if (first === undefined) {
      this.#status.hide();
      return;
    }
    this.#status.text =
      list.length === 1 ? `$(plug) ${addressOf(first)}` : `$(plug) ${vscode.l10n.t('{0} ports', list.length)}`;
    this.#status.tooltip = list
      .map((forward) => `${addressOf(forward)} → ${forward.pod.namespace}/${forward.pod.name}:${forward.port}`)
      .join('\n');
    this.#status.show();
  }
}

const addressOf = ({ localPort }: Forward): string => `localhost:${localPort}`;

/** A port that the pod's containers name, or any other. */
async function pickPort(pod: Pod | undefined, { name }: PodName): Promise<number | undefined> {
  const ports = (pod?.spec.containers ?? []).flatMap((container) =>
    container.ports
      .filter(({ protocol }) => protocol === 'TCP')
      .map(({ port, name: portName }) => ({
        label: String(port),
        description: portName ?? '',
        detail: container.name,
        port,
      })),
  );
  if (ports.length > 0) {
    const other = { label: vscode.l10n.t('Another port…'), port: undefined };
    const picked = await vscode.window.showQuickPick([...ports, other], {
      placeHolder: vscode.l10n.t('Port of {0} to forward', name),
    });
    if (picked === undefined) return undefined;
    if (picked.port !== undefined) return picked.port;
  }
  const typed = await vscode.window.showInputBox({
    placeHolder: vscode.l10n.t('Port of {0} to forward', name),
    validateInput: (text) =>
      isPort(Number(text)) ? undefined : vscode.l10n.t('A port is a whole number from 1 to 65535.'),
  });
  return typed === undefined ? undefined : Number(typed);
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;
