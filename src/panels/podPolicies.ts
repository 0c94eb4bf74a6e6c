import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ClusterSource } from '../cluster/source.ts';
import { detectCni } from '../inspect/cni/detect.ts';
import { enforcementWords } from '../inspect/enforcement.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { PolicyRef, SelectedBy } from '../policy/types.ts';
import type { ManifestDocuments } from './manifestDocuments.ts';
import { podInterests } from './podDetails/interests.ts';
import { selectionGap } from './podDetails/policyKinds.ts';
import { PodSelection } from './podDetails/selection.ts';
import type { PageSubject } from './protocol.ts';

const waitMs = 15_000;

interface PolicyItem extends vscode.QuickPickItem {
  readonly policy?: PolicyRef;
}

/** Lists the policies that select a pod, and opens the one that is chosen: its file, or what the cluster has. */
export async function showPodPolicies(
  source: ClusterSource,
  subject: PageSubject,
  documents: ManifestDocuments,
): Promise<void> {
  const picked = await pick(vscode.l10n.t('Policies that select {0}', subject.name), answerFor(source, subject));
  const policy = picked?.policy;
  if (policy === undefined) return;
  if (policy.source === undefined) {
    await documents.open({ ...subject, namespace: policy.namespace, name: policy.name }, policy.table);
    return;
  }
  const { file, line } = policy.source;
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true, selection: new vscode.Range(at, at) });
}

/** The menu that the command was chosen from gives the keyboard back when it closes, and a picker that has lost it goes. */
const menuMs = 200;

async function pick(placeholder: string, answer: Promise<Answer>): Promise<PolicyItem | undefined> {
  await Promise.race([sleep(menuMs), answer.then(() => sleep(menuMs))]);
  const picker = vscode.window.createQuickPick<PolicyItem>();
  picker.placeholder = placeholder;
  picker.matchOnDescription = true;
  picker.busy = true;
  const chosen = new Promise<PolicyItem | undefined>((resolve) => {
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]);
      picker.hide();
    });
    picker.onDidHide(() => resolve(undefined));
  });
  picker.show();
  try {
    const { title, items } = await answer;
    picker.title = title;
    picker.items = items;
    picker.busy = false;
    return await chosen;
  } finally {
    picker.dispose();
  }
}

interface Answer {
  /** What the policies together do to the pod. */
  readonly title?: string;
  readonly items: readonly PolicyItem[];
}

async function answerFor(source: ClusterSource, { namespace, name }: PageSubject): Promise<Answer> {
  const note = (label: string, detail = ''): Answer => ({ items: [{ label: `$(info) ${label}`, detail }] });
  const snapshot = await known(source, namespace, name);
  const pod = snapshot.table('pods').get(namespace, name);
  if (pod === undefined) return note(vscode.l10n.t('There is no pod {0}/{1}.', namespace, name));
  if (pod.spec.hostNetwork)
    return note(
      vscode.l10n.t('{0} uses the node’s network: policies do not reliably apply to it.', name),
      vscode.l10n.t('Most network plugins treat its traffic as the node’s own.'),
    );
  const gap = selectionGap(snapshot, namespace);
  if (gap !== undefined) return note(vscode.l10n.t('Cannot tell which policies select it: {0}.', gap));
  const selected = new PodSelection().of(pod, snapshot);
  if (selected === undefined) return note(vscode.l10n.t('Cannot tell which policies select it.'));
  const { enforcement } = detectCni(snapshot);
  const effect = vscode.l10n.t('The cluster’s network {0}.', enforcementWords[enforcement.verdict]);
  const title = directionWords(selected);
  if (selected.policies.length === 0) return { title, ...note(vscode.l10n.t('No policy selects it.'), effect) };
  return {
    title: `${title} ${effect}`,
    items: selected.policies.map(({ policy, directions }) => ({
      label: `$(shield) ${policy.name}`,
      description: [policy.kind, policy.namespace].filter(Boolean).join(' · '),
      detail: directions.includes('ingress')
        ? directions.includes('egress')
          ? vscode.l10n.t('for what comes in and what goes out')
          : vscode.l10n.t('for what comes in')
        : vscode.l10n.t('for what goes out'),
      policy,
    })),
  };
}

function directionWords({ ingress, egress }: SelectedBy): string {
  const words: Readonly<Record<SelectedBy['ingress'], string>> = {
    open: vscode.l10n.t('everything is let through'),
    restricted: vscode.l10n.t('some of it is denied'),
    isolated: vscode.l10n.t('only what a rule admits'),
    unknown: vscode.l10n.t('cannot tell'),
  };
  return vscode.l10n.t('Ingress: {0}. Egress: {1}.', words[ingress], words[egress]);
}

/** The snapshot once it is known which policies there are, or when that will not be known soon. */
async function known(source: ClusterSource, namespace: string, name: string): Promise<ClusterSnapshot> {
  if (source.state.kind === 'not-connected') await source.connect();
  const need = source.need(podInterests(source.snapshot, namespace, name));
  try {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        changes.dispose();
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      const look = (): void => {
        const interests = podInterests(source.snapshot, namespace, name);
        need.update(interests);
        const waits = interests.some(({ kind, ...scope }) => {
          const { state } = source.snapshot.knowledge(kind, scope);
          return state === 'loading' || state === 'unread';
        });
        if (!waits || source.state.kind !== 'connected') done();
      };
      const changes = source.onDidChange(look);
      look();
    });
    return source.snapshot;
  } finally {
    need.dispose();
  }
}
