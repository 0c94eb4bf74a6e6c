import * as vscode from 'vscode';
import { plainLabel } from '../../base/plainLabel.ts';
import { isWithoutItsRow, sayRowIsLost } from '../../base/rowCommand.ts';
import type { CommandId } from '../../contributions.ts';
import type { Cluster, Clusters } from '../clusters.ts';
import type { ClustersView } from '../clustersView.ts';
import { RowNode } from '../rowTree.ts';
import type { ViewState } from '../viewState.ts';

/** What the commands of the view work with. */
export interface CommandContext {
  readonly view: ClustersView;
  readonly clusters: Clusters;
  readonly state: ViewState;
}

/** A command that has nothing to do with rows. The view's header passes the row that has the keyboard all the same. */
export const register = (id: CommandId, run: (argument: unknown) => unknown): vscode.Disposable =>
  vscode.commands.registerCommand(id, run);

/** A command that acts on the rows it was chosen on; from a key or the palette, on those that are selected. */
export const registerOnRows = (
  id: CommandId,
  view: ClustersView,
  run: (nodes: readonly RowNode[], argument: unknown) => unknown,
): vscode.Disposable =>
  vscode.commands.registerCommand(id, (...given: unknown[]) => {
    const [first, all] = given;
    if (Array.isArray(all)) {
      // It was chosen on one of several selected rows, some of which VS Code may not know at the moment.
      const known = all.filter((node): node is RowNode => node instanceof RowNode);
      const nodes = known.length < all.length ? view.selection : known;
      return nodes.length < all.length ? sayRowIsLost() : run(nodes, undefined);
    }
    if (isWithoutItsRow(given)) return sayRowIsLost();
    return first instanceof RowNode ? run([first], undefined) : run(view.selection, first);
  });

export const clusterOf = (node: RowNode, clusters: Clusters): Cluster | undefined => {
  const { target } = node.row;
  const source = 'source' in target ? target.source : undefined;
  return clusters.list.find((cluster) => cluster.source.id === source);
};

/** The clusters that the rows stand for; rows below a cluster stand for none. */
export const clustersOf = (nodes: readonly RowNode[], clusters: Clusters): readonly Cluster[] =>
  nodes.flatMap((node) => (node.row.target.kind === 'cluster' ? (clusterOf(node, clusters) ?? []) : []));

/** Asks for a cluster where none is selected. */
export async function pickCluster(
  clusters: Clusters,
  placeHolder: string,
  fits: (cluster: Cluster) => boolean,
): Promise<Cluster | undefined> {
  const items = clusters.ready().then(() =>
    clusters.list.filter(fits).map((cluster) => ({
      label: plainLabel(cluster.source.name),
      description: plainLabel(cluster.source.snapshot.connection?.server ?? cluster.file?.path ?? cluster.folder ?? ''),
      cluster,
    })),
  );
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked?.cluster;
}
