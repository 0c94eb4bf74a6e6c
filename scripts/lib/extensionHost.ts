import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { fetchBrowser } from '../fetchBrowser.ts';
import { outputFolder, projectFolder } from './project.ts';
import { ScriptError } from './scriptError.ts';
import { startServer } from './vscodeServer.ts';

export interface HostRun {
  /** The module whose `run` function the extension host calls. */
  readonly testsPath: string;
  /** The extension under development; this project's when absent. */
  readonly extensionFolder?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
}

/** What test/workbench/run.ts puts before each line that is meant for the terminal. */
const reportMark = '\u0001';

const noClusters = 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n';

/**
 * Runs a module in a real extension host with an extension under development, prints its report, and returns the
 * JSON that it wrote to the file named by `TEST_RESULT`; undefined when it wrote nothing. Everything else that VS Code
 * and the extension log goes to test-output/extension-host.log.
 */
export async function runInExtensionHost(options: HostRun): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'network-inspector-host-'));
  const result = join(folder, 'result.json');
  const log = createWriteStream(await logFile());
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, noClusters);
  const server = await startServer({
    smokeTestDriver: true,
    settings: { 'git.enabled': false, ...options.settings },
    env: { HOME: folder, KUBECONFIG: kubeconfig, TEST_RESULT: result, ...options.env },
  });
  try {
    const { executable, args } = await fetchBrowser();
    const browser = await chromium.launch({
      executablePath: executable,
      args: ['--no-sandbox', '--disable-gpu', ...args],
    });
    try {
      const page = await browser.newPage();
      const exited = new Promise<number>((resolve) => {
        void page.exposeFunction('codeAutomationExit', (code: number) => {
          resolve(code);
        });
      });
      await page.exposeFunction('codeAutomationLog', (type: string, words: unknown[]) => {
        const text = words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ');
        if (text.startsWith(reportMark)) process.stdout.write(`${text.slice(reportMark.length)}\n`);
        else log.write(`${type}: ${text}\n`);
      });
      const remote = (path: string) => `vscode-remote://${server.authority}${pathToFileURL(path).pathname}`;
      const payload = [
        ['extensionDevelopmentPath', remote(options.extensionFolder ?? projectFolder)],
        ['extensionTestsPath', remote(options.testsPath)],
        ['skipWelcome', 'true'],
      ];
      await page.goto(server.address({ payload: JSON.stringify(payload) }));
      const minutes = (options.timeoutMs ?? 300_000) / 60_000;
      await Promise.race([exited, giveUp(minutes), server.ended.then(serverEnded)]);
    } finally {
      await browser.close();
    }
    const text = await readFile(result, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : JSON.parse(text);
  } finally {
    await server.close();
    log.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function logFile(): Promise<string> {
  await mkdir(outputFolder, { recursive: true });
  return join(outputFolder, 'extension-host.log');
}

function giveUp(minutes: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => {
      reject(new ScriptError(`The extension host did not end within ${String(minutes)} minutes.`));
    }, minutes * 60_000).unref();
  });
}

function serverEnded(output: string): never {
  throw new ScriptError(`VS Code's server ended during the run.\n${output}`);
}
