import { type Locator, type Page } from 'playwright-core';
import { type DomElement } from './domElement.ts';

/** The active text editor. */
export class EditorPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #editor(): Locator {
    return this.#page.locator('.part.editor .editor-group-container.active .monaco-editor').first();
  }

  async waitUntilOpen(title?: string): Promise<void> {
    const tab = this.#page.locator('.editor-group-container.active .tab.active', { hasText: title ?? '' });
    if (title) await tab.waitFor();
    await this.#editor.locator('.view-lines').waitFor();
  }

  tabs(): Promise<readonly string[]> {
    return this.#page.locator('.part.editor .tab .label-name').allInnerTexts();
  }

  /** The lines in sight, from top to bottom. */
  async text(): Promise<string> {
    const lines = await this.#editor.locator('.view-line').evaluateAll((all: DomElement[]) =>
      all
        .map((line) => ({ top: parseInt(line.style?.top ?? '0', 10), text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text.replaceAll('\u00a0', ' ')),
    );
    return lines.join('\n');
  }

  async waitForText(pattern: RegExp, timeoutMs = 15_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    let text = '';
    do {
      text = await this.text();
      if (pattern.test(text)) return text;
      await this.#page.waitForTimeout(100);
    } while (Date.now() < end);
    throw new Error(`Nothing in the editor matched ${String(pattern)}; it shows:\n${text}`);
  }

  /** Not by a click, which might meet a CodeLens. */
  async focus(): Promise<void> {
    await this.#editor.locator('.native-edit-context, textarea.inputarea').first().focus();
  }

  /** Pastes at once, so that no completion gets in the way; the editor may still indent. */
  async insert(text: string): Promise<void> {
    await this.#page.keyboard.insertText(text);
  }

  async replaceAll(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('ControlOrMeta+A');
    await this.insert(text);
  }

  /** The span of the line that shows this text, to hover over or to click. */
  word(text: string): Locator {
    return this.#editor.locator('.view-line span span', { hasText: text }).first();
  }

  codeLenses(): Promise<readonly string[]> {
    return this.#editor.locator('.codelens-decoration').allInnerTexts();
  }

  /** How many squiggles of each severity are in sight. */
  async squiggles(): Promise<{ readonly error: number; readonly warning: number; readonly info: number }> {
    const count = (severity: string) => this.#editor.locator(`.squiggly-${severity}`).count();
    return { error: await count('error'), warning: await count('warning'), info: await count('info') };
  }

  /** Lines and columns count from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('Control+G');
    const widget = this.#page.locator('.quick-input-widget:visible');
    // The box begins with a colon of its own.
    await widget.locator('.quick-input-box input').fill(`:${String(line)}:${String(column)}`);
    await this.#page.keyboard.press('Enter');
    await this.#page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.#page.keyboard.press('Control+P');
    const widget = this.#page.locator('.quick-input-widget:visible');
    await widget.locator('.quick-input-box input').fill(name);
    await widget.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    await this.waitUntilOpen(name);
  }
}
