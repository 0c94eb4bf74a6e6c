import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { outputFolder, projectFolder } from '../../scripts/lib/project.ts';
import { FolderReader } from '../../src/cluster/folderRead.ts';
import { ClusterSnapshot } from '../../src/model/snapshot.ts';
import { networkCheckPage } from '../../src/panels/networkCheck/checkPage.ts';
import type { NetworkCheckPage, NetworkCheckSubject, PageState, Show } from '../../src/panels/protocol.ts';
import type { ThemeKind } from '../browser/pages/workbench.ts';
import type { FakeOptions, FakePage } from './fakeHost.ts';
import { useFakeHost } from './useFakeHost.ts';
import { violations } from './violations.ts';

const themes: readonly ThemeKind[] = ['light', 'dark', 'hc-light', 'hc-dark'];
const longName = `cluster-${'c'.repeat(245)}`;

async function pageOf(sample: string, state: PageState = { kind: 'live' }, name = sample): Promise<NetworkCheckPage> {
  const { snapshot } = await new FolderReader(sample, [join(projectFolder, 'media/samples', sample)]).read();
  return networkCheckPage(new ClusterSnapshot({ ...snapshot.content, name }), state);
}

const states: Readonly<Record<string, () => Promise<NetworkCheckPage>>> = {
  broken: () => pageOf('canal-problems'),
  healthy: () => pageOf('canal-healthy'),
  'not-enforced': () => pageOf('flannel-only'),
  stale: () =>
    pageOf('rke2', { kind: 'stale', since: Date.now() - 180_000, reason: 'unreachable: connection refused' }),
  failed: () => pageOf('eks', { kind: 'failed', reason: 'eks is not connected.' }),
  'long-name': () => pageOf('canal-problems', { kind: 'live' }, longName),
};

let sequence = 0;
const show = (page: NetworkCheckPage): Show<NetworkCheckPage, NetworkCheckSubject> => ({
  type: 'show',
  sequence: ++sequence,
  about: { source: 'a' },
  page,
});

describe('the page of a cluster’s network', function () {
  const host = useFakeHost('networkCheck');
  const open = async (state: string, options: FakeOptions = {}): Promise<FakePage> => {
    const page = await states[state]?.();
    assert.ok(page, state);
    const opened = await host().open(options);
    await opened.send(show(page));
    return opened;
  };
  const openAll = (opened: FakePage): Promise<unknown> =>
    opened.page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);

  for (const theme of themes) {
    it(`gives axe nothing to find in any state, ${theme}`, async () => {
      const folder = join(outputFolder, 'screenshots');
      await mkdir(folder, { recursive: true });
      for (const state of Object.keys(states)) {
        const opened = await open(state, { theme });
        if (state === 'broken' || state === 'healthy')
          await opened.page.screenshot({ path: join(folder, `network-check-${state}-${theme}.png`), fullPage: true });
        await openAll(opened);
        assert.deepEqual(await violations(opened.page), [], state);
        await opened.page.context().close();
      }
    });
  }

  for (const width of [320, 800, 1600]) {
    it(`never scrolls sideways as a whole, at ${String(width)} px`, async () => {
      for (const state of Object.keys(states)) {
        const opened = await open(state, { width });
        await openAll(opened);
        const needed = await opened.page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(needed <= width, `${state} needs ${String(needed)} px`);
        await opened.page.context().close();
      }
    });
  }

  it('opens what does not hold and leaves folded what does, until the reader says otherwise', async () => {
    const opened = await open('broken');
    const section = (title: string) => opened.page.locator('details.section.level2', { hasText: title }).first();
    const isOpen = async (title: string): Promise<boolean> => (await section(title).getAttribute('open')) !== null;
    assert.equal(await isOpen('Pods reach each other'), true);
    assert.equal(await isOpen('Containers of a pod'), false);
    await section('Containers of a pod').locator('summary').first().click();
    const healthy = await states['healthy']?.();
    assert.ok(healthy);
    await opened.send(show(healthy));
    assert.equal(await isOpen('Containers of a pod'), true);
    assert.equal(
      await isOpen('Pods reach each other'),
      false,
      'it holds now, and nobody has asked for it to stay open',
    );
    assert.equal(await opened.page.getByText('What is wrong').count(), 0);
  });

  it('is used with the keyboard alone', async () => {
    const opened = await open('broken');
    const { page } = opened;
    const focused = (): Promise<string> =>
      page.evaluate(
        `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent ?? '').trim().replace(/\\s+/g, ' ')`,
      );
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Copy as Text');
    await page.keyboard.press('Enter');
    assert.partialDeepStrictEqual((await opened.sent()).at(-1), { type: 'invoke', id: 'copyReport' });
    const seen: string[] = [];
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    for (const wanted of [/^What is wrong/, /^Evidence/, /^Pods reach each other/, /^What this does not tell/])
      assert.ok(
        seen.some((one) => wanted.test(one)),
        `${String(wanted)} was not reached`,
      );
  });
});
