import { fork } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { buildWorkbenchTests } from '../../scripts/lib/buildTests.ts';
import { runInExtensionHost } from '../../scripts/lib/extensionHost.ts';
import { stagePackage } from '../../scripts/lib/stage.ts';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { fillLargeCluster } from '../control-plane/fill/largeCluster.ts';
import type { HostListing } from '../workbench/listing.bench.ts';
import type { Bench } from './bench.ts';
import type { ListingMode, ListingResult } from './listingProcess.ts';

const runs = 3;
const nodes = 5_000;
const pods = 50_000;

/** What a cluster of 5,000 nodes and 50,000 pods costs the process that reads it. */
export const bench: Bench = {
  name: 'listing',
  async run(report) {
    const plane = await startControlPlane({ simulate: false });
    try {
      console.error(`filling a cluster with ${nodes} nodes and ${pods} pods`);
      await fillLargeCluster(plane, { nodes, pods, broken: 3 });

      // Side by side, so that what else the machine does hits both alike.
      const ours: number[] = [];
      const kubectl: number[] = [];
      for (let run = 0; run < runs; run++) {
        kubectl.push(await kubectlMs(plane));
        ours.push((await read(plane, 'cni')).ms);
      }
      const [best, bestOfKubectl] = [Math.min(...ours), Math.min(...kubectl)];
      report({
        name: 'listing: open cluster → CNI pods, 5,000 nodes',
        value: best / bestOfKubectl,
        unit: '×',
        goal: 1.2,
        better: 'lower',
        against: `kubectl get pods -n kube-system -l k8s-app=canal -o wide: ${Math.round(bestOfKubectl)} ms`,
      });

      const whole: ListingResult[] = [];
      for (let run = 0; run < runs; run++) whole.push(await read(plane, 'whole'));
      const lower = { better: 'lower', against: '' } as const;
      const wall = Math.min(...whole.map(({ stallMs }) => stallMs));
      const [load = 0] = loadavg();
      report({
        name: 'listing: longest event-loop stall, 50,000 pods',
        // Processor time of the main thread: by the wall clock a busy machine measures mostly itself.
        value: Math.min(...whole.map(({ stallCpuMs }) => stallCpuMs)),
        unit: 'ms',
        goal: 50,
        better: 'lower',
        against: `by the wall clock ${Math.round(wall)} ms, with ${load.toFixed(1)} processes for ${availableParallelism()} processors`,
      });
      report({
        ...lower,
        name: 'listing: memory with 5,000 nodes and 50,000 pods',
        value: Math.min(...whole.map(({ megabytes }) => megabytes)),
        unit: 'MB',
        goal: 150,
      });

      const inHost = [await readInExtensionHost(plane), await readInExtensionHost(plane)];
      const least = (of: (host: HostListing) => number): number => Math.min(...inHost.map(of));
      const stall = 'listing: longest stall of the extension host';
      report({
        ...lower,
        name: `${stall}, opening the cluster`,
        value: least(({ open }) => open.stallCpuMs),
        unit: 'ms',
        goal: 50,
      });
      report({
        ...lower,
        name: `${stall}, 50,000 pods`,
        value: least(({ whole }) => whole.stallCpuMs),
        unit: 'ms',
        goal: 50,
      });
      report({
        ...lower,
        name: 'listing: memory of the extension host',
        value: least(({ whole }) => whole.megabytes),
        unit: 'MB',
        goal: 150,
      });
    } finally {
      await plane.stop();
    }
  },
};

/** The same, as the extension does it in VS Code: the Clusters view is open, and a policy is measured against the cluster. */
async function readInExtensionHost(plane: ControlPlane): Promise<HostListing> {
  const { folder } = await stagePackage();
  const result = await runInExtensionHost({
    testsPath: join(await buildWorkbenchTests(), '..', 'listing.bench.js'),
    extensionFolder: folder,
    settings: { 'networkInspector.autoConnect': 'current' },
    env: { KUBECONFIG: plane.kubeconfig },
  });
  console.error(`in the extension host: ${JSON.stringify(result)}`);
  if (!isHostListing(result))
    throw new Error('The extension host has measured nothing; see test-output/extension-host.log');
  return result;
}

const isHostListing = (value: unknown): value is HostListing =>
  typeof value === 'object' && value !== null && 'open' in value && 'whole' in value;

async function kubectlMs(plane: ControlPlane): Promise<number> {
  const began = performance.now();
  const { stdout, stderr } = await plane.kubectl('get pods -n kube-system -l k8s-app=canal -o wide'.split(' '));
  const ms = performance.now() - began;
  const lines = stdout.trimEnd().split('\n').length - 1;
  if (lines !== nodes) throw new Error(`kubectl printed ${lines} pods: ${stderr}`);
  return ms;
}

function read(plane: ControlPlane, mode: ListingMode): Promise<ListingResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'listingProcess.ts'), [plane.kubeconfig, mode], {
      execArgv: ['--expose-gc'],
    });
    let result: ListingResult | undefined;
    child.on('message', (message: ListingResult) => {
      result = message;
      console.error(`${mode}: ${JSON.stringify(message)}`);
    });
    child.on('exit', (code) => {
      if (result === undefined) reject(new Error(`the reading process ended with ${String(code)}`));
      else resolve(result);
    });
  });
}
