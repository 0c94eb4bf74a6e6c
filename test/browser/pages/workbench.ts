import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Locator, type Page } from 'playwright-core';
import { outputFolder } from '../../../scripts/lib/project.ts';
import { EditorPage } from './editor.ts';
import { HoverPage } from './hover.ts';
import { NotificationsPage } from './notifications.ts';
import { QuickInput } from './quickInput.ts';
import { TerminalPage } from './terminal.ts';
import { TreeView } from './treeView.ts';
import { WebviewPage } from './webview.ts';

export type ThemeKind = 'light' | 'dark' | 'hc-light' | 'hc-dark';

/** VS Code's default theme of each kind, by the id that `workbench.colorTheme` takes. */
export const themes: Readonly<Record<ThemeKind, string>> = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'hc-light': 'Default High Contrast Light',
  'hc-dark': 'Default High Contrast',
};

const themeClass: Readonly<Record<ThemeKind, string>> = {
  light: 'vs',
  dark: 'vs-dark',
  'hc-light': 'hc-light',
  'hc-dark': 'hc-black',
};

/** The window of VS Code and the parts that are in it. */
export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly hover: HoverPage;
  readonly notifications: NotificationsPage;
  readonly terminal: TerminalPage;
  readonly editor: EditorPage;

  constructor(page: Page) {
    this.page = page;
    this.quickInput = new QuickInput(page);
    this.hover = new HoverPage(page);
    this.notifications = new NotificationsPage(page);
    this.terminal = new TerminalPage(this);
    this.editor = new EditorPage(page);
  }

  /** Opens the address and waits until VS Code has drawn itself and its extensions are known. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.#waitUntilDrawn();
  }

  async #waitUntilDrawn(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 60_000 });
    await this.page.locator('.activitybar .action-item').first().waitFor();
  }

  /** Runs a command by its title as the palette shows it, with its category: "Clusters: Refresh". */
  async runCommand(title: string): Promise<void> {
    await this.#typeCommand(title);
    await this.quickInput.pick(title);
  }

  /** Loads the window again and waits until VS Code has drawn itself. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: 60_000 });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.#waitUntilDrawn();
  }

  /** Runs a command unless it is out of place now, as when it has been run already. */
  async runCommandIfOffered(title: string): Promise<void> {
    await this.#typeCommand(title);
    if (await this.quickInput.offers(title)) await this.quickInput.pick(title);
    else await this.quickInput.cancel();
  }

  async #typeCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.waitUntilOpen();
    await this.quickInput.type(title, { keep: '>' });
  }

  /** Puts away what lies over the window: menus, quick input, hovers. */
  async closeOverlays(): Promise<void> {
    await this.page.mouse.move(0, 0);
    for (const overlay of ['.monaco-menu', '.action-widget', '.quick-input-widget'])
      for (let left = 3; left > 0 && (await this.page.locator(`${overlay}:visible`).count()) > 0; left--)
        await this.page.keyboard.press('Escape');
  }

  /** Shows a view container of the activity bar by the name it has there. */
  async showContainer(title: string): Promise<void> {
    const tab = this.page.locator(`.activitybar .action-item:has([aria-label^="${title}"])`).first();
    await tab.waitFor({ timeout: 30_000 });
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  }

  /** Drags the side bar's edge until it is this wide, as one does who wants to read long rows. */
  async widenSideBar(width: number): Promise<void> {
    const side = await this.page.locator('.part.sidebar').boundingBox();
    if (!side) throw new Error('The side bar is closed');
    const y = side.y + side.height / 2;
    await this.page.mouse.move(side.x + side.width + 1, y);
    await this.page.mouse.down();
    await this.page.mouse.move(side.x + width + 1, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** The tree of the view with this name in the side bar. */
  /** Titles of the editors that are open, from left to right. */
  editorTitles(): Promise<readonly string[]> {
    return this.page.locator('.editor-group-container .tab .label-name').allTextContents();
  }

  tree(title: string): TreeView {
    return new TreeView(this.page, title);
  }

  /** The page in the active editor's webview. */
  webview(): WebviewPage {
    return new WebviewPage(this.page);
  }

  async switchTheme(kind: ThemeKind): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.type(themeLabel[kind]);
    await this.quickInput.pick(themeLabel[kind]);
    await this.page.locator(`.monaco-workbench.${themeClass[kind]}`).first().waitFor();
  }

  /** Waits until nothing in the window has moved for a moment: no progress bar, no spinner, no change of the page. */
  async waitUntilIdle(quietMs = 500, timeoutMs = 30_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    let last = '';
    let since = Date.now();
    while (Date.now() < end) {
      const busy = await this.page.locator('.monaco-progress-container.active, .codicon-modifier-spin').count();
      const now = busy > 0 ? `busy ${String(Math.random())}` : await this.page.locator('.monaco-workbench').innerText();
      if (now !== last) {
        last = now;
        since = Date.now();
      } else if (Date.now() - since >= quietMs) {
        return;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`The window was still changing after ${String(timeoutMs)} ms`);
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
  }

  /** Keeps a picture of the window in test-output/screenshots and returns its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(outputFolder, 'screenshots');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

const themeLabel: Readonly<Record<ThemeKind, string>> = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'hc-light': 'Light High Contrast',
  'hc-dark': 'Dark High Contrast',
};
