import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './build.ts';
import { fetchVscode } from './fetchVscode.ts';
import { say, step } from './lib/progress.ts';
import { projectFolder } from './lib/project.ts';
import { main, ScriptError } from './lib/scriptError.ts';
import { startServer } from './lib/vscodeServer.ts';

const usage = `npm start -- [--kubeconfig FILE | --control-plane] [--port N] [--no-open]

Builds the extension, opens it in a VS Code of its own and prints the address. Shows the clusters of your kubeconfig
(KUBECONFIG, else ~/.kube/config); without one, sample clusters that need no server.

  --kubeconfig FILE  show the clusters of this file instead
  --control-plane    show a real API server with simulated nodes and Canal, started here (needs Go)
  --port N           listen on this port of 127.0.0.1 instead of a free one
  --no-open          do not open a browser`;

interface Options {
  readonly kubeconfig: string | undefined;
  readonly controlPlane: boolean;
  readonly port: number;
  readonly open: boolean;
}

/** What the extension will show, and what has to be undone at the end. */
interface Clusters {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly workspace?: string;
  readonly words: string;
  close(): Promise<void>;
}

function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      allowNegative: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        kubeconfig: { type: 'string' },
        'control-plane': { type: 'boolean' },
        port: { type: 'string' },
        open: { type: 'boolean' },
      },
    });
    if (values.help) return undefined;
    const port = Number(values.port ?? 0);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new ScriptError(`--port takes a number from 1 to 65535, not "${values.port ?? ''}".`);
    }
    if (values.kubeconfig && values['control-plane']) {
      throw new ScriptError('--kubeconfig and --control-plane exclude each other.');
    }
    return {
      kubeconfig: values.kubeconfig,
      controlPlane: values['control-plane'] ?? false,
      port,
      open: values.open ?? true,
    };
  } catch (error) {
    if (error instanceof ScriptError) throw error;
    throw new ScriptError(error instanceof Error ? error.message : String(error), usage);
  }
}

async function chooseClusters(options: Options): Promise<Clusters> {
  if (options.controlPlane) return controlPlaneClusters();
  if (options.kubeconfig) return kubeconfigClusters(options.kubeconfig);
  const own = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const files = own.length > 0 ? own : [join(homedir(), '.kube', 'config')];
  if (files.some((file) => existsSync(file))) {
    return { env: {}, settings: {}, words: `the clusters of ${files.join(', ')}`, close: nothing };
  }
  return sampleClusters();
}

async function kubeconfigClusters(given: string): Promise<Clusters> {
  // npm runs scripts in the project's folder; a relative path is meant from where the user stands.
  const file = resolve(process.env['INIT_CWD'] ?? process.cwd(), given);
  if (!existsSync(file)) throw new ScriptError(`--kubeconfig names ${file}, which does not exist.`);
  return { env: { KUBECONFIG: file }, settings: {}, words: `the clusters of ${file}`, close: nothing };
}

/** The samples are copied, so that trying out an edit in VS Code changes nothing in the project. */
async function sampleClusters(): Promise<Clusters> {
  const samples = join(projectFolder, 'media', 'samples');
  const workspace = join(await mkdtemp(join(tmpdir(), 'network-inspector-')), 'samples');
  if (existsSync(samples)) await cp(samples, workspace, { recursive: true });
  const entries = existsSync(workspace) ? await readdir(workspace, { withFileTypes: true }) : [];
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(workspace, entry.name));
  return {
    env: {},
    settings: { 'networkInspector.folders': folders },
    ...(folders.length > 0 ? { workspace } : {}),
    words: `${String(folders.length)} sample clusters, as there is no kubeconfig`,
    close: () => rm(join(workspace, '..'), { recursive: true, force: true }),
  };
}

async function controlPlaneClusters(): Promise<Clusters> {
  const { startDemoCluster } = await import('./lib/demoCluster.ts');
  const cluster = await startDemoCluster();
  return {
    env: { KUBECONFIG: cluster.kubeconfig },
    settings: {},
    words: `a control plane at ${cluster.server}; kubectl --kubeconfig ${cluster.kubeconfig}`,
    close: () => cluster.stop(),
  };
}

async function nothing(): Promise<void> {
  // The user's own clusters are left as they are.
}

/** Opens the user's browser where there is one and a screen; the printed address serves everyone else. */
function openBrowser(address: string): void {
  const screen = process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', address]
        : screen
          ? ['xdg-open', address]
          : [];
  if (!command) return;
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => {
    say('No browser could be opened; open the address yourself.');
  });
  child.unref();
}

function interrupted(): Promise<void> {
  return new Promise((resolvePromise) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolvePromise();
      });
    }
  });
}

await main(async () => {
  const options = readOptions();
  if (!options) {
    console.log(usage);
    return 0;
  }
  await step('Building the extension', () => buildAll({ extensionOnly: true }));
  await fetchVscode();
  const clusters = await chooseClusters(options);
  // Until here an interruption simply ends the process; from here on there is something to clean up.
  const stop = interrupted();
  try {
    const server = await startServer({
      port: options.port,
      extensions: [projectFolder, join(projectFolder, 'scripts', 'opener')],
      settings: clusters.settings,
      env: clusters.env,
    });
    try {
      const address = server.address(clusters.workspace ? { folder: clusters.workspace } : {});
      say(`Showing ${clusters.words}. Open this address in a browser; Ctrl+C ends it.`);
      console.log(address);
      if (options.open) openBrowser(address);
      const output = await Promise.race([stop, server.ended]);
      if (output !== undefined) throw new ScriptError(`VS Code's server ended by itself.\n${output}`);
    } finally {
      await server.close();
    }
  } finally {
    await clusters.close();
  }
  return 0;
});
