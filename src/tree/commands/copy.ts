import * as vscode from 'vscode';
import { type CommandId, commands } from '../../contributions.ts';
import { commandLine, shellKind } from '../../base/shell.ts';
import type { RowNode } from '../rowTree.ts';
import { type CommandContext, registerOnRows } from './selection.ts';

/** Several rows are copied as several lines. */
export function registerCopyCommands({ view }: CommandContext): readonly vscode.Disposable[] {
  const copy = (id: CommandId, textOf: (node: RowNode) => string | undefined): vscode.Disposable =>
    registerOnRows(id, view, async (nodes) => {
      const texts = nodes.flatMap((node) => textOf(node) ?? []);
      if (texts.length > 0) await vscode.env.clipboard.writeText(texts.join('\n'));
    });
  return [
    copy(commands.copyName, ({ row }) => {
      switch (row.target.kind) {
        case 'group':
          return undefined;
        case 'object':
          return row.target.object.name;
        case 'file':
          return row.target.place.path;
        default:
          return row.target.name;
      }
    }),
    copy(commands.copyAddress, ({ row }) => row.address),
    copy(commands.copyKubectl, ({ row }) => {
      const command = row.kubectl?.();
      return command === undefined ? undefined : commandLine(command, shellKind(vscode.env.shell, process.platform));
    }),
  ];
}
