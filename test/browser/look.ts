import { parseArgs } from 'node:util';
import { buildAll } from '../../scripts/build.ts';
import { main } from '../../scripts/lib/scriptError.ts';
import { type ThemeKind, themes } from './pages/workbench.ts';
import { startWorkbench } from './startWorkbench.ts';

const usage = `npm run look -- [--kubeconfig FILE] [--folder DIR]… [--open A/B/C]… [--command TITLE]…
  [--theme light|dark|hc-light|hc-dark]… [--size 1280x800] [--side 520] [--view NAME] [--container NAME] [--name PICTURE]
Builds, opens the view, expands the rows, runs the commands and keeps one picture per theme in test-output/screenshots.`;

/** Shows work in progress as a person would see it, without a hand on the mouse. */
await main(async () => {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      kubeconfig: { type: 'string' },
      folder: { type: 'string', multiple: true, default: [] },
      open: { type: 'string', multiple: true, default: [] },
      command: { type: 'string', multiple: true, default: [] },
      theme: { type: 'string', multiple: true, default: Object.keys(themes) },
      size: { type: 'string', default: '1280x800' },
      side: { type: 'string', default: '520' },
      container: { type: 'string', default: 'Network Inspector' },
      view: { type: 'string', default: 'Clusters' },
      name: { type: 'string', default: 'look' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  await buildAll({ extensionOnly: true });
  const [width = 1280, height = 800] = values.size.split('x').map(Number);
  const running = await startWorkbench({
    ...(values.kubeconfig ? { kubeconfig: values.kubeconfig } : {}),
    folders: values.folder,
    size: { width, height },
  });
  const { workbench } = running;
  try {
    await workbench.showContainer(values.container);
    await workbench.widenSideBar(Number(values.side));
    const tree = workbench.tree(values.view);
    await workbench.waitUntilIdle();
    for (const path of values.open) await tree.expand(...path.split('/'));
    for (const command of values.command) await workbench.runCommand(command);
    await workbench.waitUntilIdle();
    console.log(await tree.text());
    for (const kind of values.theme.filter((name) => isTheme(name))) {
      await workbench.switchTheme(kind);
      await workbench.waitUntilIdle();
      console.log(await workbench.screenshot(`${values.name}-${kind}`));
    }
  } catch (error) {
    console.error(await running.logs());
    console.log(await workbench.screenshot(`${values.name}-failed`));
    throw error;
  } finally {
    await running.close();
  }
  return 0;
});

function isTheme(name: string): name is ThemeKind {
  return Object.hasOwn(themes, name);
}
