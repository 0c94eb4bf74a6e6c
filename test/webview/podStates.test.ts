import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { outputFolder } from '../../scripts/lib/project.ts';
import type { ThemeKind } from '../browser/pages/workbench.ts';
import type { FakeOptions, FakePage } from './fakeHost.ts';
import { about, hostileText, longName, now, pageStates, show } from './pageStates.ts';
import { useFakeHost } from './useFakeHost.ts';
import { violations } from './violations.ts';

/** Each at a width of its own. */
const themes: readonly (readonly [ThemeKind, number])[] = [
  ['light', 1600],
  ['dark', 800],
  ['hc-light', 1000],
  ['hc-dark', 320],
];

describe('the page of a pod', function () {
  const host = useFakeHost('podDetails');
  const open = async (state: string, options: FakeOptions = {}): Promise<FakePage> => {
    const page = pageStates[state]?.();
    assert.ok(page, state);
    const opened = await host().open(options);
    await opened.page.clock.setFixedTime(now);
    await opened.send(show(page));
    return opened;
  };
  const openAll = (opened: FakePage): Promise<unknown> =>
    opened.page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
  const text = (opened: FakePage): Promise<string> => opened.page.locator('body').innerText();

  const folder = join(outputFolder, 'screenshots');
  before(() => mkdir(folder, { recursive: true }));
  const capture = (opened: FakePage, state: string, theme: ThemeKind, width: number): Promise<unknown> =>
    opened.page.screenshot({ path: join(folder, `page-${state}-${theme}-${String(width)}.png`), fullPage: true });

  // Each is kept as a picture, to be looked at.
  for (const [theme, width] of themes) {
    it(`gives axe nothing to find in any state, ${theme}`, async function () {
      this.timeout(180_000);
      for (const state of Object.keys(pageStates)) {
        const opened = await open(state, { theme, width });
        await capture(opened, state, theme, width);
        await openAll(opened);
        assert.deepEqual(await violations(opened.page), [], state);
        await opened.page.context().close();
      }
    });
  }

  it('never scrolls sideways as a whole, from 1,600 px down to 320', async () => {
    for (const state of Object.keys(pageStates)) {
      const opened = await open(state, { width: 1600 });
      await openAll(opened);
      for (const width of [1600, 800, 320]) {
        await opened.page.setViewportSize({ width, height: 800 });
        const needed = await opened.page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(needed <= width, `${state} needs ${String(needed)} px of ${String(width)}`);
      }
      await opened.page.context().close();
    }
  });

  it('shows what is hostile as what it is, and nothing more', async () => {
    const opened = await open('hostile');
    await openAll(opened);
    assert.equal(await opened.page.evaluate('window.hurt'), undefined);
    assert.equal(await opened.page.locator('img, script:not([nonce]):not([type]), a[href]').count(), 0);
    const name = (await opened.page.locator('h1 bdi').textContent()) ?? '';
    assert.ok(name.startsWith(hostileText.slice(0, 50)));
    assert.match(name, /␛\[31m\[U\+202E\]esrever \$\{7\*7\}$/);
  });

  it('shows a name of 253 characters whole to whoever copies it, and in two lines', async () => {
    const opened = await open('long-names', { width: 320 });
    assert.equal(await opened.page.locator('h1').textContent(), longName);
    const header = await opened.page.locator('#top').boundingBox();
    assert.ok((header?.height ?? 0) < 400, `the header takes ${String(header?.height)} px`);
  });

  it('names verb and resource where a section may not be read, and calls it neither empty nor loading', async () => {
    const opened = await open('section-forbidden');
    await openAll(opened);
    const events = opened.page.locator('details.section', { has: opened.page.locator('h2', { hasText: /^Events$/ }) });
    assert.match(await events.innerText(), /your account may not list events in kube-system/);
    assert.doesNotMatch(await events.innerText(), /None|loading/);
    assert.match(await text(opened), /not allowed to get pods\.metrics\.k8s\.io/);
  });

  it('says since when and why it is stale', async () => {
    const opened = await open('stale');
    assert.match(await text(opened), /As of .*3m ago: unreachable: connection refused/);
    await opened.page.getByRole('button', { name: 'Retry' }).click();
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { type: 'invoke', id: 'retry', args: [] });
  });

  it('speaks the language of its editor', async () => {
    const messages = {
      Details: 'Einzelheiten',
      'This pod was deleted at {0}; what is shown is what was last known of it.': 'Gelöscht um {0}.',
      'Open {0}': '{0} öffnen',
    };
    const opened = await open('deleted', { messages });
    assert.match(await text(opened), /Gelöscht um .*2026.*\./);
    await opened.page.getByRole('tab', { name: 'Einzelheiten' }).waitFor();
    await opened.page.getByRole('button', { name: 'canal-9q8w7 öffnen' }).waitFor();
    // What has not been translated is there in English.
    await opened.page.getByRole('tab', { name: 'Logs' }).waitFor();
  });

  it('says that only a part is shown, and why', async () => {
    const opened = await open('partial');
    assert.match(await text(opened), /Only a part of this pod is shown: not allowed to get pods\./);
  });

  it('says since when it is paused, and is brought up to date when told to', async () => {
    const opened = await open('paused');
    const top = opened.page.locator('#top');
    assert.match(await top.innerText(), /Paused: what is shown was so at .*2026.*, 3m ago\./);
    await top.locator('.banner').getByRole('button', { name: 'Refresh' }).click();
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { type: 'invoke', id: 'retry' });
  });

  it('says when it was brought up to date, and follows the cluster as the reader chooses', async () => {
    const opened = await open('full');
    const { page } = opened;
    assert.match(await page.locator('#top .refresh').innerText(), /updated 4s\s[^]*ago/);
    const chooser = page.getByRole('combobox', { name: 'How this page follows the cluster' });
    assert.equal(await page.evaluate(`document.querySelector('.refresh vscode-dropdown').value`), '10');
    await chooser.click();
    await page.getByRole('option', { name: 'Paused' }).click();
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { type: 'invoke', id: 'pace', args: ['paused'] });
  });

  it('forwards a port from where it is listed, and measures traffic when told to', async () => {
    const opened = await open('full');
    await opened.page.getByRole('button', { name: '8080/TCP' }).click();
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { type: 'invoke', id: 'forwardPort', args: ['8080'] });
    await opened.page.getByRole('button', { name: 'Measure Traffic' }).click();
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { type: 'invoke', id: 'measureTraffic' });
  });

  it('offers the replacement of a pod that is gone', async () => {
    const opened = await open('deleted');
    await opened.page.getByRole('button', { name: 'Open canal-9q8w7' }).click();
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), {
      type: 'invoke',
      id: 'openPod',
      args: ['kube-system', 'canal-9q8w7'],
    });
  });

  it('keeps what is open, what has the focus and where it is scrolled to when new data comes', async () => {
    const opened = await open('failing');
    const { page } = opened;
    const summary = page.locator('details.section > summary', { hasText: 'Metadata' });
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.evaluate('scrollTo(0, 400)');
    const place = await page.evaluate('scrollY');
    const fresh = pageStates['failing']?.();
    assert.ok(fresh);
    await opened.send(show(fresh));
    assert.equal(await page.evaluate('scrollY'), place);
    assert.match(
      await page.evaluate<string>(
        `document.activeElement.parentElement.open ? document.activeElement.textContent : 'closed'`,
      ),
      /Metadata/,
    );
  });

  it('begins at the top when it is given to another pod, keeps what is folded, and says on which pod it was asked', async () => {
    const opened = await open('failing');
    const { page } = opened;
    await page.locator('details.section > summary', { hasText: 'Metadata' }).click();
    await page.evaluate('scrollTo(0, 400)');
    const other = pageStates['long-names']?.();
    assert.ok(other);
    const message = show(other, { ...about, name: longName });
    assert.ok(message.type === 'show');
    await opened.send(message);
    assert.equal(await page.locator('h1').textContent(), longName);
    assert.equal(await page.title(), longName);
    assert.equal(await page.evaluate('scrollY'), 0);
    await page.locator('details.section[open] > summary', { hasText: 'Metadata' }).waitFor();
    await page.getByRole('button', { name: 'Refresh' }).click();
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { id: 'retry', sequence: message.sequence });
  });

  it('leaves alone what is selected when new data comes', async () => {
    const opened = await open('failing');
    await opened.page.locator('.problem .sentence').first().selectText();
    const fresh = pageStates['failing']?.();
    assert.ok(fresh);
    await opened.send(show(fresh));
    assert.match(await opened.page.evaluate<string>('String(getSelection())'), /has no pod CIDR/);
  });

  it('is used with the keyboard alone', async () => {
    const opened = await open('failing');
    const { page } = opened;
    const focused = (): Promise<string> =>
      page.evaluate(
        `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent ?? '').trim().replace(/\\s+/g, ' ')`,
      );
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Details');
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), 'Logs');
    assert.ok(await page.locator('#logs-panel').isVisible());
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Open Shell in Container');
    await page.keyboard.press('Enter');
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { type: 'invoke', id: 'openShell', args: [] });
    const seen = new Set<string>();
    for (let step = 0; step < 120; step++) {
      await page.keyboard.press('Tab');
      const now = await focused();
      if (seen.has(now) && now === 'Details') break;
      seen.add(now);
      const ring = await page.evaluate<boolean>(
        `(() => {
          // The toolkit's elements hand the focus on to what is inside of them.
          const focused = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
          return focused === document.body || focused.matches(':focus-visible');
        })()`,
      );
      assert.ok(ring, `${now} does not show that it has the focus`);
    }
    for (const wanted of [/^Containers/, /^Copy quay\.io/, /^canal-0abcd/, /^YAML/])
      assert.ok(
        [...seen].some((one) => wanted.test(one)),
        `${String(wanted)} was not reached`,
      );
  });
});
