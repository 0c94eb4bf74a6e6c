import { type Locator, type Page } from 'playwright-core';

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

  /** Terminals behind the one in front stay in the page, out of sight. */
  get #screen(): Locator {
    return this.#page.locator('.terminal-wrapper.active .xterm-screen:visible').first();
  }

  async waitUntilOpen(): Promise<void> {
    await this.#screen.waitFor({ timeout: 30_000 });
  }

  titles(): Promise<readonly string[]> {
    return this.#page.locator('.terminal-tabs-entry .label-name, .single-terminal-tab').allInnerTexts();
  }

  async focus(): Promise<void> {
    await this.#screen.click();
  }

  /** Types a line and presses Enter. */
  async send(line: string): Promise<void> {
    await this.focus();
    // xterm takes text that arrives without keys only now and then.
    await this.#page.keyboard.type(line);
    await this.#page.keyboard.press('Enter');
  }

  /** Everything in the terminal's buffer. */
  async text(): Promise<string> {
    // The commands act on the terminal that has the keyboard.
    await this.focus();
    await this.#window.runCommand('Terminal: Select All');
    await this.#window.runCommand('Terminal: Copy Selection');
    await this.#window.runCommand('Terminal: Clear Selection');
    return this.#page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** The lines in sight, where `terminal.integrated.gpuAcceleration` is off, so that they are elements. */
  async screen(): Promise<string> {
    const rows = await this.#screen.locator('.xterm-rows > div').allInnerTexts();
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  async waitForScreen(pattern: RegExp, timeoutMs = 20_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    let text = '';
    do {
      text = await this.screen();
      if (pattern.test(text)) return text;
      await this.#page.waitForTimeout(100);
    } while (Date.now() < end);
    throw new Error(`Nothing on the terminal's screen matched ${String(pattern)}; it shows:\n${text}`);
  }

  async waitForText(pattern: RegExp, timeoutMs = 15_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    let text = '';
    do {
      // A terminal that comes to the front meanwhile takes the focus, and with it the palette.
      text = await this.text().catch(() => text);
      if (pattern.test(text)) return text;
      await this.#page.waitForTimeout(300);
    } while (Date.now() < end);
    throw new Error(`Nothing in the terminal matched ${String(pattern)}; it shows:\n${text}`);
  }
}
