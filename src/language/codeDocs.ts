import * as vscode from 'vscode';

/** Where each code of a finding is explained: a line of the document that is shipped with the extension. */
export class CodeDocs {
  readonly #file: vscode.Uri;
  #lines: ReadonlyMap<string, number> = new Map();

  constructor(extension: vscode.Uri) {
    this.#file = vscode.Uri.joinPath(extension, 'docs', 'policy-lint.md');
  }

  /** Until it is read, and where it is missing, codes have no link. */
  async read(): Promise<void> {
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(this.#file));
      this.#lines = headingsOf(text);
    } catch {
      return;
    }
  }

  codeOf(code: string): NonNullable<vscode.Diagnostic['code']> {
    const line = this.#lines.get(code);
    return line === undefined ? code : { value: code, target: this.#file.with({ fragment: `L${line}` }) };
  }
}

function headingsOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const code = /^### ([a-z-]+)\s*$/.exec(line)?.[1];
    if (code !== undefined) lines.set(code, index + 1);
  }
  return lines;
}
