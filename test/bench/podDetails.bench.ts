import { buildAll } from '../../scripts/build.ts';
import { startDemoCluster } from '../../scripts/lib/demoCluster.ts';
import { PodPage } from '../browser/pages/podPage.ts';
import { startWorkbench } from '../browser/startWorkbench.ts';
import type { ControlPlane } from '../control-plane/controlPlane.ts';
import { podNames } from '../control-plane/fill/containers.ts';
import type { Bench } from './bench.ts';

const namespace = 'kube-system';
const linesEachSecond = 10_000;
const seconds = 5;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** What opening a pod's page costs beside `kubectl describe pod` on the same server, and what a quick log does to it. */
export const bench: Bench = {
  name: 'podDetails',
  async run(report) {
    // As it is shipped.
    await buildAll({ extensionOnly: true, forPackage: true });
    const plane = await startDemoCluster();
    try {
      const running = await startWorkbench({
        kubeconfig: plane.kubeconfig,
        size: { width: 1600, height: 1000 },
        otherExtensions: ['test/bench/bareWebview'],
      });
      try {
        const { workbench } = running;
        const tree = workbench.tree('Clusters');
        const page = new PodPage(workbench.webview());
        await workbench.showContainer('Network Inspector');
        await workbench.widenSideBar(480);
        await tree.expand('control-plane', 'Canal', 'canal');
        const pods = await podNames(plane, namespace, 'k8s-app=canal');
        // Read in the browser, so that how the browser is driven does not count.
        await running.page.evaluate(
          `addEventListener('click', ({ timeStamp }) => { clickedAt = performance.timeOrigin + timeStamp; }, true)`,
        );
        const opened: number[] = [];
        const turned: number[] = [];
        const bare: number[] = [];
        const described: number[] = [];
        const open = async (pod: string, button: string, painted: () => Promise<number>): Promise<number> => {
          const row = await tree.find('canal', pod);
          await row.hover();
          await workbench.waitUntilIdle(300);
          await row.locator(`.actions .action-label[aria-label^="${button}"]`).click();
          return (await painted()) - (await running.page.evaluate<number>('clickedAt'));
        };
        const openPage = (pod: string): Promise<number> =>
          open(pod, 'Open Pod Details', async () => {
            await page.waitFor(pod);
            await page.section('Containers').waitFor();
            return paintedAt(page);
          });
        for (const pod of pods) {
          opened.push(await openPage(pod));
          await workbench.runCommand('View: Close All Editors');
          const began = performance.now();
          await plane.kubectl(['-n', namespace, 'describe', 'pod', pod]);
          described.push(performance.now() - began);
          bare.push(await open(pod, 'Open Bare Webview', () => paintedAt(page)));
          await workbench.runCommand('View: Close All Editors');
        }
        // From one pod to the next, as who looks for the one that is ill: the page stays.
        const [start = ''] = pods.slice(-1);
        await openPage(start);
        for (const pod of pods) turned.push(await openPage(pod));
        const [first = NaN] = opened;
        const list = (values: readonly number[]): string => values.map((ms) => ms.toFixed(0)).join(', ');
        console.error(
          `opened: ${list(opened)} ms; next: ${list(turned)} ms; described: ${list(described)} ms; an empty page: ${list(bare)} ms`,
        );
        report({
          name: 'pod details: open the next pod → painted, to kubectl describe',
          value: median(turned) / median(described),
          unit: '×',
          goal: 1,
          better: 'lower',
          against: `kubectl describe pod: ${median(described).toFixed(0)} ms; the page: ${median(turned).toFixed(0)} ms`,
        });
        report({
          name: 'pod details: open the first page → painted, to kubectl describe',
          value: median(opened) / median(described),
          unit: '×',
          goal: 1,
          better: 'lower',
          against: `kubectl describe pod: ${median(described).toFixed(0)} ms; an empty webview: ${(median(bare) / median(described)).toFixed(1)} ×`,
        });
        report({
          name: 'pod details: open the first page → painted, to an empty webview',
          value: median(opened) / median(bare),
          unit: '×',
          goal: 1.3,
          better: 'lower',
          against: `an empty webview: ${median(bare).toFixed(0)} ms`,
        });
        report({
          name: 'pod details: open the first page → painted',
          value: median(opened),
          unit: 'ms',
          goal: 500,
          better: 'lower',
          against: `the first time, with loading: ${first.toFixed(0)} ms`,
        });

        const [pod = ''] = pods;
        await plane.kubelet?.setLog({ namespace, pod, container: 'calico-node' }, ['first line']);
        await tree.pressInline('Open Pod Details', 'canal', pod);
        await page.waitFor(pod);
        await page.showLogs();
        await page.logLines.filter({ hasText: 'first line' }).waitFor();
        const stall = await stallWhile(page, () => writeLog(plane, pod));
        await page.logLines.filter({ hasText: `line ${String(linesEachSecond * seconds - 1)} ` }).waitFor();
        report({
          name: `pod details: stall at ${String(linesEachSecond)} log lines a second`,
          value: stall,
          unit: 'ms',
          goal: 100,
          better: 'lower',
          against: '',
        });
        report({
          name: 'pod details: log lines in the page after it',
          value: await page.logLines.count(),
          unit: '',
          goal: 2000,
          better: 'lower',
          against: `${String(linesEachSecond * seconds)} lines written`,
        });
      } finally {
        await running.close();
      }
    } finally {
      await plane.stop();
    }
  },
};

const bodyOf = (page: PodPage) =>
  page.header.page().frameLocator('iframe.webview.ready').first().frameLocator('iframe#active-frame').locator('body');

/** When the page had been drawn with the pod in it, in milliseconds since the epoch. */
async function paintedAt(page: PodPage): Promise<number> {
  return bodyOf(page).evaluate(async () => {
    let mark: { readonly startTime: number } | undefined;
    while ((mark = performance.getEntriesByName('painted')[0]) === undefined)
      await new Promise((resolve) => setTimeout(resolve, 5));
    return performance.timeOrigin + mark.startTime;
  });
}

/** The longest time for which nothing else had its turn in the page. */
async function stallWhile(page: PodPage, action: () => Promise<void>): Promise<number> {
  const element = bodyOf(page);
  await element.evaluate(() => {
    const scope = globalThis as unknown as { longest: number };
    scope.longest = 0;
    let last = performance.now();
    const beat = (): void => {
      const now = performance.now();
      scope.longest = Math.max(scope.longest, now - last);
      last = now;
      setTimeout(beat, 0);
    };
    beat();
  });
  await action();
  return element.evaluate(() => (globalThis as unknown as { longest: number }).longest);
}

async function writeLog(plane: ControlPlane, pod: string): Promise<void> {
  const tenth = linesEachSecond / 10;
  const began = performance.now();
  for (let batch = 0; batch < seconds * 10; batch++) {
    const lines = Array.from(
      { length: tenth },
      (_, index) =>
        `I1124 10:00:00.000000 1 felix.go:211] line ${String(batch * tenth + index)} of a log that is quick`,
    );
    await plane.kubelet?.appendLog({ namespace, pod, container: 'calico-node' }, lines);
    const wait = (batch + 1) * 100 - (performance.now() - began);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
