import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import * as tls from 'node:tls';
import { ApiError } from '../apiError.ts';
import type { ClusterEntry } from '../kubeconfig/entries.ts';
import { hostOf } from './proxy.ts';

/** How the server's certificate is checked, in Node's words. */
export interface ServerTrust {
  readonly ca?: string | string[];
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

/** As kubectl: the cluster's own authority alone if it names one, else what this machine trusts. Throws an ApiError. */
export async function serverTrust(cluster: ClusterEntry, server: URL): Promise<ServerTrust> {
  const host = hostOf(server);
  const servername = cluster.tlsServerName ?? (isIP(host) === 0 ? host : undefined);
  const name = servername === undefined ? {} : { servername };
  if (cluster.insecureSkipTlsVerify) return { ...name, rejectUnauthorized: false };
  const ca = await authority(cluster);
  return { ...name, rejectUnauthorized: true, ca: ca ?? machineTrust() };
}

async function authority(cluster: ClusterEntry): Promise<string | undefined> {
  if (cluster.certificateAuthorityData !== undefined)
    return Buffer.from(cluster.certificateAuthorityData, 'base64').toString();
  if (cluster.certificateAuthority === undefined) return undefined;
  return readNamedFile(cluster.certificateAuthority, 'certificate authority');
}

/** A file that the kubeconfig names. Throws an ApiError that says which. */
export async function readNamedFile(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = missing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
    throw new ApiError({ reason: 'credentials' }, `the ${what} ${path} cannot be read: ${message}`, { cause: error });
  }
}

let machineCertificates: string[] | undefined;

/** Node trusts its own list unless told otherwise; kubectl trusts the operating system's, where companies add theirs. */
function machineTrust(): string[] {
  machineCertificates ??= [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  return machineCertificates;
}
