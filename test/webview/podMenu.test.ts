import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { podPage } from '../../src/panels/podDetails/podPage.ts';
import type { PodPage } from '../../src/panels/protocol.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import { canalPod } from './canalPod.ts';
import type { FakeOptions, FakePage } from './fakeHost.ts';
import { useFakeHost } from './useFakeHost.ts';
import { violations } from './violations.ts';

const about = { source: 'a', namespace: 'kube-system', name: 'canal-x7k2p', kept: false };

describe('the menu of what else is done about a pod', function () {
  this.timeout(60_000);
  const host = useFakeHost('podDetails');
  const open = async (options: FakeOptions = {}, change = (page: PodPage) => page): Promise<FakePage> => {
    const opened = await host().open(options);
    await opened.send({ type: 'show', sequence: 1, about, page: change(podPage(canalPod(), { kind: 'live' })) });
    return opened;
  };
  const button = (page: Page) => page.getByRole('button', { name: 'More Actions…' });
  const focused = (page: Page): Promise<string> => page.evaluate(`(document.activeElement?.innerText ?? '').trim()`);
  /** A menu takes the keyboard a moment after it was opened. */
  const untilFocused = (page: Page, text: string): Promise<true> =>
    waitUntil(`the focus on ${text}`, async () => (await focused(page)) === text || undefined);
  const invoked = async (opened: FakePage): Promise<readonly string[]> =>
    (await opened.sent()).flatMap((message) => (message.type === 'invoke' ? [message.id] : []));

  it('is opened, walked and closed with the keyboard', async () => {
    const { page } = await open();
    await button(page).focus();
    await page.keyboard.press('Enter');
    await untilFocused(page, 'Show Log');
    await page.keyboard.press('ArrowUp');
    assert.equal(await focused(page), 'Delete Pod…');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('d');
    assert.equal(await focused(page), 'Describe in Terminal');
    await page.keyboard.press('End');
    assert.equal(await focused(page), 'Delete Pod…');
    assert.equal(await button(page).getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
    await waitUntil(
      'the focus on the button',
      async () => (await page.evaluate('document.activeElement.id')) === 'more' || undefined,
    );
  });

  it('does what is chosen, once, and closes', async () => {
    const opened = await open();
    await button(opened.page).click();
    await opened.page.getByRole('menuitem', { name: 'Describe in Terminal' }).click();
    assert.deepEqual(await invoked(opened), ['describePod']);
    await opened.page.getByRole('menu').waitFor({ state: 'hidden' });
    await button(opened.page).click();
    await untilFocused(opened.page, 'Show Log');
    await opened.page.keyboard.press('Enter');
    await opened.page.getByRole('tab', { name: 'Logs', selected: true }).waitFor();
  });

  it('stays open and where it is when new data comes', async () => {
    const opened = await open();
    await button(opened.page).click();
    await untilFocused(opened.page, 'Show Log');
    await opened.page.keyboard.press('ArrowDown');
    const before = await focused(opened.page);
    await opened.send({ type: 'show', sequence: 2, about, page: podPage(canalPod(), { kind: 'live' }) });
    assert.ok(await opened.page.getByRole('menu').isVisible());
    assert.equal(await focused(opened.page), before);
  });

  it('shows greyed, with the right that is missing, what may not be done', async () => {
    const opened = await open({}, (page) => ({
      ...page,
      header: {
        ...page.header,
        actions: page.header.actions.map((action) =>
          action.id === 'deletePod' || action.id === 'openShell'
            ? { ...action, unavailable: 'your account may not do that' }
            : action,
        ),
      },
    }));
    await button(opened.page).click();
    const item = opened.page.getByRole('menuitem', { name: 'Delete Pod… (your account may not do that)' });
    assert.equal(await item.getAttribute('aria-disabled'), 'true');
    await item.click({ force: true });
    await opened.page.keyboard.press('Escape');
    const shell = opened.page.getByRole('button', { name: 'Open Shell in Container: your account may not do that' });
    await shell.click({ force: true });
    assert.deepEqual(await invoked(opened), []);
  });

  for (const theme of ['light', 'dark', 'hc-light', 'hc-dark'] as const)
    it(`gives axe nothing to find when it is open, ${theme}`, async () => {
      const { page } = await open({ theme });
      await button(page).click();
      await untilFocused(page, 'Show Log');
      assert.deepEqual(await violations(page), []);
    });

  it('is there only where there is something in it, and within the page where that is narrow', async () => {
    const none = await open({}, (page) => ({
      ...page,
      header: { ...page.header, actions: page.header.actions.filter(({ more }) => more === undefined) },
    }));
    assert.equal(await button(none.page).count(), 0);
    const { page } = await open({ width: 320 });
    await button(page).click();
    await untilFocused(page, 'Show Log');
    const box = await page.getByRole('menu').boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box));
  });
});
