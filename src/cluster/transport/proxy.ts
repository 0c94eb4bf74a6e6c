import { isIP, SocketAddress, BlockList } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

const variable = (env: Environment, name: string): { readonly name: string; readonly value: string } | undefined => {
  for (const spelling of [name, name.toLowerCase()]) {
    const value = env[spelling];
    if (value !== undefined && value !== '') return { name: spelling, value };
  }
  return undefined;
};

export interface ChosenProxy {
  readonly url: URL;
  /** What names it: `proxy-url` of the kubeconfig, or a variable of the environment. */
  readonly from: string;
}

/**
 * The proxy for a server, as kubectl picks it: the cluster's own `proxy-url`, else the environment's, which never
 * applies to this machine. Source: golang.org/x/net/http/httpproxy.
 */
export function proxyFor(
  server: URL,
  proxyUrl: string | undefined,
  env: Environment = process.env,
): ChosenProxy | undefined {
  if (proxyUrl !== undefined) return { url: new URL(proxyUrl), from: 'proxy-url' };
  const found = variable(env, server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (found === undefined || bypasses(server, variable(env, 'NO_PROXY')?.value ?? '')) return undefined;
  const { name: from, value } = found;
  const proxy = URL.parse(value);
  // `proxy.example:3128` parses as a URL of the scheme `proxy.example`.
  const url = proxy !== null && /^(https?|socks5h?):$/.test(proxy.protocol) ? proxy : URL.parse(`http://${value}`);
  return url === null ? undefined : { url, from };
}

/** `http://proxy.example:3128`, without a user and a password. */
export const withoutSecrets = ({ url }: ChosenProxy): string => `${url.protocol}//${url.host}`;

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

function bypasses(server: URL, noProxy: string): boolean {
  const host = hostOf(server).toLowerCase();
  if (host === 'localhost' || isLoopback(host)) return true;
  for (const entry of noProxy.toLowerCase().split(',')) {
    const text = entry.trim();
    if (text === '') continue;
    if (text === '*') return true;
    const { name, port } = splitPort(text);
    if (port !== undefined && port !== portOf(server)) continue;
    if (name.includes('/')) {
      if (inRange(host, name)) return true;
    } else if (isIP(name) !== 0) {
      if (isIP(host) !== 0 && sameAddress(host, name)) return true;
    } else if (matchesDomain(host, name)) return true;
  }
  return false;
}

/** The host as an address or a name, without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

function splitPort(text: string): { name: string; port?: string } {
  const match = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(text);
  if (match === null) return { name: text.replace(/^\[(.*)\]$/, '$1') };
  return { name: (match[1] ?? '').replace(/^\[(.*)\]$/, '$1'), port: match[2] ?? '' };
}

/** `example.com` covers itself and what is under it, `.example.com` and `*.example.com` only what is under it. */
function matchesDomain(host: string, pattern: string): boolean {
  const name = pattern.startsWith('*.') ? pattern.slice(1) : pattern;
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || host.endsWith(`.${name}`);
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function inRange(host: string, range: string): boolean {
  if (isIP(host) === 0) return false;
  const [network = '', bits = ''] = range.split('/');
  if (isIP(network) === 0) return false;
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(bits), family(network));
  } catch {
    return false;
  }
  return list.check(host, family(host));
}

const isLoopback = (host: string): boolean =>
  isIP(host) !== 0 && (inRange(host, '127.0.0.0/8') || sameAddress(host, '::1'));

const sameAddress = (a: string, b: string): boolean =>
  new SocketAddress({ address: a, family: family(a) }).address ===
  new SocketAddress({ address: b, family: family(b) }).address;
