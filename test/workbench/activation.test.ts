import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const id = 'kubernetes-network-inspector.kubernetes-network-inspector';

interface Contributes {
  readonly commands?: readonly { readonly command: string }[];
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert.ok(found, `${id} is not installed`);
  return found;
}

describe('the extension in VS Code', () => {
  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command that its menus and the palette offer, and no other', async () => {
    await extension().activate();
    const manifest: { readonly contributes?: Contributes } = extension().packageJSON;
    const offered = (manifest.contributes?.commands ?? []).map(({ command }) => command).toSorted();
    const registered = (await vscode.commands.getCommands(true)).filter((name) =>
      // VS Code itself adds commands for each view, such as `….focus`.
      /^networkInspector\.\w+$/.test(name),
    );
    assert.ok(offered.length > 0);
    assert.deepEqual(registered.toSorted(), offered);
  });
});
