import { join } from 'node:path';
import type { ApiClient } from './apiClient.ts';
import type { CertificateAuthority } from './certificates.ts';
import { type Credential, writeKubeconfig } from './kubeconfig.ts';
import type { TokenAuthority } from './tokens.ts';

/** As in an RBAC role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface UserOptions {
  /** What the user may do in the whole cluster. */
  readonly rules?: readonly PolicyRule[];
  /** What the user may do in single namespaces, by their names. The namespaces must be there. */
  readonly rulesIn?: Readonly<Record<string, readonly PolicyRule[]>>;
  readonly groups?: readonly string[];
  /** A client certificate when absent. */
  readonly credential?: 'certificate' | 'token';
  /**
   * A month when absent. An expired certificate is refused with the next request. A token is refused up to ten seconds
   * later, because the API server remembers for so long that a token was good.
   */
  readonly lifetimeSeconds?: number;
}

export interface User {
  readonly name: string;
  /** The path of a kubeconfig with this user alone. */
  readonly kubeconfig: string;
  readonly credential: Credential;
}

/** Whatever the user is not given here, the API server answers with 403. */
export const readEverything: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
];

export interface UserRegistry {
  readonly api: ApiClient;
  readonly authority: CertificateAuthority;
  readonly tokens: TokenAuthority;
  readonly server: string;
  readonly folder: string;
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';

export async function createUser(registry: UserRegistry, name: string, options: UserOptions = {}): Promise<User> {
  const role = `user:${name}`;
  const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name }];
  const bind = (kind: string): object => ({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
    subjects,
  });
  const metadata = { name: role };
  if (options.rules) {
    await registry.api.apply(`${rbac}/clusterroles/${role}`, {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata },
      rules: options.rules,
    });
    await registry.api.apply(`${rbac}/clusterrolebindings/${role}`, {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata },
      ...bind('ClusterRole'),
    });
  }
  for (const [namespace, rules] of Object.entries(options.rulesIn ?? {})) {
    const path = `${rbac}/namespaces/${namespace}`;
    await registry.api.apply(`${path}/roles/${role}`, {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata },
      rules,
    });
    await registry.api.apply(`${path}/rolebindings/${role}`, {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata },
      ...bind('Role'),
    });
  }

  const lifetimeSeconds = options.lifetimeSeconds ?? 30 * 24 * 60 * 60;
  const groups = options.groups ?? [];
  const credential: Credential =
    options.credential === 'token'
      ? { kind: 'token', token: registry.tokens.issue(name, groups, lifetimeSeconds) }
      : {
          kind: 'certificate',
          pair: registry.authority.issue({ commonName: name, organizations: groups, lifetimeSeconds }),
        };
  const kubeconfig = join(registry.folder, `${encodeURIComponent(name)}.kubeconfig`);
  const certificateAuthority = registry.authority.certificate;
  await writeKubeconfig(kubeconfig, [{ name, server: registry.server, certificateAuthority, credential }]);
  return { name, kubeconfig, credential };
}
