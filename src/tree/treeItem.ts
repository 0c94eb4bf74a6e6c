import * as vscode from 'vscode';
import { tagsOf } from './row.ts';
import type { RowNode } from './rowTree.ts';

/** The row as VS Code takes it. The tooltip is made when it is asked for. */
export function treeItem(node: RowNode): vscode.TreeItem {
  const { row } = node;
  const item = new vscode.TreeItem(
    {
      label: row.label,
      ...(row.highlights === undefined ? {} : { highlights: row.highlights.map(([from, to]) => [from, to]) }),
    },
    row.children === undefined
      ? vscode.TreeItemCollapsibleState.None
      : node.open
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = row.id;
  item.contextValue = `;${tagsOf(row).join(';')};`;
  item.accessibilityInformation = { label: row.spoken, role: 'treeitem' };
  if (row.description !== undefined) item.description = row.description;
  if (row.icon !== undefined)
    item.iconPath = new vscode.ThemeIcon(
      row.icon.id,
      row.icon.colour === undefined ? undefined : new vscode.ThemeColor(row.icon.colour),
    );
  if (row.command !== undefined) item.command = { command: row.command, title: row.label, arguments: [node] };
  return item;
}
