import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what is fetched or built once is kept between runs and between checkouts: the user's cache directory. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const base =
    environment['XDG_CACHE_HOME'] ||
    (platform === 'win32' && environment['LOCALAPPDATA']) ||
    (platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'));
  return join(base, 'kubernetes-network-inspector');
}
