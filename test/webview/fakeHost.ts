import { type Browser, chromium, type Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fetchBrowser } from '../../scripts/fetchBrowser.ts';
import { projectFolder } from '../../scripts/lib/project.ts';
import { pageHtml, readBundle } from '../../src/panels/html.ts';
import type { Show, ToHost, ToPage } from '../../src/panels/protocol.ts';
import type { ThemeKind } from '../browser/pages/workbench.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/** What VS Code gives a page: its colours, a class on the body, and the way to its extension. */
const bootstrap = (theme: ThemeKind, colours: string): string => `
  const state = sessionStorage.getItem('state');
  window.sent = [];
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => { window.sent.push(message); },
    getState: () => (state === null ? undefined : JSON.parse(state)),
    setState: (next) => { sessionStorage.setItem('state', JSON.stringify(next)); },
  });
  addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of Object.entries(${colours})) document.documentElement.style.setProperty(name, value);
    document.body.className = 'vscode-${theme === 'hc-dark' ? 'high-contrast' : theme === 'hc-light' ? 'high-contrast-light' : theme}';
  });
`;

export interface FakeOptions {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  /** In another language than English. */
  readonly messages?: Readonly<Record<string, string>>;
}

export interface FakeHost {
  /** Opens the page as it stands in VS Code, without VS Code. */
  open(options?: FakeOptions): Promise<FakePage>;
  /** The page that was opened last, unless it has been closed. */
  lastOpened(): Page | undefined;
  close(): Promise<void>;
}

export interface FakePage {
  readonly page: Page;
  send(message: ToPage | Show<unknown, object>): Promise<void>;
  /** What the page has asked of its host, in order. */
  sent(): Promise<readonly ToHost[]>;
}

/** Serves the built page of webview/NAME to a real browser, with a host that a test plays. */
export async function startFakeHost(name: string): Promise<FakeHost> {
  const dist = join(projectFolder, 'dist', 'webview');
  const bundle = await readBundle(dist, name);
  const server: Server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost');
    const path = normalize(address.pathname).replace(/^\/+/, '');
    if (path === '') {
      response.setHeader('content-type', 'text/html');
      const later = { script: '/later.js', style: '/later.css' };
      const messages = JSON.parse(address.searchParams.get('messages') ?? '{}') as Readonly<Record<string, string>>;
      response.end(pageHtml({ ...bundle, title: name, later, source: "'self'", language: 'en', messages }));
      return;
    }
    readFile(join(dist, path)).then(
      (content) => {
        response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
        response.end(content);
      },
      () => {
        response.writeHead(404).end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const { executable, args } = await fetchBrowser();
  const browser: Browser = await chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--disable-gpu', ...args],
  });
  let last: Page | undefined;
  return {
    lastOpened: () => (last?.isClosed() === false ? last : undefined),
    async open({ theme = 'dark', width = 1000, height = 800, messages = {} } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
      const page = await context.newPage();
      last = page;
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      const colours = await readFile(join(projectFolder, 'test/fixtures/themes', `${theme}.json`), 'utf8');
      await page.addInitScript(bootstrap(theme, colours));
      await page.goto(`http://127.0.0.1:${address.port}/?messages=${encodeURIComponent(JSON.stringify(messages))}`);
      // Asked from outside: the page's policy lets nothing be evaluated in it while it waits.
      const become = (what: string, condition: string): Promise<unknown> =>
        waitUntil(what, async () => ((await page.evaluate<boolean>(condition)) ? true : undefined));
      await become('the page to be ready', "window.sent.some((message) => message.type === 'ready')");
      await become('the toolkit to be there', "customElements.get('vscode-button') !== undefined");
      return {
        page,
        async send(message) {
          await page.evaluate((data) => {
            (globalThis as unknown as { postMessage(data: unknown, origin: string): void }).postMessage(data, '*');
          }, message);
          await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
          if (problems.length > 0) throw new Error(`The page reported: ${problems.join('; ')}`);
        },
        sent: () => page.evaluate<readonly ToHost[]>('window.sent'),
      };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
