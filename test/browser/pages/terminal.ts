import { type Page } from 'playwright-core';

interface Window {
  readonly page: Page;
  runCommand(title: string): Promise<void>;
}

/** The active terminal. Its screen is drawn on a canvas, so that it is read by way of the clipboard. */
export class TerminalPage {
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
  }

  get #page(): Page {
    return this.#window.page;
  }

  async waitUntilOpen(): Promise<void> {
    await this.#page.locator('.terminal-wrapper.active .xterm-screen').waitFor({ timeout: 30_000 });
  }

  titles(): Promise<readonly string[]> {
    return this.#page.locator('.terminal-tabs-entry .label-name, .single-terminal-tab').allInnerTexts();
  }

  async focus(): Promise<void> {
    await this.#page.locator('.terminal-wrapper.active .xterm-screen').click();
  }

  /** Types a line and presses Enter. */
  async send(line: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.insertText(line);
    await this.#page.keyboard.press('Enter');
  }

  /** Everything in the terminal's buffer. */
  async text(): Promise<string> {
    await this.#window.runCommand('Terminal: Select All');
    await this.#window.runCommand('Terminal: Copy Selection');
    await this.#window.runCommand('Terminal: Clear Selection');
    return this.#page.evaluate<string>('navigator.clipboard.readText()');
  }

  async waitForText(pattern: RegExp, timeoutMs = 15_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    let text = '';
    do {
      text = await this.text();
      if (pattern.test(text)) return text;
      await this.#page.waitForTimeout(300);
    } while (Date.now() < end);
    throw new Error(`Nothing in the terminal matched ${String(pattern)}; it shows:\n${text}`);
  }
}
