import { type Locator, type Page } from 'playwright-core';
import { type DomElement } from './domElement.ts';

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** What a screen reader says. */
  readonly ariaLabel: string;
  /** The codicon's name without its prefix, e.g. `error`; the file name of an own icon; empty without one. */
  readonly icon: string;
  /** From 1. */
  readonly level: number;
  readonly expanded: boolean | undefined;
  readonly selected: boolean;
}

/** A tree in the side bar. Rows are found by their label, or by a path of labels from the root. */
export class TreeView {
  readonly #page: Page;
  readonly #title: string;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.#title = title;
  }

  /** The whole view: header, tree or welcome content. */
  get pane(): Locator {
    const header = `.pane-header[aria-label^="${this.#title}"], .pane-header:has(.title:text-is("${this.#title}"))`;
    return this.#page.locator(`.part.sidebar .pane:has(${header})`).first();
  }

  /** A row that VS Code keeps for later use has no level. */
  get #rows(): Locator {
    return this.#tree.locator('.monaco-list-row[aria-level]');
  }

  get #tree(): Locator {
    return this.pane.locator('.tree-explorer-viewlet-tree-view');
  }

  /** What the view says above its rows (`TreeView.message`). */
  message(): Promise<string> {
    return this.#tree.locator('.message').innerText();
  }

  /** The text of a view that has no rows (`viewsWelcome`). */
  async welcome(): Promise<string> {
    const content = this.pane.locator('.welcome-view-content');
    await content.filter({ hasText: /\S/ }).waitFor();
    return content.innerText();
  }

  /** The rows that are drawn now, from top to bottom; a long tree draws only what is in sight. */
  rows(): Promise<readonly TreeRow[]> {
    return this.#rows.evaluateAll((rows: DomElement[]) =>
      rows
        .toSorted((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
        .map((row) => {
          const icon = row.querySelector('.custom-view-tree-node-item-icon');
          const codicon = /codicon-(?!modifier)([\w-]+)/.exec(icon?.className ?? '')?.[1];
          const picture = /([^/"]+)"?\)$/.exec(icon?.style?.backgroundImage ?? '')?.[1];
          const expanded = row.getAttribute('aria-expanded');
          return {
            label: row.querySelector('.label-name')?.textContent ?? '',
            description: row.querySelector('.label-description')?.textContent ?? '',
            ariaLabel: row.getAttribute('aria-label') ?? '',
            icon: codicon ?? picture ?? '',
            level: Number(row.getAttribute('aria-level')),
            expanded: expanded === null ? undefined : expanded === 'true',
            selected: row.getAttribute('aria-selected') === 'true',
          };
        }),
    );
  }

  /** The rows as indented text, which is what a golden test compares. */
  async text(): Promise<string> {
    const rows = await this.rows();
    return rows
      .map((row) => `${'  '.repeat(Math.max(0, row.level - 1))}${row.label}  ${row.description}`.trimEnd())
      .join('\n');
  }

  /** A row by its label, or by the labels from some row down to it; waited for, and scrolled to where it is far. */
  async find(...path: readonly string[]): Promise<Locator> {
    const end = Date.now() + 15_000;
    do {
      const row = await this.#locate(path);
      if (row) return row;
      await this.#page.waitForTimeout(100);
      await this.#scrollOn();
    } while (Date.now() < end);
    throw new Error(`No row "${path.join(' › ')}" in ${this.#title}; it shows:\n${await this.text()}`);
  }

  async #locate(path: readonly string[]): Promise<Locator | undefined> {
    // Rows are siblings in the page: a row's parents are the nearest rows above it of each lower level.
    const trail: string[] = [];
    for (const row of await this.#indexedRows()) {
      // A row that is being drawn has no level yet.
      if (!(row.level >= 1)) continue;
      trail.length = row.level - 1;
      trail[row.level - 1] = row.label;
      if (trail.slice(-path.length).join('\n') === path.join('\n')) {
        return this.#tree.locator(`.monaco-list-row[data-index="${row.index}"]`);
      }
    }
    return undefined;
  }

  #indexedRows(): Promise<readonly { index: string; level: number; label: string }[]> {
    return this.#rows.evaluateAll((rows: DomElement[]) =>
      rows
        .map((row) => ({
          index: row.getAttribute('data-index') ?? '',
          level: Number(row.getAttribute('aria-level')),
          label: row.querySelector('.label-name')?.textContent ?? '',
        }))
        .sort((a, b) => Number(a.index) - Number(b.index)),
    );
  }

  /** One page down, or back to the top from the end. */
  async #scrollOn(): Promise<void> {
    const list = this.#tree.locator('.monaco-list').first();
    const box = (await list.count()) > 0 ? await list.boundingBox() : null;
    if (!box) return;
    await this.#page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const before = (await this.#indexedRows())[0]?.index;
    await this.#page.mouse.wheel(0, box.height * 0.8);
    await this.#page.waitForTimeout(50);
    if ((await this.#indexedRows())[0]?.index === before) await this.#page.mouse.wheel(0, -1_000_000);
  }

  /** Opens every row of the path in turn; each may take a while to load. */
  async expand(...path: readonly string[]): Promise<void> {
    for (let depth = 1; depth <= path.length; depth++) {
      const row = await this.find(...path.slice(0, depth));
      if ((await row.getAttribute('aria-expanded')) !== 'false') continue;
      await row.locator('.monaco-tl-twistie').click();
      await this.#tree
        .locator(`.monaco-list-row[data-index="${(await row.getAttribute('data-index')) ?? ''}"][aria-expanded="true"]`)
        .waitFor();
    }
  }

  async collapse(...path: readonly string[]): Promise<void> {
    const row = await this.find(...path);
    if ((await row.getAttribute('aria-expanded')) === 'true') await row.locator('.monaco-tl-twistie').click();
  }

  /** Clicks a row, which also opens or closes one that has rows below it. */
  async select(...path: readonly string[]): Promise<void> {
    await (await this.find(...path)).locator('.label-name').click();
  }

  async openContextMenu(...path: readonly string[]): Promise<Locator> {
    await (await this.find(...path)).click({ button: 'right' });
    const menu = this.#page.locator('.monaco-menu:visible').first();
    await menu.waitFor();
    return menu;
  }

  async chooseFromContextMenu(item: string, ...path: readonly string[]): Promise<void> {
    const menu = await this.openContextMenu(...path);
    // The menu ignores the click that opened it for a moment, and with it one that comes too soon.
    await this.#page.waitForTimeout(200);
    await menu.locator('.action-item', { has: this.#page.locator(`.action-label:text-is("${item}")`) }).click();
    await menu.waitFor({ state: 'hidden' });
  }

  async contextMenuItems(...path: readonly string[]): Promise<readonly string[]> {
    const menu = await this.openContextMenu(...path);
    const items = await menu.locator('.action-item .action-label:not(.separator)').allInnerTexts();
    await this.#page.keyboard.press('Escape');
    return items.map((item) => item.trim()).filter((item) => item !== '');
  }

  /** Presses a button at the right end of a row, by its title. */
  async pressInline(title: string, ...path: readonly string[]): Promise<void> {
    const row = await this.find(...path);
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^="${title}"]`).click();
  }

  /** Presses a button in the view's header, by its title. */
  async pressHeader(title: string): Promise<void> {
    const header = this.#page.locator('.part.sidebar');
    await this.pane.hover();
    await header
      .locator(`.actions .action-label[aria-label^="${title}"], .title-actions .action-label[aria-label^="${title}"]`)
      .first()
      .click();
  }

  /** Gives the tree the keyboard; arrow keys, Enter and typing then act on it. */
  async focus(): Promise<void> {
    await this.#tree.locator('.monaco-list').first().focus();
  }

  /** The hover of a row, as text. */
  async tooltip(...path: readonly string[]): Promise<string> {
    await this.#page.mouse.move(0, 0);
    await (await this.find(...path)).locator('.label-name').hover();
    const hover = this.#page.locator('.monaco-hover.workbench-hover:visible, .workbench-hover:visible').first();
    await hover.waitFor();
    return hover.innerText();
  }

  /** Waits until some text of the tree matches, and tells the whole tree when it does not. */
  async waitForText(pattern: RegExp, timeoutMs = 15_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    let text = '';
    do {
      text = await this.text();
      if (pattern.test(text)) return;
      await this.#page.waitForTimeout(100);
    } while (Date.now() < end);
    throw new Error(
      `Nothing in ${this.#title} matched ${String(pattern)} within ${String(timeoutMs)} ms; it shows:\n${text}`,
    );
  }
}
