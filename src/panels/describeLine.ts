import * as vscode from 'vscode';
import { commandLine, shellKind } from '../base/shell.ts';
import type { ObjectReference } from '../inspect/evidence.ts';
import { sourceOf, type Sources } from './subjects.ts';

/** The command that describes an object of a cluster, as the user's shell reads it: `kubectl --context=prod-eu describe node node-1`. */
export function describeLine(sources: Sources, id: string, { kind, namespace, name }: ObjectReference): string {
  const kubeconfig = sources.kubeconfigOf(id);
  const source = sourceOf(sources, id);
  const words = [
    'kubectl',
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    `--context=${source?.snapshot.connection?.context ?? source?.name ?? ''}`,
    ...(namespace === '' ? [] : ['-n', namespace]),
    ...['describe', kind.toLowerCase(), name],
  ];
  return commandLine(words, shellKind(vscode.env.shell, process.platform));
}
