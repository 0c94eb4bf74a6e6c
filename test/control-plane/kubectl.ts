import { spawn } from 'node:child_process';
import { isObject, objectAt, stringAt } from '../../src/model/json.ts';
import { onPath } from '../../scripts/tools/controlPlaneBinaries.ts';

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
}

export interface KubectlOptions {
  /** Another user's; the cluster administrator's when absent. */
  readonly kubeconfig?: string;
  /** Standard input, for `-f -`. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** After which it is ended, and the code is null. Two minutes when absent. */
  readonly timeoutMs?: number;
}

export function runKubectl(
  program: string,
  args: readonly string[],
  options: KubectlOptions & { readonly kubeconfig: string },
): Promise<KubectlResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, KUBECONFIG: options.kubeconfig },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      ...(options.signal && { signal: options.signal }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ stdout, stderr, code });
    });
    // kubectl may end before it has read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/**
 * The machine's kubectl, if it is within one minor version of the server: kubectl is supported no further apart
 * (https://kubernetes.io/releases/version-skew-policy/#kubectl), and what it prints is what the tests compare with.
 */
export async function kubectlOfTheMachine(serverVersion: string): Promise<string | undefined> {
  const program = await onPath('kubectl');
  if (program === undefined) return undefined;
  const { stdout } = await runKubectl(program, ['version', '--client', '-o', 'json'], { kubeconfig: '' });
  try {
    const answer: unknown = JSON.parse(stdout);
    const version = isObject(answer) ? stringAt(objectAt(answer, 'clientVersion'), 'gitVersion') : undefined;
    return Math.abs(minor(version) - minor(serverVersion)) <= 1 ? program : undefined;
  } catch {
    return undefined;
  }
}

const minor = (version: string | undefined): number => Number(/^v1\.(\d+)\./.exec(version ?? '')?.[1] ?? Number.NaN);
