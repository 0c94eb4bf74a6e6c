import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { keep } from '../lib/keep.ts';
import { withLock } from './buildLock.ts';
import { cacheFolder } from './cacheFolder.ts';

/** What a control plane is made of. */
export type Program = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl' | 'kwok';

interface Recipe {
  readonly package: string;
  /** What a build takes on two cores when nothing has been compiled before, to tell a waiting user. */
  readonly coldSeconds: number;
}

/** In the order of building: what the smallest control plane needs comes first. */
const recipes: Readonly<Record<Program, Recipe>> = {
  etcd: { package: 'go.etcd.io/etcd/server/v3', coldSeconds: 15 },
  'kube-apiserver': { package: 'k8s.io/kubernetes/cmd/kube-apiserver', coldSeconds: 270 },
  kubectl: { package: 'k8s.io/kubernetes/cmd/kubectl', coldSeconds: 25 },
  'kube-controller-manager': { package: 'k8s.io/kubernetes/cmd/kube-controller-manager', coldSeconds: 65 },
  'kube-scheduler': { package: 'k8s.io/kubernetes/cmd/kube-scheduler', coldSeconds: 10 },
  kwok: { package: 'sigs.k8s.io/kwok/cmd/kwok', coldSeconds: 65 },
};

/** The programs that a setup-envtest folder holds. */
const inAssets: ReadonlySet<Program> = new Set<Program>(['etcd', 'kube-apiserver', 'kubectl']);

export type BinariesFailure = 'go-missing' | 'go-too-old' | 'source-unreachable' | 'build-failed' | 'assets-incomplete';

export class BinariesError extends Error {
  override readonly name = 'BinariesError';
  readonly reason: BinariesFailure;

  constructor(reason: BinariesFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface Binaries {
  /** The file of each program that was asked for. */
  path(program: Program): string;
  /** kwok's own descriptions of how a simulated node or pod comes to life, by path: `pod/fast/pod-ready.yaml`. */
  stage(path: string): string;
  /** Of the go.mod, such as `v1.36.3`. A server from `KUBEBUILDER_ASSETS` may be another. */
  readonly kubernetesVersion: string;
}

export interface BinariesOptions {
  readonly programs: readonly Program[];
  /** Called with one line at a time while something is built. */
  readonly log?: (line: string) => void;
}

const module = join(import.meta.dirname, '../../test/control-plane');

/**
 * The programs of a control plane: from the folder in `KUBEBUILDER_ASSETS` as far as it has them, else built by Go from
 * the versions in test/control-plane/go.mod, once. What has been built stays in the user's cache directory; a build
 * that was interrupted goes on where it was, because each finished program is kept and Go keeps what it compiled.
 * @throws {BinariesError} with words for the user.
 */
export async function controlPlaneBinaries(options: BinariesOptions): Promise<Binaries> {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  const fromAssets = (program: Program): boolean => Boolean(assets) && inAssets.has(program);
  const source = await readSource();
  const wanted = Object.keys(recipes)
    .filter(isProgram)
    .filter((program) => options.programs.includes(program));

  for (const program of wanted)
    if (assets && fromAssets(program) && !(await isExecutable(join(assets, executable(program)))))
      throw new BinariesError(
        'assets-incomplete',
        `KUBEBUILDER_ASSETS names ${assets}, which has no ${program}. Unset it to build ${program} with Go, or run ` +
          'setup-envtest again.',
      );

  const built = wanted.filter((program) => !fromAssets(program));
  const folder = built.length > 0 ? await ensureBuilt(built, source, options.log ?? (() => undefined)) : '';
  return {
    path: (program) => join(assets && fromAssets(program) ? assets : folder, executable(program)),
    stage: (path) => join(folder, 'stages', path),
    kubernetesVersion: source.kubernetesVersion,
  };
}

/** The first executable of that name on PATH. */
export async function onPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, executable(program));
    if (folder && (await isExecutable(file))) return file;
  }
  return undefined;
}

interface Source {
  readonly kubernetesVersion: string;
  /** Of everything that decides what is built, but Go itself. */
  readonly digest: string;
}

async function readSource(): Promise<Source> {
  const goMod = await readFile(join(module, 'go.mod'), 'utf8');
  const goSum = await readFile(join(module, 'go.sum'), 'utf8');
  const version = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error(`${module}/go.mod does not require k8s.io/kubernetes.`);
  const digest = createHash('sha256').update(goMod).update(goSum).update(linkerFlags(version)).digest('hex');
  return { kubernetesVersion: version, digest: digest.slice(0, 12) };
}

/** A server that was linked without its version says v0.0.0, and kubectl then warns about it at every call. */
function linkerFlags(version: string): string {
  const [major, minor] = version.slice(1).split('.');
  const variables = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const set = Object.entries(variables).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ['-s -w', ...set].join(' ');
}

async function ensureBuilt(programs: readonly Program[], source: Source, log: (line: string) => void): Promise<string> {
  const root = join(cacheFolder(), 'control-plane');
  const go = await findGo();
  const prefix = `${source.digest}-${process.platform}-${process.arch}-`;
  const folder = join(root, prefix + (go?.version ?? ''));
  const missing = (where: string): Promise<readonly Program[]> => missingFrom(where, programs);

  if (go === undefined) {
    // What was built before Go went away is as good as ever.
    for (const name of await readdir(root).catch((): string[] => []))
      if (name.startsWith(prefix) && (await missing(join(root, name))).length === 0) return join(root, name);
    throw new BinariesError(
      'go-missing',
      `${programs.join(', ')} must be built with Go, and there is no go on the PATH. Install Go 1.26 or newer from ` +
        'https://go.dev/doc/install.' +
        (programs.every((program) => inAssets.has(program))
          ? ' Or set KUBEBUILDER_ASSETS to a folder made by setup-envtest.'
          : ''),
    );
  }
  if ((await missing(folder)).length === 0) return folder;

  return await withLock(
    join(root, `${prefix}${go.version}.lock`),
    (holder) => {
      log(`Waiting for process ${holder}, which is building the control plane.`);
    },
    async () => {
      await mkdir(folder, { recursive: true });
      // Left by a build that was killed.
      for (const name of await readdir(folder))
        if (name.startsWith('.')) await rm(join(folder, name), { recursive: true, force: true });
      const todo = await missing(folder);
      const minutes = Math.ceil(todo.reduce((sum, program) => sum + recipes[program].coldSeconds, 0) / 60);
      if (todo.length > 0)
        log(
          `Building for Kubernetes ${source.kubernetesVersion}: ${todo.join(', ')} with ${go.version} into ${folder}. The first ` +
            `time this takes about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}; it is kept for the next.`,
        );
      for (const [index, program] of todo.entries())
        await build(program, `${index + 1} of ${todo.length}`, folder, source, go, log);
      return folder;
    },
  );
}

async function missingFrom(folder: string, programs: readonly Program[]): Promise<readonly Program[]> {
  const missing: Program[] = [];
  for (const program of programs) if (!(await isExecutable(join(folder, executable(program))))) missing.push(program);
  return missing;
}

async function build(
  program: Program,
  place: string,
  folder: string,
  source: Source,
  go: Go,
  log: (line: string) => void,
): Promise<void> {
  const started = Date.now();
  const recipe = recipes[program];
  log(
    `${program} (${place}): building; ${duration(recipe.coldSeconds)} on two idle cores when nothing is compiled yet.`,
  );
  let compiled = 0;
  const beat = setInterval(() => {
    log(`${program} (${place}): ${compiled} packages compiled, ${duration((Date.now() - started) / 1000)} so far.`);
  }, 15_000);
  const unfinished = join(folder, `.${program}.${process.pid}`);
  try {
    // -v names each package as it is compiled; downloads are reported on the same stream.
    const flags = ['-v', '-trimpath', '-buildvcs=false', '-ldflags', linkerFlags(source.kubernetesVersion)];
    await runGo(go, ['build', ...flags, '-o', unfinished, recipe.package], (line) => {
      if (!line.startsWith('go: ')) compiled += 1;
    });
    if (program === 'kwok') await copyStages(go, folder);
    await rename(unfinished, join(folder, executable(program)));
  } finally {
    clearInterval(beat);
    await rm(unfinished, { force: true });
  }
  log(`${program} (${place}): built in ${duration((Date.now() - started) / 1000)}.`);
}

async function copyStages(go: Go, folder: string): Promise<void> {
  const kwok = (await runGo(go, ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'])).trim();
  const from = join(kwok, 'kustomize', 'stage');
  const unfinished = join(folder, `.stages.${process.pid}`);
  // Written anew, not copied: files and folders of Go's module cache are read-only, and nobody could remove the copies.
  for (const path of await readdir(from, { recursive: true })) {
    if (!path.endsWith('.yaml') || path.includes('testdata')) continue;
    await mkdir(dirname(join(unfinished, path)), { recursive: true });
    await writeFile(join(unfinished, path), await readFile(join(from, path)));
  }
  await rm(join(folder, 'stages'), { recursive: true, force: true });
  await rename(unfinished, join(folder, 'stages'));
}

interface Go {
  readonly path: string;
  /** Such as `go1.26.8`; of the toolchain that the go.mod selects. */
  readonly version: string;
}

async function findGo(): Promise<Go | undefined> {
  const path = await onPath('go');
  if (path === undefined) return undefined;
  const version = (await runGo({ path, version: 'unknown' }, ['env', 'GOVERSION'])).trim();
  return { path, version };
}

/** Runs go in the module, with nothing but its own settings deciding, and gives its standard output. */
async function runGo(
  go: Go,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<string> {
  const child = spawn(go.path, args, {
    cwd: module,
    stdio: ['ignore', 'pipe', 'pipe'],
    // No C compiler is needed, and no workspace or flag of the user's changes what is built.
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    detached: true,
  });
  const release = keep(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-20_000);
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(release);
  if (code === 0) return stdout;
  throw goFailure(args, stderr);
}

function goFailure(args: readonly string[], stderr: string): BinariesError {
  const tail = stderr.trim().split('\n').slice(-12).join('\n');
  if (/go\.mod requires go >=|toolchain not available|download go\d/.test(stderr))
    return new BinariesError(
      'go-too-old',
      `The Go on this machine is older than the control plane needs, and a newer one could not be fetched:\n${tail}`,
    );
  if (/(Get|reading) "?https?:\/\/|GOPROXY|module lookup disabled/.test(stderr))
    return new BinariesError(
      'source-unreachable',
      `Go could not fetch a module (see "go env GOPROXY"). What was fetched and built is kept; run it again when the ` +
        `module proxy answers:\n${tail}`,
    );
  return new BinariesError('build-failed', `go ${args[0] ?? ''} failed:\n${tail}`);
}

const isProgram = (name: string): name is Program => name in recipes;
const executable = (program: string): string => (process.platform === 'win32' ? `${program}.exe` : program);

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const duration = (seconds: number): string => {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
};
