import { dump } from 'js-yaml';
import { rename, writeFile } from 'node:fs/promises';
import type { KeyPair } from './certificates.ts';
import type { ControlPlane } from './controlPlane.ts';

export type Credential =
  | { readonly kind: 'certificate'; readonly pair: KeyPair }
  | { readonly kind: 'token'; readonly token: string }
  /** A credential plugin, as `aws eks get-token` is one. */
  | {
      readonly kind: 'exec';
      readonly command: string;
      readonly args?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly installHint?: string;
      readonly interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
      readonly provideClusterInfo?: boolean;
    }
  | { readonly kind: 'none' };

export interface KubeconfigEntry {
  /** Of the context; cluster and user are named after it. */
  readonly name: string;
  readonly server: string;
  readonly certificateAuthority?: string;
  readonly credential: Credential;
  readonly namespace?: string;
  readonly proxyUrl?: string;
}

/** A context of this name for the control plane's own server. */
export const entryOf = (
  { server, authority }: Pick<ControlPlane, 'server' | 'authority'>,
  name: string,
  credential: Credential,
): KubeconfigEntry => ({ name, server, certificateAuthority: authority.certificate, credential });

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** A kubeconfig as YAML, with one context for each entry. The first is current unless another is named. */
export function kubeconfigText(entries: readonly KubeconfigEntry[], currentContext = entries[0]?.name ?? ''): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': currentContext,
    clusters: entries.map((entry) => ({
      name: entry.name,
      cluster: {
        server: entry.server,
        ...(entry.certificateAuthority && { 'certificate-authority-data': base64(entry.certificateAuthority) }),
        ...(entry.proxyUrl && { 'proxy-url': entry.proxyUrl }),
      },
    })),
    contexts: entries.map((entry) => ({
      name: entry.name,
      context: {
        cluster: entry.name,
        user: entry.name,
        ...(entry.namespace && { namespace: entry.namespace }),
      },
    })),
    users: entries.map((entry) => ({ name: entry.name, user: userFields(entry.credential) })),
  });
}

/** Replaces the file in one step, as kubectl and the cloud tools do. Readable by its owner alone. */
export async function writeKubeconfig(file: string, ...content: Parameters<typeof kubeconfigText>): Promise<void> {
  const unfinished = `${file}.${process.pid}.new`;
  await writeFile(unfinished, kubeconfigText(...content), { mode: 0o600 });
  await rename(unfinished, file);
}

function userFields(credential: Credential): object {
  switch (credential.kind) {
    case 'certificate':
      return {
        'client-certificate-data': base64(credential.pair.certificate),
        'client-key-data': base64(credential.pair.key),
      };
    case 'token':
      return { token: credential.token };
    case 'exec':
      return {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: credential.command,
          args: credential.args ?? [],
          env: Object.entries(credential.env ?? {}).map(([name, value]) => ({ name, value })),
          interactiveMode: credential.interactiveMode ?? 'Never',
          provideClusterInfo: credential.provideClusterInfo ?? false,
          ...(credential.installHint && { installHint: credential.installHint }),
        },
      };
    case 'none':
      return {};
  }
}
