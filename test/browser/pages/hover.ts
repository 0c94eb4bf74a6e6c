import { type Locator, type Page } from 'playwright-core';

/** A hover in the editor or over any part of the window. */
export class HoverPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #shown(): Locator {
    return this.#page.locator('.monaco-hover:visible, .workbench-hover:visible').first();
  }

  /** The text of the hover over this element. */
  async over(target: Locator): Promise<string> {
    await this.#page.mouse.move(0, 0);
    await target.hover();
    return this.text();
  }

  async text(): Promise<string> {
    await this.#shown.waitFor();
    return this.#shown.innerText();
  }

  async pressLink(text: string): Promise<void> {
    await this.#shown.locator('a', { hasText: text }).first().click();
  }

  async close(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.#page.mouse.move(0, 0);
    await this.#shown.waitFor({ state: 'hidden' });
  }
}
