import { errors, type Locator, type Page } from 'playwright-core';
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

/** How long one try at a row may take before it is looked for again: it may have moved, or something may lie over it. */
const tryMs = 3000;
const giveUpMs = 30_000;

/** Where a row stood when it was looked for, and what tells whether it stands there still. */
interface Place {
  readonly index: string;
  readonly level: number;
  readonly label: string;
}

/**
 * A tree in the side bar. Rows are found by their label, or by a path of labels from the root. While live data arrives a
 * row may move at any moment: what is done to one is done only where it stands, and tried again where it stands then.
 */
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

  /** A row that VS Code keeps for later use has no level; copies that stick to the top are not in the list of rows. */
  get #rows(): Locator {
    return this.#tree.locator('.monaco-list-rows > .monaco-list-row[aria-level]');
  }

  get #list(): Locator {
    return this.#tree.locator('.monaco-list').first();
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
    const end = Date.now() + giveUpMs;
    let page = 0;
    do {
      const row = await this.#locate(path);
      if (row) return row;
      await this.#page.waitForTimeout(100);
      if (await this.#isLong()) page = await this.#turnTo(page);
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
      if (trail.slice(-path.length).join('\n') === path.join('\n')) return this.#at(row);
    }
    return undefined;
  }

  /** The row in this place as long as it is the same one; no row once another has come there. */
  #at({ index, level, label }: Place): Locator {
    return this.#rows
      .and(this.#page.locator(`[data-index="${index}"][aria-level="${String(level)}"]`))
      .filter({ has: this.#page.locator('.label-name', { hasText: exactly(label) }) });
  }

  /** Does something to a row that may be done again where it did not come about. */
  async #withRow<T>(path: readonly string[], act: (row: Locator) => Promise<T>): Promise<T> {
    const end = Date.now() + giveUpMs;
    for (;;) {
      const row = await this.find(...path);
      try {
        return await act(row);
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || Date.now() > end) throw error;
        // What lay over the row may have been a hover.
        await this.#page.mouse.move(0, 0);
      }
    }
  }

  #indexedRows(): Promise<readonly Place[]> {
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

  /** Whether the rows that are drawn fill the view, so that there may be more. */
  async #isLong(): Promise<boolean> {
    const box = (await this.#list.count()) > 0 ? await this.#list.boundingBox() : null;
    const heights = await this.#rows.evaluateAll((rows: DomElement[]) => rows.map(({ clientHeight }) => clientHeight));
    return box !== null && heights.reduce((sum, height) => sum + height, 0) >= box.height;
  }

  /**
   * Shows the page of rows with this number, and says which comes next: the first again after the last. By keyboard,
   * because a wheel that is turned by a program moves few rows however far it is turned.
   */
  async #turnTo(page: number): Promise<number> {
    const last = async () => (await this.#indexedRows()).at(-1)?.index;
    const before = await last();
    await this.#list.focus();
    await this.#page.keyboard.press(page === 0 ? 'Home' : 'PageDown');
    // The first press only goes to the end of the first page.
    if (page === 1) await this.#page.keyboard.press('PageDown');
    for (let left = 5; left > 0; left--) {
      await this.#page.waitForTimeout(30);
      if ((await last()) !== before) return page + 1;
    }
    return page === 0 ? 1 : 0;
  }

  /** Opens every row of the path in turn; each may take a while to load. */
  async expand(...path: readonly string[]): Promise<void> {
    for (let depth = 1; depth <= path.length; depth++) await this.#toggle(path.slice(0, depth), true);
  }

  async collapse(...path: readonly string[]): Promise<void> {
    await this.#toggle(path, false);
  }

  /** Leaves alone a row that is open or closed already, and one that has nothing below it. */
  #toggle(path: readonly string[], open: boolean): Promise<void> {
    return this.#withRow(path, async (row) => {
      if ((await row.getAttribute('aria-expanded', { timeout: tryMs })) !== String(!open)) return;
      const twistie = row.and(this.#page.locator(`[aria-expanded="${String(!open)}"]`)).locator('.monaco-tl-twistie');
      await twistie.click({ timeout: tryMs });
      await row.and(this.#page.locator(`[aria-expanded="${String(open)}"]`)).waitFor({ timeout: tryMs });
    });
  }

  /** Clicks a row, which also opens or closes one that has rows below it. */
  async select(...path: readonly string[]): Promise<void> {
    await this.#withRow(path, (row) => row.locator('.label-name').click({ timeout: tryMs }));
  }

  async openContextMenu(...path: readonly string[]): Promise<Locator> {
    const menu = this.#page.locator('.monaco-menu:visible').first();
    await this.#withRow(path, async (row) => {
      await row.click({ button: 'right', timeout: tryMs });
      await menu.waitFor({ timeout: tryMs });
    });
    return menu;
  }

  async chooseFromContextMenu(item: string, ...path: readonly string[]): Promise<void> {
    const menu = await this.openContextMenu(...path);
    const entry = menu.locator('.action-item', { has: this.#page.locator(`.action-label:text-is("${item}")`) });
    const end = Date.now() + giveUpMs;
    do {
      try {
        await entry.click({ timeout: tryMs });
        // The menu ignores the click that opened it for a moment, and with it one that comes too soon.
        await menu.waitFor({ state: 'hidden', timeout: 300 });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
      }
    } while (Date.now() < end && (await entry.isVisible()));
    if (!(await menu.isVisible())) return;
    throw new Error(`"${item}" could not be chosen from ${(await this.#closeMenu(menu)).join(', ')}`);
  }

  async contextMenuItems(...path: readonly string[]): Promise<readonly string[]> {
    return this.#closeMenu(await this.openContextMenu(...path));
  }

  async #closeMenu(menu: Locator): Promise<readonly string[]> {
    const items = await menu.locator('.action-item .action-label:not(.separator)').allInnerTexts();
    await this.#page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    return items.map((item) => item.trim()).filter((item) => item !== '');
  }

  /**
   * Presses a button at the right end of a row, by its title, and again where the extension says that it could not tell
   * which row was meant.
   */
  async pressInline(title: string, ...path: readonly string[]): Promise<void> {
    const lost = this.#page.locator('.part.statusbar').getByText('The row was just being updated');
    const end = Date.now() + giveUpMs;
    for (;;) {
      await lost.waitFor({ state: 'hidden' });
      await this.#withRow(path, async (row) => {
        await row.hover({ timeout: tryMs });
        await row.locator(`.actions .action-label[aria-label^="${title}"]`).click({ timeout: tryMs });
      });
      const told = await lost.waitFor({ timeout: 200 }).then(
        () => true,
        () => false,
      );
      if (!told || Date.now() > end) return;
    }
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
    await this.#list.focus();
  }

  /** The hover of a row, as text. */
  tooltip(...path: readonly string[]): Promise<string> {
    const hover = this.#page.locator('.monaco-hover.workbench-hover:visible, .workbench-hover:visible').first();
    return this.#withRow(path, async (row) => {
      await this.#page.mouse.move(0, 0);
      await hover.waitFor({ state: 'hidden', timeout: tryMs });
      await row.locator('.label-name').hover({ timeout: tryMs });
      // One that is drawn anew takes its hover with it.
      await hover.waitFor({ timeout: tryMs });
      return hover.innerText({ timeout: tryMs });
    });
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

const exactly = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`);
