import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where downloaded and built tools are kept between runs: VS Code's server, a browser, the control plane. Shared by
 * all clones of one user. `NETWORK_INSPECTOR_CACHE` names another folder.
 */
export function cacheFolder(...names: readonly string[]): string {
  return join(baseFolder(), ...names);
}

function baseFolder(): string {
  const named = process.env['NETWORK_INSPECTOR_CACHE'];
  if (named) return named;
  const project = 'kubernetes-network-inspector';
  if (process.env['XDG_CACHE_HOME']) return join(process.env['XDG_CACHE_HOME'], project);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', project);
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), project, 'Cache');
  }
  return join(homedir(), '.cache', project);
}
