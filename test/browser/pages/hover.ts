import { errors, type Locator, type Page } from 'playwright-core';

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
    await target.hover({ timeout: 5000 });
    return this.text();
  }

  async text(): Promise<string> {
    await this.#shown.waitFor({ timeout: 5000 });
    return this.#shown.innerText({ timeout: 5000 });
  }

  /** Hovers until the hover says this: one that opens early says "Loading…", and one over something that changes closes. */
  async waitForText(target: Locator, pattern: RegExp, timeoutMs = 20_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    let text = '';
    do {
      text = await this.over(target).catch((error: unknown) => {
        if (error instanceof errors.TimeoutError) return text;
        throw error;
      });
      if (pattern.test(text)) return;
    } while (Date.now() < end);
    throw new Error(`The hover never matched ${String(pattern)}; it said:\n${text}`);
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
