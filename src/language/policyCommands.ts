import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { enforcementWords } from '../inspect/enforcement.ts';
import type { RawObject } from '../model/objects.ts';
import { subjectsOf } from '../policy/lint/subjects.ts';
import type { PodRef } from '../policy/types.ts';
import type { Baseline } from './baseline.ts';
import { effectText } from './effect.ts';
import { explanationText } from './explanation.ts';
import { type Measurement, pluginsOf } from './measurement.ts';
import type { OpenPolicies } from './openPolicies.ts';
import type { WrittenPolicy } from './policyText.ts';
import { Reachability } from './reachability.ts';
import { ReadOnlyDocuments } from './readOnlyDocuments.ts';

interface Target {
  readonly document: vscode.TextDocument;
  readonly measurement: Measurement;
  readonly written: WrittenPolicy;
}

/** What the lines above a policy do when they are clicked, and the command palette for the policy at the cursor. */
export class PolicyCommands extends Disposable {
  readonly #policies: OpenPolicies;
  readonly #baseline: Baseline;
  readonly #documents = this.own(new ReadOnlyDocuments());
  readonly #reachability: Reachability;

  constructor(policies: OpenPolicies, baseline: Baseline, extension: vscode.Uri) {
    super();
    this.#reachability = this.own(new Reachability(extension));
    this.#policies = policies;
    this.#baseline = baseline;
  }

  /** Lists the pods that a policy selects. */
  async listSelected(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args);
    const selection = target?.measurement.selection(target.written);
    if (target === undefined || selection === undefined) return;
    const item = (note: string) => (pod: PodRef) => ({
      label: pod.name,
      description: [pod.namespace, note].filter(Boolean).join(' · '),
    });
    await vscode.window.showQuickPick(
      [
        ...selection.pods.map(item('')),
        ...selection.hostNetworkPods.map(item(vscode.l10n.t('on its node’s network, not covered'))),
        ...selection.unknownPods.map(item(vscode.l10n.t('cannot tell'))),
      ],
      {
        placeHolder: vscode.l10n.t('Pods that {0} selects', target.written.policy.meta.name),
        matchOnDescription: true,
      },
    );
  }

  /** Compares what may talk to what before and after the edits of a document. */
  async showEffect(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args);
    if (target === undefined) return;
    const { document, measurement } = target;
    const name = document.uri.path.split('/').at(-1) ?? '';
    const diff = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Comparing what may talk to what'),
        cancellable: true,
      },
      async (shown, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => stop.abort());
        let told = 0;
        const progress = (share: number): void => {
          // Each of several steps begins anew; the bar goes on.
          const increment = Math.max(0, Math.floor(share * 100) - told);
          told += increment;
          shown.report({ increment });
        };
        const { before, text } = measurement;
        return this.#reachability.diff(before.snapshot, text.overlay, stop.signal, progress).catch((error: unknown) => {
          if (stop.signal.aborted) return undefined;
          throw error;
        });
      },
    );
    if (diff === undefined) return;
    const where = this.#baseline.of(document.uri).source?.name ?? vscode.l10n.t('no cluster');
    const heading = vscode.l10n.t('{0} applied to {1}', name, where);
    await this.#documents.show(vscode.l10n.t('Effect of {0}', name), effectText(heading, diff));
  }

  /** Asks for two pods and a port, and says whether they may talk and why. */
  async explainPair(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args);
    if (target === undefined) return;
    const { measurement, written } = target;
    const chosen = new Set((measurement.selection(written)?.pods ?? []).map(keyOf));
    const items = subjectsOf(measurement.snapshot)
      .all.map((pod) => ({
        label: pod.name,
        description: pod.namespace + (chosen.has(keyOf(pod)) ? ` · ${vscode.l10n.t('selected')}` : ''),
        selected: chosen.has(keyOf(pod)),
        pod: { kind: 'pod', namespace: pod.namespace, name: pod.name } as const,
      }))
      .toSorted((one, other) => Number(other.selected) - Number(one.selected));
    const pick = (placeHolder: string) => vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
    const from = await pick(vscode.l10n.t('Pod that connects'));
    const to = from === undefined ? undefined : await pick(vscode.l10n.t('Pod that {0} connects to', from.label));
    if (from === undefined || to === undefined) return;
    const port = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Port of {0}: TCP/8080, UDP/53, or a name', to.label),
      value: 'TCP/',
      valueSelection: [4, 4],
      validateInput: (text) =>
        parsePort(text) === undefined ? vscode.l10n.t('Write a protocol and a port, as TCP/8080.') : undefined,
    });
    const asked = port === undefined ? undefined : parsePort(port);
    if (asked === undefined) return;
    const explanation = measurement.engine.explain({ from: from.pod, to: to.pod, ...asked });
    const plugins = pluginsOf(measurement.cni).join(' and ');
    const enforcement =
      plugins === ''
        ? 'Cannot tell whether policies take effect: no network plugin has been recognised.'
        : `${plugins} ${enforcementWords[measurement.cni.enforcement.verdict]}.`;
    await this.#documents.show(
      vscode.l10n.t('{0} to {1}', from.label, to.label),
      explanationText(explanation, enforcement),
    );
  }

  /** Puts the object of the cluster beside the policy of the document. */
  async compare(args: readonly unknown[]): Promise<void> {
    const target = await this.#target(args);
    const source = target === undefined ? undefined : this.#baseline.of(target.document.uri).source;
    if (target === undefined || source === undefined) return;
    const { document, written } = target;
    const { name, namespace } = written.policy.meta;
    const live = source.snapshot.table(written.kind).get(namespace, name) as RawObject | undefined;
    if (live === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('{0} has no {1}.', source.name, `${namespace}/${name}`));
      return;
    }
    const { readOriginal } = await import('../cluster/original.ts');
    let object;
    try {
      object = await readOriginal(source, written.kind, live, AbortSignal.timeout(15_000));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(vscode.l10n.t('Cannot read {0} of {1}: {2}', name, source.name, why));
      return;
    }
    if (object === undefined) return;
    const { liveYaml } = await import('./liveObject.ts');
    const like = written.parsed()?.document.toJS() as unknown;
    const left = this.#documents.place(
      `${source.name} ${namespace} ${name}.yaml`,
      liveYaml(object, typeof like === 'object' && like !== null ? { ...like } : {}),
    );
    const alone = (await this.#policies.measure(document))?.text.policies.length === 1;
    const right = alone ? document.uri : this.#documents.place(`${name}.yaml`, written.slice);
    await vscode.commands.executeCommand(
      'vscode.diff',
      left,
      right,
      vscode.l10n.t('{0} in {1} ↔ edited', name, source.name),
    );
  }

  /** The policy that a line above it names, or that the cursor stands in. */
  async #target([uri, kind, namespace, name]: readonly unknown[]): Promise<Target | undefined> {
    const editor = vscode.window.activeTextEditor;
    const document =
      uri === undefined ? editor?.document : vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
    const measurement = document === undefined ? undefined : await this.#policies.measure(document);
    if (document === undefined || measurement === undefined) return undefined;
    const line = (editor?.selection.active.line ?? 0) + 1;
    const written =
      uri === undefined
        ? (measurement.text.policies.find((one) => one.line <= line && line <= one.endLine) ??
          measurement.text.policies[0])
        : measurement.text.policies.find(
            (one) => one.kind === kind && one.policy.meta.namespace === namespace && one.policy.meta.name === name,
          );
    return written === undefined ? undefined : { document, measurement, written };
  }
}

const keyOf = ({ namespace, name }: PodRef): string => `${namespace}/${name}`;

function parsePort(text: string): { protocol: 'TCP' | 'UDP' | 'SCTP'; port: number | string } | undefined {
  const match = /^\s*(?:(tcp|udp|sctp)\/)?([a-z0-9-]+)\s*$/i.exec(text);
  const port = match?.[2];
  if (port === undefined) return undefined;
  const protocol = (match?.[1] ?? 'TCP').toUpperCase();
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') return undefined;
  if (!/^\d+$/.test(port)) return { protocol, port };
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? { protocol, port: number } : undefined;
}
