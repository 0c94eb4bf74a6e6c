/** The entries of kubeconfig files, checked and with their paths made absolute. Nothing here has been read or run. */

export interface ClusterEntry {
  readonly name: string;
  /** The kubeconfig file that it stands in. */
  readonly file: string;
  readonly server: string;
  readonly certificateAuthority?: string;
  /** Base64. Wins over the file. */
  readonly certificateAuthorityData?: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly disableCompression: boolean;
  /** What a credential plugin that asks for cluster information is given as `config`. */
  readonly execConfig?: unknown;
}

export interface ExecEntry {
  readonly apiVersion: string;
  /** A name to be found on PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
}

export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface UserEntry {
  readonly name: string;
  readonly file: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly clientCertificate?: string;
  readonly clientCertificateData?: string;
  readonly clientKey?: string;
  readonly clientKeyData?: string;
  readonly username?: string;
  readonly password?: string;
  readonly exec?: ExecEntry;
  /** The name of a legacy `auth-provider`, which kubectl no longer knows either. */
  readonly authProvider?: string;
  readonly impersonation?: Impersonation;
}

export interface ContextEntry {
  readonly name: string;
  readonly file: string;
  readonly cluster: string;
  /** Empty for nobody. */
  readonly user: string;
  readonly namespace?: string;
}

export interface KubeconfigProblem {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  readonly message: string;
}

/** A context with what it refers to, ready to connect, or with the reason why it cannot be used. */
export interface KubeContext {
  /** The same after a restart, and unique among all contexts of all files. */
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly namespace?: string;
  /** It is the `current-context` of kubectl's own configuration. */
  readonly current: boolean;
  readonly cluster?: ClusterEntry;
  readonly user?: UserEntry;
  readonly problem?: KubeconfigProblem;
}

export interface Kubeconfig {
  readonly contexts: readonly KubeContext[];
  readonly currentContext?: string;
  /** Files that cannot be read, and entries that no context uses. Those of a context are the context's own. */
  readonly problems: readonly KubeconfigProblem[];
}
