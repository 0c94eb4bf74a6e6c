import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
export const bundleFile = join(root, 'l10n', 'bundle.l10n.json');

/**
 * The messages of the extension, sorted: the first argument of every call of `t(…)` and `l10n.t(…)` in src/ and webview/. A message
 * that is not written out where it is used cannot be translated and is an error.
 */
export function messagesOf(folders: readonly string[] = ['src', 'webview']): readonly string[] {
  const messages = new Set<string>();
  const entries = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }),
  );
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath, entry.name);
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isTranslation(node.expression)) {
        const [message] = node.arguments;
        if (message !== undefined && ts.isStringLiteralLike(message)) messages.add(message.text);
        else {
          const { line } = source.getLineAndCharacterOfPosition(node.getStart());
          throw new Error(`${file}:${line + 1}: write the message out where it is translated`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...messages].sort();
}

/** `t(…)`, `l10n.t(…)` or `rendering.t(…)`. */
const isTranslation = (callee: ts.Expression): boolean =>
  ts.isIdentifier(callee) ? callee.text === 't' : ts.isPropertyAccessExpression(callee) && callee.name.text === 't';

export const bundleText = (messages: readonly string[]): string =>
  `${JSON.stringify(Object.fromEntries(messages.map((message) => [message, message])), null, 2)}\n`;

if (import.meta.main) writeFileSync(bundleFile, bundleText(messagesOf()));
