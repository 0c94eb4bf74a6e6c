import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { componentLog } from '../base/log.ts';
import { onSettingChanged, setting } from '../base/settings.ts';
import { ClustersView } from './clustersView.ts';
import { registerConnectionCommands } from './commands/connection.ts';
import { registerCopyCommands } from './commands/copy.ts';
import { registerFilterCommands } from './commands/filter.ts';
import { registerKeepCommands } from './commands/keep.ts';
import { registerOpenCommands } from './commands/open.ts';
import { type ClusterSettings, ConfiguredClusters } from './configuredClusters.ts';
import { ViewState } from './viewState.ts';
import { WhyDocuments } from './whyDocument.ts';

/** The Clusters view with everything that belongs to it. */
export class ClustersFeature extends Disposable {
  readonly clusters = this.own(new ConfiguredClusters(clusterSettings));
  readonly view: ClustersView;

  constructor(context: vscode.ExtensionContext, channel: vscode.LogOutputChannel) {
    super();
    const log = componentLog(channel, 'clusters');
    const state = new ViewState(context.globalState);
    this.view = this.own(new ClustersView(this.clusters, state, log));
    const commandContext = { view: this.view, clusters: this.clusters, state };
    for (const command of [
      ...registerConnectionCommands(commandContext),
      ...registerFilterCommands(commandContext),
      ...registerKeepCommands(commandContext),
      ...registerCopyCommands(commandContext),
      ...registerOpenCommands(commandContext, channel, context.extension.id),
    ])
      this.own(command);
    this.own(new WhyDocuments(this.clusters));
    const reconfigure = (): void => {
      this.clusters.reconfigure().catch((error: unknown) => {
        log.error('the clusters could not be read', error);
      });
    };
    this.own(
      onSettingChanged(
        [
          'networkInspector.folders',
          'networkInspector.kubeconfigs',
          'networkInspector.requestTimeout',
          'networkInspector.credentialPluginTimeout',
        ],
        reconfigure,
      ),
    );
    this.own(vscode.workspace.onDidGrantWorkspaceTrust(reconfigure));
  }
}

/** A kubeconfig can run programs: none is read in a workspace that is not trusted. */
const clusterSettings = (): ClusterSettings => ({
  folders: setting('networkInspector.folders'),
  kubeconfigs: vscode.workspace.isTrusted ? setting('networkInspector.kubeconfigs') : undefined,
  requestTimeoutMs: milliseconds(setting('networkInspector.requestTimeout')),
  credentialPluginTimeoutMs: milliseconds(setting('networkInspector.credentialPluginTimeout')),
});

/** Within what package.json allows: settings.json may hold any number. */
const milliseconds = (seconds: number): number => Math.min(600, Math.max(1, seconds)) * 1000;
