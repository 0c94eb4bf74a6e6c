import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { ApiError } from '../apiError.ts';
import { defined } from '../../model/json.ts';
import type { ClusterEntry, UserEntry } from '../kubeconfig/entries.ts';
import { readNamedFile } from '../transport/trust.ts';
import type { ExecCredential, ExecPlugins } from './execPlugin.ts';

/** What a request shows of who asks. */
export interface Credential {
  /** A list is sent as several headers of that name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** The plugin's answer that it was made of. */
  readonly issued?: ExecCredential;
}

export interface Credentials {
  /** Throws an ApiError: `credential-plugin`, `credentials`, or `aborted`. */
  get(signal?: AbortSignal): Promise<Credential>;
  /** The server has refused `credential`. True if another one may be had by asking again. */
  invalidate(credential: Credential): boolean;
}

/** Why an entry can never sign in, whatever the server is; known without running anything. */
export function unusable(user: UserEntry | undefined): string | undefined {
  if (user?.authProvider !== undefined && user.exec === undefined && user.token === undefined)
    return `the user "${user.name}" signs in by the auth-provider "${user.authProvider}", which kubectl 1.26 has dropped: ${replacement(user.authProvider)}`;
  if (user?.username !== undefined && (user.token !== undefined || user.tokenFile !== undefined))
    return `the user "${user.name}" has both a token and a password: remove one of them`;
  return undefined;
}

const replacements: Readonly<Record<string, string>> = {
  gcp: 'install gke-gcloud-auth-plugin and run `gcloud container clusters get-credentials` again',
  azure: 'run `kubelogin convert-kubeconfig`',
  oidc: 'use the exec plugin `kubelogin` (kubectl oidc-login)',
};

const replacement = (provider: string): string =>
  replacements[provider] ?? 'use an exec credential plugin in its place';

/** How long a file that holds a token is believed before it is looked at again. */
const fileAgeMs = 10_000;

/** The credentials of a kubeconfig user. Source for the precedence: client-go, `getUserIdentificationPartialConfig`. */
export class KubeconfigCredentials implements Credentials {
  readonly #user: UserEntry | undefined;
  readonly #cluster: ClusterEntry;
  readonly #plugins: ExecPlugins;
  readonly #fixed: Credential['headers'];
  #files: { readonly read: number; readonly credential: Credential; readonly stamp: string } | undefined;

  constructor(user: UserEntry | undefined, cluster: ClusterEntry, plugins: ExecPlugins) {
    this.#user = user;
    this.#cluster = cluster;
    this.#plugins = plugins;
    this.#fixed = user === undefined ? {} : { ...basic(user), ...impersonation(user) };
  }

  async get(signal?: AbortSignal): Promise<Credential> {
    const problem = unusable(this.#user);
    if (problem !== undefined) throw new ApiError({ reason: 'credentials' }, problem);
    if (this.#user === undefined) return { headers: {} };
    const own = await this.#own(this.#user);
    // Source: client-go, exec roundTripper: a header that is already there wins over the plugin's token.
    if (this.#user.exec === undefined || 'Authorization' in own.headers) return own;
    const plugin = await this.#plugins.get(this.#user.exec, this.#cluster, signal);
    return defined({
      headers: { ...own.headers, ...(plugin.token === undefined ? {} : { Authorization: `Bearer ${plugin.token}` }) },
      certificate: plugin.certificate ?? own.certificate,
      issued: plugin,
    });
  }

  invalidate(credential: Credential): boolean {
    if (this.#user === undefined) return false;
    if (this.#user.exec !== undefined && credential.issued !== undefined)
      return this.#plugins.invalidate(this.#user.exec, this.#cluster, credential.issued);
    const fromFile = [this.#user.tokenFile, this.#user.clientCertificate, this.#user.clientKey].some(
      (file) => file !== undefined,
    );
    this.#files = undefined;
    return fromFile;
  }

  async #own(user: UserEntry): Promise<Credential> {
    const now = Date.now();
    if (this.#files !== undefined && now - this.#files.read < fileAgeMs) return this.#files.credential;
    const stamp = await stampOf([user.tokenFile, user.clientCertificate, user.clientKey]);
    if (this.#files?.stamp === stamp) {
      this.#files = { ...this.#files, read: now };
      return this.#files.credential;
    }
    const credential = await this.#read(user);
    this.#files = { read: now, credential, stamp };
    return credential;
  }

  async #read(user: UserEntry): Promise<Credential> {
    const token = await readToken(user);
    const cert = await decode(user.clientCertificateData, user.clientCertificate, 'client certificate');
    const key = await decode(user.clientKeyData, user.clientKey, 'client key');
    if ((cert === undefined) !== (key === undefined)) {
      const absent = cert === undefined ? 'certificate' : 'key';
      throw new ApiError(
        { reason: 'credentials' },
        `the user "${user.name}" has no client ${absent} to go with the other half`,
      );
    }
    return {
      headers: { ...this.#fixed, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
      ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
    };
  }
}

/** The file wins over the token beside it, which stands in while the file cannot be read. */
async function readToken(user: UserEntry): Promise<string | undefined> {
  if (user.tokenFile === undefined) return user.token;
  try {
    return (await readNamedFile(user.tokenFile, 'token file')).trim() || user.token;
  } catch (error) {
    if (user.token !== undefined) return user.token;
    throw error;
  }
}

async function decode(data: string | undefined, file: string | undefined, what: string): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString();
  return file === undefined ? undefined : readNamedFile(file, what);
}

const basic = (user: UserEntry): Record<string, string> =>
  user.username === undefined
    ? {}
    : { Authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}` };

/** Source: kubernetes.io, "User impersonation"; client-go, `legalHeaderKeyBytes` for the keys. */
function impersonation({ impersonation: as }: UserEntry): Credential['headers'] {
  if (as === undefined) return {};
  const headers: Record<string, string | readonly string[]> = {};
  if (as.user !== undefined) headers['Impersonate-User'] = as.user;
  if (as.uid !== undefined) headers['Impersonate-Uid'] = as.uid;
  if (as.groups.length > 0) headers['Impersonate-Group'] = as.groups;
  for (const [key, values] of Object.entries(as.extra)) {
    const name = key.replace(/[^A-Za-z0-9!#$&'*+.^_`|~-]/g, encodeURIComponent);
    headers[`Impersonate-Extra-${name}`] = values;
  }
  return headers;
}

async function stampOf(files: readonly (string | undefined)[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (file) => {
      if (file === undefined) return '';
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? 'missing' : `${found.ino}/${found.size}/${found.mtimeMs}`;
    }),
  );
  return createHash('sha256').update(stamps.join('|')).digest('hex');
}
