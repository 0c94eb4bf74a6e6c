import { type Locator } from 'playwright-core';
import { type WebviewPage } from './webview.ts';

/** The page of a pod, as it stands in a webview. */
export class PodPage {
  readonly #view: WebviewPage;

  constructor(view: WebviewPage) {
    this.#view = view;
  }

  get header(): Locator {
    return this.#view.frame.locator('#top');
  }

  /** A section by its title. */
  section(title: string): Locator {
    return this.#view.frame.locator('details.section.level2').filter({
      has: this.#view.frame.locator('h2', { hasText: new RegExp(`^${title}$`) }),
    });
  }

  /** Opens a section that is closed. */
  async open(title: string): Promise<void> {
    const section = this.section(title);
    await section.waitFor();
    if ((await section.getAttribute('open')) === null) await section.locator('summary').first().click();
  }

  button(name: string | RegExp): Locator {
    return this.#view.frame.getByRole('button', { name });
  }

  /** Something that is done about the pod, from the menu that holds what has no icon of its own. */
  async choose(item: string): Promise<void> {
    await this.button('More Actions…').click();
    await this.#view.frame.getByRole('menuitem', { name: item }).click();
  }

  /** How the page follows its cluster from now on. */
  async choosePace(words: string): Promise<void> {
    await this.#view.frame.getByRole('combobox', { name: 'How this page follows the cluster' }).click();
    await this.#view.frame.getByRole('option', { name: words }).click();
  }

  /** Waits until the page shows the pod of this name. */
  async waitFor(name: string): Promise<void> {
    await this.header.locator('h1', { hasText: name }).waitFor({ timeout: 30_000 });
  }

  async waitForText(text: string | RegExp, timeoutMs = 15_000): Promise<void> {
    await this.#view.frame.getByText(text).first().waitFor({ timeout: timeoutMs });
  }

  async showLogs(): Promise<void> {
    await this.#view.frame.getByRole('tab', { name: 'Logs' }).click();
  }

  async showDetails(): Promise<void> {
    await this.#view.frame.getByRole('tab', { name: 'Details' }).click();
  }

  /** What the log panel says about the log: following, forbidden, ended. */
  get logState(): Locator {
    return this.#view.frame.locator('#logs-panel .state').first();
  }

  get logLines(): Locator {
    return this.#view.frame.locator('#logs-panel .lines .line');
  }

  async tickPreviousRun(): Promise<void> {
    const box = this.#view.frame.getByRole('checkbox', { name: 'Previous run' });
    if ((await box.getAttribute('aria-checked')) !== 'true') await box.click();
  }

  async chooseContainer(name: string): Promise<void> {
    await this.#view.frame.locator('#logs-panel vscode-dropdown[aria-label="Container"]').click();
    await this.#view.frame.locator(`#logs-panel vscode-option:visible`, { hasText: name }).first().click();
  }
}
