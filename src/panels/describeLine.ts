import * as vscode from 'vscode';
import { describeObject } from '../base/kubectlLine.ts';
import { commandLine, shellKind } from '../base/shell.ts';
import type { ObjectReference } from '../inspect/evidence.ts';
import { sourceOf, type Sources } from './subjects.ts';

/** The command that describes an object of a cluster, as the user's shell reads it: `kubectl --context=prod-eu describe node node-1`. */
export function describeLine(sources: Sources, id: string, object: ObjectReference): string {
  const kubeconfig = sources.kubeconfigOf(id);
  const source = sourceOf(sources, id);
  const context = source?.snapshot.connection?.context ?? source?.name ?? '';
  const command = describeObject({ context, ...(kubeconfig !== undefined && { kubeconfig }) }, object);
  return commandLine(command, shellKind(vscode.env.shell, process.platform));
}
