import { type Locator, type Page } from 'playwright-core';
import { type DomElement } from './domElement.ts';

export interface PickItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** The box at the top of the window: command palette, quick picks and input boxes. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #widget(): Locator {
    return this.#page.locator('.quick-input-widget:visible');
  }

  get #box(): Locator {
    return this.#widget.locator('.quick-input-box input');
  }

  get #rows(): Locator {
    return this.#widget.locator('.quick-input-list .monaco-list-row:not(.quick-input-list-separator-as-item)');
  }

  async waitUntilOpen(): Promise<void> {
    await this.#widget.waitFor();
  }

  async waitUntilClosed(): Promise<void> {
    await this.#page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async isOpen(): Promise<boolean> {
    return (await this.#widget.count()) > 0;
  }

  title(): Promise<string> {
    return this.#widget.locator('.quick-input-title').innerText();
  }

  async placeholder(): Promise<string> {
    return (await this.#box.getAttribute('placeholder')) ?? '';
  }

  /** What the box says below the input: a prompt or why the value is not accepted. */
  message(): Promise<string> {
    return this.#widget.locator('.quick-input-message').innerText();
  }

  /** Replaces the text of the box. */
  async type(text: string, options: { readonly keep?: string } = {}): Promise<void> {
    await this.#box.fill(`${options.keep ?? ''}${text}`);
  }

  async accept(): Promise<void> {
    await this.#page.keyboard.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.waitUntilClosed();
  }

  /** The items that are drawn now; a long list draws only what is in sight. */
  async items(): Promise<readonly PickItem[]> {
    await this.#rows.first().waitFor();
    return this.#rows.evaluateAll((rows: DomElement[]) =>
      rows.map((row) => {
        const text = (selector: string) => row.querySelector(selector)?.textContent?.trim() ?? '';
        return {
          label: text('.quick-input-list-label .label-name'),
          description: text('.quick-input-list-label .label-description'),
          detail: text('.quick-input-list-label-meta'),
        };
      }),
    );
  }

  /** Picks the item whose label is this text; typed text that filters the list comes first. */
  async pick(label: string): Promise<void> {
    try {
      await this.#row(label).click({ timeout: 10_000 });
    } catch (error) {
      const offered = (await this.isOpen()) ? (await this.items()).map((item) => item.label).join(', ') : 'nothing';
      throw new Error(`No item "${label}" to pick; offered: ${offered}`, { cause: error });
    }
  }

  #row(label: string): Locator {
    const name = this.#page.locator('.label-name', { hasText: new RegExp(`^\\s*${escape(label)}\\s*$`) });
    return this.#rows.filter({ has: name }).first();
  }

  /** Whether this item comes up within a moment. */
  async offers(label: string): Promise<boolean> {
    const found = this.#row(label).waitFor({ timeout: 2000 });
    return found.then(
      () => true,
      () => false,
    );
  }

  /** Ticks items of a list that takes several, without accepting it. */
  async tick(label: string): Promise<void> {
    await this.#rows.filter({ hasText: label }).first().locator('.quick-input-list-checkbox, .monaco-checkbox').click();
  }
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
