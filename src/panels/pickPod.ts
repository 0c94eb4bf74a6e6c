import * as vscode from 'vscode';
import { plainLabel } from '../base/plainLabel.ts';
import { ApiError } from '../cluster/apiError.ts';
import { listAll } from '../cluster/listAll.ts';
import type { ClusterSource } from '../cluster/source.ts';
import { podStatus } from '../inspect/podStatus.ts';
import { objectAt, stringAt } from '../model/json.ts';
import { type Pod, readPod } from '../model/pod.ts';
import type { PageSubject } from './protocol.ts';
import type { Sources } from './subjects.ts';

/** Asks for a cluster, a namespace and a pod. Undefined where the user gives up. */
export async function pickPod(sources: Sources): Promise<PageSubject | undefined> {
  const source = await pickSource(sources);
  if (source === undefined) return undefined;
  const namespace = await pickNamespace(source);
  if (namespace === undefined) return undefined;
  const items = podsIn(source, namespace).then((pods) =>
    pods.map((pod) => {
      const { status, ready, total } = podStatus(pod);
      return { label: pod.meta.name, description: `${ready}/${total} · ${status}`, detail: pod.spec.nodeName ?? '' };
    }),
  );
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Pod in {0} of {1}', namespace, source.name),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked === undefined ? undefined : { source: source.id, namespace, name: picked.label };
}

/** Asks for a cluster and opens it. Undefined where the user gives up. */
export async function pickSource(sources: Sources): Promise<ClusterSource | undefined> {
  const items = sources.ready().then(() =>
    sources.list.map((source) => ({
      label: plainLabel(source.name),
      description: source.snapshot.connection?.server ?? '',
      source,
    })),
  );
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Cluster') });
  if (picked === undefined) return undefined;
  const { source } = picked;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Connecting to {0}', source.name) },
    () => source.connect(),
  );
  return source;
}

async function pickNamespace(source: ClusterSource): Promise<string | undefined> {
  const placeHolder = vscode.l10n.t('Namespace in {0}', source.name);
  const names = await namespacesOf(source);
  if (names !== undefined) return vscode.window.showQuickPick(names, { placeHolder });
  // Who may not list namespaces may still know the name of his own.
  return vscode.window.showInputBox({
    placeHolder,
    prompt: vscode.l10n.t('Your account may not list namespaces. Enter the name of one.'),
  });
}

/** Undefined where they may not be listed. */
async function namespacesOf({ client, snapshot }: ClusterSource): Promise<readonly string[] | undefined> {
  if (client === undefined) return [...new Set(snapshot.list('pods').map(({ meta }) => meta.namespace))].sort();
  try {
    const names: string[] = [];
    for await (const item of listAll(client, '/api/v1/namespaces'))
      names.push(stringAt(objectAt(item, 'metadata'), 'name') ?? '');
    return names.sort();
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'forbidden') return undefined;
    throw error;
  }
}

async function podsIn({ client, snapshot }: ClusterSource, namespace: string): Promise<readonly Pod[]> {
  if (client === undefined) return snapshot.table('pods').in(namespace);
  const pods: Pod[] = [];
  for await (const item of listAll(client, `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`))
    pods.push(readPod(item));
  return pods;
}
