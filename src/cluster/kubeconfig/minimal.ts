import { defined } from '../../model/json.ts';
import type { ClusterEntry, ExecEntry, KubeContext, UserEntry } from './entries.ts';

/**
 * A kubeconfig that holds one context and what it refers to, for a kubectl that must not reach any other cluster. It is
 * JSON, which is YAML. It holds whatever credentials the entry holds: write it where only the user can read it.
 *
 * @returns undefined for a context that cannot be used.
 */
export function minimalKubeconfig(context: KubeContext, namespace?: string): string | undefined {
  const { cluster, user } = context;
  if (cluster === undefined) return undefined;
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context.name,
    contexts: [
      {
        name: context.name,
        context: defined({
          cluster: cluster.name,
          user: user?.name ?? '',
          namespace: namespace ?? context.namespace,
        }),
      },
    ],
    clusters: [{ name: cluster.name, cluster: clusterBody(cluster) }],
    users: user === undefined ? [] : [{ name: user.name, user: userBody(user) }],
  };
  return `${JSON.stringify(kubeconfig, null, 2)}\n`;
}

const clusterBody = (cluster: ClusterEntry): object =>
  defined({
    server: cluster.server,
    'certificate-authority': cluster.certificateAuthority,
    'certificate-authority-data': cluster.certificateAuthorityData,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify ? true : undefined,
    'tls-server-name': cluster.tlsServerName,
    'proxy-url': cluster.proxyUrl,
    'disable-compression': cluster.disableCompression ? true : undefined,
    extensions:
      cluster.execConfig === undefined
        ? undefined
        : [{ name: 'client.authentication.k8s.io/exec', extension: cluster.execConfig }],
  });

const userBody = (user: UserEntry): object =>
  defined({
    token: user.token,
    tokenFile: user.tokenFile,
    'client-certificate': user.clientCertificate,
    'client-certificate-data': user.clientCertificateData,
    'client-key': user.clientKey,
    'client-key-data': user.clientKeyData,
    username: user.username,
    password: user.password,
    exec: user.exec === undefined ? undefined : execBody(user.exec),
    as: user.impersonation?.user,
    'as-uid': user.impersonation?.uid,
    'as-groups': user.impersonation?.groups.length ? user.impersonation.groups : undefined,
    'as-user-extra':
      user.impersonation !== undefined && Object.keys(user.impersonation.extra).length > 0
        ? user.impersonation.extra
        : undefined,
  });

const execBody = ({ apiVersion, command, args, env, installHint, provideClusterInfo, interactiveMode }: ExecEntry) =>
  defined({
    apiVersion,
    command,
    args: args.length > 0 ? args : undefined,
    env: env.length > 0 ? env : undefined,
    installHint,
    provideClusterInfo: provideClusterInfo ? true : undefined,
    interactiveMode,
  });
