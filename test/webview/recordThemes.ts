import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/lib/project.ts';
import { main } from '../../scripts/lib/scriptError.ts';
import { startWorkbench } from '../browser/startWorkbench.ts';
import { type ThemeKind, themes } from '../browser/pages/workbench.ts';

/**
 * Writes the colours that VS Code gives to webviews, in its default themes, to test/fixtures/themes, so that pages can
 * be looked at without VS Code. Run it again when a page uses a new variable: node test/webview/recordThemes.ts
 */
const fonts = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
  '--vscode-editor-font-family': '"Droid Sans Mono", monospace',
  '--vscode-editor-font-size': '14px',
};

await main(async () => {
  const code = await Promise.all(
    ['podDetails.css', 'podDetails.js', 'later.css', 'later.js'].map((file) =>
      readFile(join(projectFolder, 'dist/webview', file), 'utf8'),
    ),
  );
  const used = new Set(code.join('\n').match(/--vscode-[A-Za-z-]+/g));
  for (const name of [...used]) if (name.endsWith('-')) used.delete(name);
  const folder = join(projectFolder, 'test/fixtures/themes');
  await mkdir(folder, { recursive: true });
  for (const kind of Object.keys(themes) as ThemeKind[]) {
    const running = await startWorkbench({ theme: kind });
    try {
      await running.page
        .locator('.monaco-workbench[class*=vscode-theme-defaults-themes]')
        .first()
        .waitFor({ timeout: 60_000 });
      await running.workbench.waitUntilIdle();
      const read = `(() => {
        const style = getComputedStyle(document.querySelector('.monaco-workbench'));
        return Object.fromEntries(${JSON.stringify([...used].sort())}.map((name) => [name, style.getPropertyValue(name).trim()]).filter((pair) => pair[1] !== ''));
      })()`;
      const values = await running.page.evaluate<Record<string, string>>(read);
      await writeFile(join(folder, `${kind}.json`), `${JSON.stringify({ ...values, ...fonts }, null, 2)}\n`);
      console.log(`${kind}: ${Object.keys(values).length} variables`);
    } finally {
      await running.close();
    }
  }
  return 0;
});
