import { type FrameLocator, type Page } from 'playwright-core';

/** A webview's own page, which sits two frames below the window. */
export class WebviewPage {
  /** Locators inside the page start here. */
  readonly frame: FrameLocator;

  constructor(page: Page, index = 0) {
    this.frame = page.frameLocator('iframe.webview.ready').nth(index).frameLocator('iframe#active-frame');
  }

  /** Waits until the page shows this text. */
  async waitForText(text: string | RegExp): Promise<void> {
    await this.frame.getByText(text).first().waitFor();
  }

  text(): Promise<string> {
    return this.frame.locator('body').innerText();
  }
}
