import { type Locator, type Page } from 'playwright-core';

/** The messages at the lower right. */
export class NotificationsPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #toasts(): Locator {
    return this.#page.locator('.notifications-toasts .notification-list-item');
  }

  async texts(): Promise<readonly string[]> {
    return this.#toasts.locator('.notification-list-item-message').allInnerTexts();
  }

  async waitFor(text: string | RegExp): Promise<void> {
    await this.#toasts.filter({ hasText: text }).first().waitFor();
  }

  async press(button: string): Promise<void> {
    await this.#toasts.locator('.monaco-button', { hasText: button }).first().click();
  }

  /** A dialog in the middle of the window: its text. */
  async dialogText(): Promise<string> {
    const dialog = this.#page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    return dialog.innerText();
  }

  async pressInDialog(button: string): Promise<void> {
    await this.#page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).first().click();
  }
}
