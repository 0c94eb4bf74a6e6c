import { controlPlaneBinaries, type Program } from '../../scripts/tools/controlPlaneBinaries.ts';

/** Builds before the first test, whose time limit knows nothing of compilers. */
export async function mochaGlobalSetup(): Promise<void> {
  const programs: readonly Program[] = [
    'etcd',
    'kube-apiserver',
    'kubectl',
    'kube-controller-manager',
    'kube-scheduler',
    'kwok',
  ];
  await controlPlaneBinaries({ programs, log: (line) => process.stderr.write(`${line}\n`) });
}
