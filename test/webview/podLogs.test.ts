import assert from 'node:assert/strict';
import type { LogState, ToHost } from '../../src/panels/protocol.ts';
import { waitUntil } from '../control-plane/waitUntil.ts';
import type { FakePage } from './fakeHost.ts';
import { now, pageStates, show } from './pageStates.ts';
import { useFakeHost } from './useFakeHost.ts';
import { violations } from './violations.ts';

type LogQuestion = Extract<ToHost, { type: 'log' }>;

describe('the log on the page of a pod', function () {
  const host = useFakeHost('podDetails');

  const questions = async ({ sent }: FakePage): Promise<readonly LogQuestion[]> =>
    (await sent()).filter((message) => message.type === 'log');
  const open = async (width = 1000): Promise<FakePage> => {
    const page = pageStates['failing']?.();
    assert.ok(page);
    const opened = await host().open({ width });
    await opened.page.clock.setSystemTime(now);
    await opened.send(show(page));
    await opened.page.getByRole('tab', { name: 'Logs' }).click();
    return opened;
  };
  const answer = async (
    opened: FakePage,
    lines: readonly string[],
    state: LogState = { kind: 'following' },
    dropped = 0,
  ): Promise<void> => {
    const request = (await questions(opened)).at(-1)?.request ?? 0;
    await opened.send({ type: 'log', request, state, lines, dropped });
  };
  const lines = ({ page }: FakePage): Promise<readonly string[]> => page.locator('.line').allTextContents();

  it('is asked for when its tab is opened, and no longer when it is left', async () => {
    const opened = await open();
    assert.deepEqual((await questions(opened)).at(-1)?.what, {
      container: 'calico-node',
      previous: false,
      follow: true,
      timestamps: false,
      tail: 500,
    });
    await opened.page.getByRole('tab', { name: 'Details' }).click();
    assert.equal((await questions(opened)).at(-1)?.what, undefined);
  });

  it('shows terminal escapes, markup and turned text as text', async () => {
    const opened = await open();
    await answer(opened, ['\u001b[31mred\u001b[0m <b onclick="x">bold</b> \u001b]0;title\u0007', 'a\u202Eb\u0000c']);
    assert.deepEqual(await lines(opened), ['red <b onclick="x">bold</b> ', 'a[U+202E]bc']);
    assert.equal(await opened.page.locator('.line b').count(), 0);
  });

  it('shows the beginning of a line of ten megabytes and says how long it is, without a halt', async () => {
    const opened = await open();
    const began = performance.now();
    await answer(opened, ['x'.repeat(10 * 2 ** 20), 'after']);
    const [first = '', after] = await lines(opened);
    assert.match(first, /^x{4000}… \(10485760 characters\)$/);
    assert.equal(after, 'after');
    assert.ok(performance.now() - began < 3000);
  });

  it('stays bounded at ten thousand lines a second', async () => {
    const opened = await open();
    const { page } = opened;
    const request = (await questions(opened)).at(-1)?.request ?? 0;
    // The batches in which the host sends them, from inside the page, so that no driver is measured.
    await page.evaluate(`new Promise((resolve) => {
      let batch = 0;
      const timer = setInterval(() => {
        const lines = Array.from({ length: 1000 }, (_, line) =>
          'I1124 10:00:00.000000 1 main.go:211] batch ' + batch + ' line ' + line + ' of a log that is quick');
        window.postMessage({ type: 'log', request: ${String(request)}, state: { kind: 'following' }, lines, dropped: 0 }, '*');
        if (++batch === 50) { clearInterval(timer); resolve(); }
      }, 100);
    })`);
    await page.locator('.line').last().filter({ hasText: 'batch 49 line 999' }).waitFor();
    assert.ok((await page.locator('.line').count()) <= 2000);
    const words = await page.locator('#logs-panel .state').innerText();
    assert.match(words, /the last 2000 of 20000 lines are shown · 30000 earlier lines were let go of/);
  });

  it('finds text in all that is kept, and says how much it found', async () => {
    const opened = await open();
    await answer(
      opened,
      Array.from({ length: 3000 }, (_, index) => (index % 1000 === 7 ? `Needle ${String(index)}` : 'hay')),
    );
    await opened.page.locator('vscode-text-field').click();
    await opened.page.keyboard.type('needle');
    const found = await waitUntil('the search to be drawn', async () => {
      const drawn = await lines(opened);
      return drawn.length === 3 ? drawn : undefined;
    });
    assert.deepEqual(found, ['Needle 7', 'Needle 1007', 'Needle 2007']);
    assert.match(await opened.page.locator('#logs-panel .state').innerText(), /3 of 3000 lines match/);
  });

  it('keeps what a regular expression matches and what is severe, and says what is wrong with an expression', async () => {
    const opened = await open();
    const { page } = opened;
    await answer(opened, ['I1124 10:00:00 up', 'W1124 10:00:01 no MTU', 'E1124 10:00:02 no pod CIDR']);
    await page.locator('vscode-text-field').click();
    await page.keyboard.type('no (mtu|pod)');
    await page.getByRole('checkbox', { name: 'Regular expression' }).click();
    await waitUntil('two lines', async () => ((await lines(opened)).length === 2 ? true : undefined));
    await page.locator('vscode-dropdown[aria-label="Severity"]').click();
    await page.locator('vscode-option[value="error"]:visible').click();
    await waitUntil('one line', async () => ((await lines(opened)).length === 1 ? true : undefined));
    assert.deepEqual(await lines(opened), ['E1124 10:00:02 no pod CIDR']);
    await page.locator('vscode-text-field').click();
    await page.keyboard.type('(');
    await page.locator('#logs-panel .state', { hasText: 'Invalid regular expression' }).waitFor();
  });

  it('opens at the run before, from what is wrong with a container', async () => {
    const opened = await open();
    await opened.page.getByRole('tab', { name: 'Details' }).click();
    await opened.page.getByRole('button', { name: 'Log of the Previous Run' }).first().click();
    const { container, previous, follow } = (await questions(opened)).at(-1)?.what ?? {};
    assert.deepEqual({ container, previous, follow }, { container: 'kube-flannel', previous: true, follow: false });
    assert.ok(await opened.page.locator('#logs-panel').isVisible());
  });

  it('stays where the reader is while lines come, and at the end when he is there', async () => {
    const opened = await open();
    const { page } = opened;
    const place = (): Promise<number> => page.evaluate(`document.querySelector('.lines').scrollTop`);
    await answer(
      opened,
      Array.from({ length: 400 }, (_, index) => `line ${String(index)}`),
    );
    const end = await place();
    assert.ok(end > 0);
    await answer(opened, ['one more', 'and another']);
    assert.ok((await place()) > end);
    await page.evaluate(`document.querySelector('.lines').scrollTop = 100`);
    await answer(opened, ['unseen']);
    assert.equal(await place(), 100);
  });

  it('says what is missing to who may not read it', async () => {
    const opened = await open();
    await answer(opened, [], { kind: 'forbidden', verb: 'get', resource: 'pods/log', namespace: 'kube-system' });
    assert.match(
      await opened.page.locator('#logs-panel').innerText(),
      /your account may not get pods\/log in kube-system.*Ask for the verb get on pods\/log/,
    );
  });

  it('says that a log is empty, and offers to read it again', async () => {
    const opened = await open();
    await answer(opened, [], { kind: 'ended' });
    assert.match(await opened.page.locator('#logs-panel .state').innerText(), /The log is empty/);
    const before = (await questions(opened)).length;
    await opened.page.getByRole('button', { name: 'Read Again' }).click();
    assert.equal((await questions(opened)).length, before + 1);
  });

  it('says where it begins when there may be more before', async () => {
    const opened = await open();
    await answer(
      opened,
      Array.from({ length: 500 }, () => 'x'),
    );
    assert.match(await opened.page.locator('#logs-panel .state').innerText(), /begins 500 lines before the end/);
  });

  it('offers the run before only where there was one', async () => {
    const opened = await open();
    const box = opened.page.getByRole('checkbox', { name: 'Previous run' });
    assert.equal(await box.isDisabled(), true);
  });

  for (const theme of ['light', 'dark', 'hc-light', 'hc-dark'] as const) {
    it(`gives axe nothing to find, ${theme}`, async () => {
      const page = pageStates['failing']?.();
      assert.ok(page);
      const opened = await host().open({ theme });
      await opened.send(show(page));
      await opened.page.getByRole('tab', { name: 'Logs' }).click();
      await answer(opened, ['I1124 plain', 'W1124 10:00:00 warning', 'E1124 10:00:00 error']);
      assert.deepEqual(await violations(opened.page), []);
    });
  }
});
