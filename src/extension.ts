import * as vscode from 'vscode';
import { LanguageFeature } from './language/feature.ts';
import { PanelsFeature } from './panels/feature.ts';
import type { Sources } from './panels/subjects.ts';
import { TerminalFeature } from './terminal/feature.ts';
import { ClustersFeature } from './tree/feature.ts';
import { WritesFeature } from './writes/feature.ts';

/** Builds the parts and registers them. What is heavy is loaded when it is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel('Network Inspector', { log: true });
  const tree = new ClustersFeature(context, channel);
  const { clusters } = tree;
  const sources: Sources = {
    get list() {
      return clusters.list.map(({ source }) => source);
    },
    ready: () => clusters.ready(),
    current: () => clusters.list.find(({ current }) => current)?.source,
    kubeconfigOf: (id) => clusters.list.find(({ source }) => source.id === id)?.kubeconfig,
    onDidChange: (listener) => clusters.onDidChange(listener),
  };
  context.subscriptions.push(
    channel,
    tree,
    new PanelsFeature(context, channel, sources),
    new TerminalFeature(context, channel, sources),
    new WritesFeature(channel, sources),
    new LanguageFeature(context, sources),
  );
}
