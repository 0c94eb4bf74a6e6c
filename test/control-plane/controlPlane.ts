import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Binaries, controlPlaneBinaries, type Program } from '../../scripts/tools/controlPlaneBinaries.ts';
import { isObject, stringAt } from '../../src/model/json.ts';
import { ApiClient } from './apiClient.ts';
import { CertificateAuthority, type KeyPair, signingKeyPair } from './certificates.ts';
import { Component, type ComponentName, type Keeper } from './component.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { kubectlOfTheMachine, type KubectlOptions, type KubectlResult, runKubectl } from './kubectl.ts';
import { EtcdClient } from './etcdClient.ts';
import { frontProxyHeaders, frontProxyName } from './frontProxy.ts';
import { freePorts } from './ports.ts';
import { SimulatedKubelet } from './simulatedKubelet.ts';
import { TokenAuthority } from './tokens.ts';
import { createUser, type User, type UserOptions } from './users.ts';

export interface ControlPlaneOptions {
  /**
   * True when absent: a controller manager, a scheduler and kwok run too, so that DaemonSets get their pods and pods of
   * simulated nodes run. False: etcd and the API server alone, which is quicker and leaves alone whatever is written,
   * as large clusters for measuring want it.
   */
  readonly simulate?: boolean;
  /** Of all pods; each simulated node gets a /24 of it. `10.244.0.0/16` when absent, which is 256 nodes. */
  readonly clusterCidr?: string;
  /** Called with one line at a time while binaries are built. To standard error when absent. */
  readonly log?: (line: string) => void;
}

/** A Kubernetes API server on loopback with whatever stands behind it, for this process alone. */
export interface ControlPlane {
  /** `https://127.0.0.1:PORT`; the same after a restart. */
  readonly server: string;
  /** As the server reports it, such as `v1.36.3`. */
  readonly version: string;
  /** Signs every certificate here: that of the API server, of users, and of a proxy in front. */
  readonly authority: CertificateAuthority;
  readonly tokens: TokenAuthority;
  /** The path of the cluster administrator's kubeconfig; its context is called `control-plane`. */
  readonly kubeconfig: string;
  /** The administrator's client certificate. */
  readonly administrator: KeyPair;
  /** As the administrator. */
  readonly api: ApiClient;
  /** Behind the API server's back. */
  readonly etcd: EtcdClient;
  readonly kubectlProgram: string;
  /** Private to this control plane, and gone after `stop`. Tests may put files there. */
  readonly folder: string;
  /** What answers for logs and exec of simulated pods; absent without simulation. */
  readonly kubelet: SimulatedKubelet | undefined;

  /** Never rejects because of an exit code. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** To kill, pause or restart one of them. @throws when it is not part of this control plane. */
  component(name: ComponentName): Component;
  createUser(name: string, options?: UserOptions): Promise<User>;
  /** Ends every process and removes the folder. May be called twice. */
  stop(): Promise<void>;
}

const smallest: readonly Program[] = ['etcd', 'kube-apiserver'];
const simulation: readonly Program[] = ['kube-controller-manager', 'kube-scheduler', 'kwok'];
const serviceCidr = '10.96.0.0/12';

/**
 * Builds what is missing (minutes, the first time) and starts a control plane (seconds). It ends when `stop` is called,
 * or when this process ends in whatever way.
 * @throws {BinariesError} when its programs cannot be had.
 * @throws {ComponentError} when one does not start, with the end of its log.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const log = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  const simulate = options.simulate ?? true;
  const programs = [...smallest, ...(simulate ? simulation : [])];
  const binaries = await controlPlaneBinaries({ programs, log });
  const kubectlProgram = await findKubectl(binaries, log);
  const folder = await mkdtemp(join(tmpdir(), 'control-plane-'));
  const keeper = startKeeper(folder);
  const components = new Map<ComponentName, Component>();
  const authority = new CertificateAuthority('control-plane');
  const tokens = new TokenAuthority(authority.issue({ commonName: 'tokens', hosts: ['127.0.0.1'] }));
  const administrator = authority.issue({ commonName: 'administrator', organizations: ['system:masters'] });
  const closing: (() => void)[] = [];

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    for (const close of closing) close();
    tokens.close();
    // Nothing here is to be kept, so there is no need to wait for anyone to say goodbye.
    await Promise.all([...components.values()].map((component) => component.kill()));
    keeper.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };

  try {
    const [etcdPort = 0, peerPort = 0, apiPort = 0, managerPort = 0, schedulerPort = 0, kwokPort = 0] =
      await freePorts(6);
    const server = `https://127.0.0.1:${apiPort}`;
    const api = new ApiClient({ server, certificateAuthority: authority.certificate, credentials: administrator });
    closing.push(() => {
      api.close();
    });
    const files = await writeFiles(folder, authority, await tokens.listen());
    const kubeconfig = join(folder, 'administrator.kubeconfig');
    const entry = { name: 'control-plane', server, certificateAuthority: authority.certificate };
    await writeKubeconfig(kubeconfig, [{ ...entry, credential: { kind: 'certificate', pair: administrator } }]);

    const add = (name: ComponentName, args: readonly string[], isReady: () => Promise<boolean>): Component => {
      const component = new Component({ name, program: binaries.path(name), args, folder, isReady, keeper });
      components.set(name, component);
      return component;
    };
    const answers = (url: string) => () => isOk(url, authority, administrator);

    const etcdUrl = `https://127.0.0.1:${etcdPort}`;
    const etcd = new EtcdClient(etcdUrl, authority.certificate, administrator);
    closing.push(() => {
      etcd.close();
    });
    await add(
      'etcd',
      etcdArgs(folder, files, etcdUrl, `https://127.0.0.1:${peerPort}`),
      answers(`${etcdUrl}/health`),
    ).start();
    await add('kube-apiserver', apiServerArgs(folder, files, etcdUrl, apiPort), answers(`${server}/readyz`)).start();

    let kubelet: SimulatedKubelet | undefined;
    if (simulate) {
      const cluster = { folder, files, authority, server };
      const manager = add(
        'kube-controller-manager',
        await managerArgs(cluster, managerPort, options.clusterCidr ?? '10.244.0.0/16'),
        answers(`https://127.0.0.1:${managerPort}/healthz`),
      );
      const scheduler = add(
        'kube-scheduler',
        await schedulerArgs(cluster, schedulerPort),
        answers(`https://127.0.0.1:${schedulerPort}/healthz`),
      );
      kubelet = new SimulatedKubelet(folder, (path) => binaries.stage(path));
      await kubelet.writeConfiguration();
      const kwok = add(
        'kwok',
        kwokArgs(files, kubeconfig, kubelet.configurationFile, kwokPort),
        answers(`https://127.0.0.1:${kwokPort}/healthz`),
      );
      kubelet.attach(kwok);
      await Promise.all([manager.start(), scheduler.start(), kwok.start()]);
    }

    const found = await api.get('/version');
    return {
      server,
      version: (isObject(found) && stringAt(found, 'gitVersion')) || 'unknown',
      authority,
      tokens,
      kubeconfig,
      administrator,
      api,
      etcd,
      kubectlProgram,
      folder,
      kubelet,
      kubectl: (args, kubectlOptions) => runKubectl(kubectlProgram, args, { kubeconfig, ...kubectlOptions }),
      component: (name) => {
        const component = components.get(name);
        if (!component) throw new Error(`This control plane has no ${name}.`);
        return component;
      },
      createUser: (name, userOptions) => createUser({ api, authority, tokens, server, folder }, name, userOptions),
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function findKubectl(binaries: Binaries, log: (line: string) => void): Promise<string> {
  if (!process.env['KUBEBUILDER_ASSETS']) {
    const found = await kubectlOfTheMachine(binaries.kubernetesVersion);
    if (found !== undefined) return found;
  }
  return (await controlPlaneBinaries({ programs: ['kubectl'], log })).path('kubectl');
}

interface RunningKeeper extends Keeper {
  close(): void;
}

function startKeeper(folder: string): RunningKeeper {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts'), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const input = child.stdin;
  if ('unref' in input && typeof input.unref === 'function') input.unref();
  input.on('error', () => undefined);
  return {
    watch: (group) => input.write(`+${group}\n`),
    forget: (group) => input.write(`-${group}\n`),
    close: () => input.end(),
  };
}

interface Files {
  readonly authority: string;
  /** One pair for all servers; it is good for `127.0.0.1` and `localhost`, and as a client of the others. */
  readonly certificate: string;
  readonly key: string;
  readonly accountPublicKey: string;
  readonly accountPrivateKey: string;
  readonly tokenReview: string;
}

async function writeFiles(folder: string, authority: CertificateAuthority, tokensUrl: string): Promise<Files> {
  const pair = authority.issue({
    commonName: 'kubernetes',
    organizations: ['system:masters'],
    hosts: ['127.0.0.1', 'localhost', 'kubernetes.default.svc'],
  });
  const accounts = signingKeyPair();
  const write = async (name: string, content: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, content, { mode: 0o600 });
    return file;
  };
  const tokenReview = join(folder, 'token-review.kubeconfig');
  await writeKubeconfig(tokenReview, [
    {
      name: 'tokens',
      server: tokensUrl,
      certificateAuthority: authority.certificate,
      credential: { kind: 'none' },
    },
  ]);
  return {
    authority: await write('ca.crt', authority.certificate),
    certificate: await write('server.crt', pair.certificate),
    key: await write('server.key', pair.key),
    accountPublicKey: await write('accounts.pub', accounts.publicKey),
    accountPrivateKey: await write('accounts.key', accounts.privateKey),
    tokenReview,
  };
}

/** Without fsync: what is written here need not survive a power failure. */
const etcdArgs = (folder: string, files: Files, clientUrl: string, peerUrl: string): readonly string[] => [
  `--data-dir=${join(folder, 'etcd')}`,
  `--listen-client-urls=${clientUrl}`,
  `--advertise-client-urls=${clientUrl}`,
  `--listen-peer-urls=${peerUrl}`,
  `--initial-advertise-peer-urls=${peerUrl}`,
  `--initial-cluster=default=${peerUrl}`,
  `--cert-file=${files.certificate}`,
  `--key-file=${files.key}`,
  '--client-cert-auth=true',
  `--trusted-ca-file=${files.authority}`,
  `--peer-cert-file=${files.certificate}`,
  `--peer-key-file=${files.key}`,
  `--peer-trusted-ca-file=${files.authority}`,
  '--unsafe-no-fsync=true',
  '--quota-backend-bytes=4294967296',
  '--max-request-bytes=16777216',
  '--log-level=warn',
];

const apiServerArgs = (folder: string, files: Files, etcdUrl: string, port: number): readonly string[] => [
  `--etcd-servers=${etcdUrl}`,
  `--etcd-cafile=${files.authority}`,
  `--etcd-certfile=${files.certificate}`,
  `--etcd-keyfile=${files.key}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${port}`,
  // A loopback address may not become an endpoint of the Service `kubernetes`; nothing connects to this one (RFC 5737).
  '--advertise-address=192.0.2.1',
  `--cert-dir=${join(folder, 'generated')}`,
  `--tls-cert-file=${files.certificate}`,
  `--tls-private-key-file=${files.key}`,
  `--client-ca-file=${files.authority}`,
  '--authorization-mode=RBAC',
  '--allow-privileged=true',
  `--service-cluster-ip-range=${serviceCidr}`,
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${files.accountPublicKey}`,
  `--service-account-signing-key-file=${files.accountPrivateKey}`,
  `--authentication-token-webhook-config-file=${files.tokenReview}`,
  '--authentication-token-webhook-version=v1',
  '--authentication-token-webhook-cache-ttl=0s',
  // The fault proxy tells by header who its client is.
  `--requestheader-client-ca-file=${files.authority}`,
  `--requestheader-allowed-names=${frontProxyName}`,
  `--requestheader-username-headers=${frontProxyHeaders.user}`,
  `--requestheader-group-headers=${frontProxyHeaders.group}`,
  '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  // Logs and exec of simulated nodes. Their InternalDNS is localhost, so that their other addresses can look real.
  '--kubelet-preferred-address-types=InternalDNS',
  `--kubelet-certificate-authority=${files.authority}`,
  `--kubelet-client-certificate=${files.certificate}`,
  `--kubelet-client-key=${files.key}`,
];

interface Cluster {
  readonly folder: string;
  readonly files: Files;
  readonly authority: CertificateAuthority;
  readonly server: string;
}

/** A kubeconfig for a component, under the name that the API server's own roles are made for. */
async function componentKubeconfig(cluster: Cluster, user: string): Promise<string> {
  const file = join(cluster.folder, `${user.replace('system:', '')}.kubeconfig`);
  const pair = cluster.authority.issue({ commonName: user });
  await writeKubeconfig(file, [
    {
      name: user,
      server: cluster.server,
      certificateAuthority: cluster.authority.certificate,
      credential: { kind: 'certificate', pair },
    },
  ]);
  return file;
}

const servingArgs = (files: Files, kubeconfig: string, port: number): readonly string[] => [
  `--kubeconfig=${kubeconfig}`,
  `--authentication-kubeconfig=${kubeconfig}`,
  `--authorization-kubeconfig=${kubeconfig}`,
  '--bind-address=127.0.0.1',
  `--secure-port=${port}`,
  `--tls-cert-file=${files.certificate}`,
  `--tls-private-key-file=${files.key}`,
  '--leader-elect=false',
  '--kube-api-qps=1000',
  '--kube-api-burst=2000',
];

async function managerArgs(cluster: Cluster, port: number, clusterCidr: string): Promise<readonly string[]> {
  const kubeconfig = await componentKubeconfig(cluster, 'system:kube-controller-manager');
  return [
    ...servingArgs(cluster.files, kubeconfig, port),
    '--allocate-node-cidrs=true',
    `--cluster-cidr=${clusterCidr}`,
    `--service-cluster-ip-range=${serviceCidr}`,
    `--service-account-private-key-file=${cluster.files.accountPrivateKey}`,
    `--root-ca-file=${cluster.files.authority}`,
    '--use-service-account-credentials=true',
  ];
}

const schedulerArgs = async (cluster: Cluster, port: number): Promise<readonly string[]> =>
  servingArgs(cluster.files, await componentKubeconfig(cluster, 'system:kube-scheduler'), port);

const kwokArgs = (files: Files, kubeconfig: string, configuration: string, port: number): readonly string[] => [
  `--kubeconfig=${kubeconfig}`,
  `--config=${configuration}`,
  '--manage-all-nodes=true',
  '--node-ip=127.0.0.1',
  `--node-port=${port}`,
  `--server-address=127.0.0.1:${port}`,
  `--tls-cert-file=${files.certificate}`,
  `--tls-private-key-file=${files.key}`,
  '--node-lease-duration-seconds=40',
];

const isOk = (url: string, authority: CertificateAuthority, pair: KeyPair): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = request(url, {
      ca: authority.certificate,
      cert: pair.certificate,
      key: pair.key,
      agent: false,
      timeout: 5_000,
    });
    probe.on('timeout', () => probe.destroy(new Error('no answer')));
    probe.on('error', reject);
    probe.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.end();
  });
