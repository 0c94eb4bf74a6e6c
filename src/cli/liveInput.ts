import { existsSync } from 'node:fs';
import { kubeconfigSources, loadKubeconfig } from '../cluster/kubeconfig/load.ts';
import { LiveSource } from '../cluster/live/liveSource.ts';
import type { ClusterSource, ConnectionState } from '../cluster/source.ts';
import { interestsOf } from '../inspect/interests.ts';
import { networkCheckInterests } from '../inspect/networkCheck/interests.ts';
import { allKinds, type KindKey } from '../model/kinds.ts';
import type { Interest } from '../model/snapshot.ts';
import { UsageError } from './arguments.ts';
import type { CommandIo, Input } from './io.ts';
import type { CommandName } from './usage.ts';

export interface LiveArguments {
  readonly context: string;
  readonly kubeconfig: string | undefined;
  readonly keepGoing: boolean;
}

/** A large cluster on a slow line takes this long. */
const patienceMs = 120_000;

/**
 * The cluster of a kubeconfig context, read once.
 *
 * @returns `undefined` where it cannot be reached; the reason is on standard error.
 * @throws {UsageError} where there is no such context
 */
export async function readLiveInput(
  command: CommandName,
  { context: name, kubeconfig, keepGoing }: LiveArguments,
  io: CommandIo,
): Promise<Input | undefined> {
  if (kubeconfig !== undefined && !existsSync(kubeconfig)) {
    io.err(`${kubeconfig}: no such file\n`);
    return undefined;
  }
  const env = kubeconfig === undefined ? process.env : { ...process.env, KUBECONFIG: kubeconfig };
  const { contexts, problems } = await loadKubeconfig(kubeconfigSources(env, []));
  for (const { file, message } of problems) io.err(`${file}: ${message}\n`);
  const context = contexts.find((one) => one.name === name);
  if (context === undefined) {
    const known = contexts.map((one) => one.name).join(', ');
    throw new UsageError(
      `There is no context ${name}. ${known === '' ? 'The kubeconfig has none.' : `There is ${known}.`}`,
      command,
    );
  }
  const source = new LiveSource(context, { env });
  const { progress } = io;
  try {
    progress(`connecting to ${name}`);
    await source.connect(AbortSignal.timeout(patienceMs));
    if (source.state.kind !== 'connected') {
      progress('');
      const { proxy } = source.snapshot.connection ?? {};
      const through = proxy === undefined ? '' : ` (through the proxy ${proxy.url}, from ${proxy.from})`;
      io.err(`${name}: ${stateWords(source.state)}${through}\n`);
      return undefined;
    }
    await readAll(source, command, progress);
    progress('');
    return finish(source, keepGoing, io);
  } finally {
    source.dispose();
  }
}

/** What no reading of the policy commands looks at, and may be long. */
const unread: ReadonlySet<KindKey> = new Set<KindKey>(['events', 'configMaps', 'secrets', 'customResourceDefinitions']);

function interestsFor(command: CommandName, source: ClusterSource): readonly Interest[] {
  if (command === 'check') return networkCheckInterests(source.snapshot);
  const inspection = command === 'inspect' || command === 'lint' ? interestsOf(source.snapshot) : [];
  if (command === 'inspect') return inspection;
  return [...allKinds.filter(({ key }) => !unread.has(key)).map(({ key }) => ({ kind: key })), ...inspection];
}

/** Resolves when everything that is needed is known or refused. What is needed depends on what is known. */
async function readAll(source: ClusterSource, command: CommandName, progress: (text: string) => void): Promise<void> {
  const need = source.need(interestsFor(command, source));
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const interests = interestsFor(command, source);
    need.update(interests);
    const pending = interests.filter(({ kind, ...scope }) => {
      const { state } = source.snapshot.knowledge(kind, scope);
      return state === 'loading' || state === 'unread';
    });
    if (pending.length === 0 || Date.now() > deadline || source.state.kind !== 'connected') return;
    progress(`reading ${interests.length - pending.length + 1} of ${interests.length} kinds`);
    await change(source);
  }
}

function change(source: ClusterSource): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const subscription = source.onDidChange(done);
    const timer = setTimeout(done, 1000);
  });
}

function finish(source: ClusterSource, keepGoing: boolean, io: CommandIo): Input | undefined {
  const { snapshot } = source;
  let faulty = false;
  for (const { interest, knowledge } of snapshot.content.reads) {
    if (snapshot.knowledge(interest.kind).state === 'loaded') continue;
    if (knowledge.state === 'forbidden')
      io.err(`note: not allowed to ${knowledge.verb} ${knowledge.resource}; what depends on them cannot be told.\n`);
    else if (knowledge.state === 'unavailable' || knowledge.state === 'loading') {
      const why = knowledge.state === 'unavailable' ? knowledge.reason : `no answer in ${patienceMs / 1000} s`;
      io.err(`${source.name}: ${interest.kind} could not be read: ${why}\n`);
      faulty = true;
    }
  }
  if (!faulty || keepGoing) return { snapshot, faulty, textOf: () => undefined };
  io.err('Nothing was analysed. --keep-going goes on with what could be read.\n');
  return undefined;
}

function stateWords(state: ConnectionState): string {
  switch (state.kind) {
    case 'unauthorized':
      return `signed out: ${state.message}`;
    case 'forbidden':
      return `no access: ${state.verb} ${state.resource}`;
    case 'unreachable':
      return `unreachable: ${state.message}`;
    case 'timed-out':
      return `no answer in ${state.seconds} s`;
    case 'credential-plugin': {
      const hint = state.installHint === undefined ? '' : `\n${state.installHint}`;
      return state.missing
        ? `the credential plugin ${state.command} is not installed${hint}`
        : `the credential plugin ${state.command} failed: ${state.stderr.trim() || state.message}${hint}`;
    }
    case 'certificate':
    case 'invalid':
    case 'failed':
      return state.message;
    case 'not-connected':
    case 'connecting':
      return 'no answer';
    case 'connected':
      return 'connected';
  }
}
