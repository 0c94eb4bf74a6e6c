import { writeFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';

/** What test/bench/listing.bench.ts reads. Megabytes are beyond what VS Code's own extensions hold. */
export interface HostListing {
  readonly open: HostPhase;
  readonly whole: HostPhase;
}

interface HostPhase {
  readonly ms: number;
  /** The longest time for which nothing else in the extension host had its turn, and that in processor time. */
  readonly stallMs: number;
  readonly stallCpuMs: number;
  readonly megabytes: number;
}

const perform = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(command, ...args);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const held = (): number => {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
};

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Measures from now until it is asked. */
function watchStalls(): () => { stallMs: number; stallCpuMs: number } {
  let [beat, cpuBeat, stallMs, stallCpuMs] = [performance.now(), cpuMs(), 0, 0];
  const timer = setInterval(() => {
    const [now, cpuNow] = [performance.now(), cpuMs()];
    const [wall, cpu] = [now - beat - 1, cpuNow - cpuBeat];
    if (cpu > 25) console.log(`stall of ${wall.toFixed(0)} ms, ${cpu.toFixed(0)} ms of processor time`);
    stallMs = Math.max(stallMs, wall);
    stallCpuMs = Math.max(stallCpuMs, cpu);
    [beat, cpuBeat] = [now, cpuNow];
  }, 1);
  return () => {
    clearInterval(timer);
    return { stallMs, stallCpuMs };
  };
}

async function until(what: string, ask: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop-00 }
spec: { podSelector: {}, ingress: [{}] }
`;

/** Opens the cluster in the Clusters view, then a policy that is measured against it, which needs all of its pods. */
async function list(): Promise<HostListing> {
  const extension = vscode.extensions.getExtension('kubernetes-network-inspector.kubernetes-network-inspector');
  if (!extension) throw new Error('The extension is not there');
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const before = held();
  await extension.activate();

  const phase = async (act: () => Promise<void>): Promise<HostPhase> => {
    const began = performance.now();
    const stalls = watchStalls();
    await act();
    const ms = performance.now() - began;
    const stalled = stalls();
    return { ms, ...stalled, megabytes: held() - before };
  };

  let why: vscode.TextDocument | undefined;
  const says = (pattern: RegExp) => (): boolean => pattern.test(why?.getText() ?? '');
  const open = await phase(async () => {
    await perform('networkInspector.clusters.focus');
    await until('the cluster to be explained', async () => {
      await perform('networkInspector.clusters.focus');
      await perform('list.focusFirst');
      await perform('list.toggleSelection');
      void perform('networkInspector.why');
      await new Promise((resolve) => setTimeout(resolve, 300));
      why = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'network-inspector-why');
      if (why === undefined) await perform('workbench.action.closeQuickOpen');
      return why !== undefined;
    });
    await until('the CNI pods', says(/^· pods \[kube-system\] \[k8s-app=canal\]: read$/m));
    // The rows are drawn a moment later.
    await new Promise((resolve) => setTimeout(resolve, 1000));
  });
  const whole = await phase(async () => {
    const document = await vscode.workspace.openTextDocument({ content: policy, language: 'yaml' });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    const picked = perform('networkInspector.choosePolicyCluster');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await perform('workbench.action.acceptSelectedQuickOpenItem');
    await picked;
    await until('all pods', says(/^· pods: read$/m));
    await new Promise((resolve) => setTimeout(resolve, 3000));
  });
  return { open, whole };
}

/** VS Code calls this in its extension host, for test/bench/listing.bench.ts; the current context is the large cluster. */
export async function run(): Promise<void> {
  const file = process.env['TEST_RESULT'];
  const result = await list();
  if (file) await writeFile(file, JSON.stringify(result));
}
