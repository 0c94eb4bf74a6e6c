import * as vscode from 'vscode';
import { ClustersFeature } from './tree/feature.ts';

/** Builds the parts and registers them. What is heavy is loaded when it is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel('Network Inspector', { log: true });
  context.subscriptions.push(channel, new ClustersFeature(context, channel));
}
