import { chromium, type Browser, type Page } from 'playwright-core';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fetchBrowser } from '../../scripts/fetchBrowser.ts';
import { projectFolder } from '../../scripts/lib/project.ts';
import { startServer, type VscodeServer } from '../../scripts/lib/vscodeServer.ts';
import { themes, type ThemeKind, Workbench } from './pages/workbench.ts';

export interface WorkbenchOptions {
  /**
   * A file, or the text of one. Absent: a kubeconfig with no clusters, never that of the person who tests. Relative
   * paths, here and below, start at the project's folder.
   */
  readonly kubeconfig?: string;
  /** Folders to open as clusters (setting `networkInspector.folders`). */
  readonly folders?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly theme?: ThemeKind;
  /** The folder that is open in the editor, or a `.code-workspace` file with several. */
  readonly workspace?: string;
  /** The folder is not trusted until the user says so: VS Code starts in Restricted Mode. */
  readonly restricted?: boolean;
  /** Absent: this project, as it has been built. */
  readonly extensionFolder?: string;
  /** Folders of other extensions to have beside it. */
  readonly otherExtensions?: readonly string[];
  readonly size?: { readonly width: number; readonly height: number };
}

export interface RunningWorkbench {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly server: VscodeServer;
  /** The kubeconfig that the extension reads: write to it to see what happens. */
  readonly kubeconfig: string;
  /** The log of VS Code and of its extensions, as text: what the extension wrote to its output channel is in it. */
  logs(): Promise<string>;
  /** A second window on the same server, with its own extension host. */
  open(): Promise<Workbench>;
  close(): Promise<void>;
}

const noClusters = 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n';

/** Starts VS Code with the built extension, opens it in a browser and waits until it can be used. */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<RunningWorkbench> {
  const folder = await mkdtemp(join(tmpdir(), 'network-inspector-test-'));
  const kubeconfig = await placeKubeconfig(folder, options.kubeconfig);
  const opened: { server?: VscodeServer; browser?: Browser } = {};
  const close = async () => {
    await opened.browser?.close();
    await opened.server?.close();
    // A shell that was open in a terminal may still be writing its history there.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const server = await startServer({
      extensions: [
        options.extensionFolder ?? projectFolder,
        ...(options.otherExtensions ?? []).map((name) => resolve(projectFolder, name)),
      ],
      settings: {
        'git.enabled': false,
        // Copies of rows at the top of a tree that is scrolled would lie over the rows that a test is after.
        'workbench.tree.enableStickyScroll': false,
        'workbench.colorTheme': themes[options.theme ?? 'dark'],
        'networkInspector.folders': (options.folders ?? []).map((name) => resolve(projectFolder, name)),
        ...options.settings,
      },
      env: { KUBECONFIG: kubeconfig, HOME: folder, ...options.env },
      askForTrust: options.restricted ?? false,
    });
    opened.server = server;
    const { executable, args } = await fetchBrowser();
    const browser = await chromium.launch({
      executablePath: executable,
      args: ['--no-sandbox', '--disable-gpu', '--force-prefers-reduced-motion', ...args],
    });
    opened.browser = browser;
    const context = await browser.newContext({
      viewport: options.size ?? { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      reducedMotion: 'reduce',
    });
    const open = async () => {
      const workbench = new Workbench(await context.newPage());
      const { workspace = '' } = options;
      const opens = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
      await workbench.open(server.address(workspace === '' ? {} : { [opens]: resolve(projectFolder, workspace) }));
      return workbench;
    };
    const workbench = await open();
    return { page: workbench.page, workbench, server, kubeconfig, logs: () => readLogs(server), open, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readLogs(server: VscodeServer): Promise<string> {
  const folder = join(server.dataFolder, 'data', 'logs');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  return texts
    .filter(({ text }) => text !== '')
    .map(({ file, text }) => `── ${relative(folder, file)}\n${text}`)
    .join('\n');
}

async function placeKubeconfig(folder: string, given: string | undefined): Promise<string> {
  if (given !== undefined && !given.includes('\n')) return resolve(projectFolder, given);
  const file = join(folder, 'kubeconfig');
  await writeFile(file, given ?? noClusters);
  return file;
}
