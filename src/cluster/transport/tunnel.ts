import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ApiError } from '../apiError.ts';
import { hostOf } from './proxy.ts';

/** Opens a connection to `host:port` through a proxy. Fails with an ApiError that names the proxy without its password. */
export function openTunnel(proxy: URL, host: string, port: number, timeoutMs: number): Promise<Socket> {
  const open = proxy.protocol.startsWith('socks5') ? openSocks : openConnect;
  return new Promise((resolve, reject) => {
    const socket = dial(proxy);
    const fail = (message: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new ApiError({ reason: 'unreachable' }, `${message} (proxy ${proxy.host})`, { cause }));
    };
    const onError = (error: Error): void => fail(`no connection: ${error.message}`, error);
    const onClose = (): void => fail('the proxy closed the connection');
    const timer = setTimeout(() => fail('the proxy does not answer'), timeoutMs);
    socket.once('error', onError).once('close', onClose);
    open(socket, proxy, host, port).then(
      () => {
        clearTimeout(timer);
        socket.off('error', onError).off('close', onClose);
        resolve(socket);
      },
      (error: unknown) => fail(error instanceof Error ? error.message : String(error), error),
    );
  });
}

function dial(proxy: URL): Socket {
  const host = hostOf(proxy);
  const defaults: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
  const port = Number(proxy.port) || (defaults[proxy.protocol] ?? 1080);
  if (proxy.protocol === 'https:') return connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) });
  return connectTcp({ host, port });
}

/** Reads from a socket until `enough` finds the end of an answer, and puts back what came after it. */
function answer(socket: Socket, enough: (bytes: Buffer) => number | undefined): Promise<Buffer> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = enough(bytes);
      if (end === undefined) return;
      socket.off('data', onData);
      socket.pause();
      if (bytes.length > end) socket.unshift(bytes.subarray(end));
      resolve(bytes.subarray(0, end));
    };
    socket.on('data', onData);
    socket.resume();
  });
}

const longestHead = 16_384;

/** Source: RFC 9110, 9.3.6. */
async function openConnect(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const head = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (proxy.username !== '') {
    const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    head.push(`Proxy-Authorization: Basic ${Buffer.from(pair).toString('base64')}`);
  }
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const reply = await answer(socket, (bytes) => {
    const end = bytes.indexOf('\r\n\r\n');
    return end >= 0 ? end + 4 : bytes.length > longestHead ? bytes.length : undefined;
  });
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(reply.toString('latin1'))?.[1];
  if (status === '407') throw new Error('the proxy asks for a user and a password');
  if (status !== '200') throw new Error(`the proxy refuses with ${status ?? 'something that is not HTTP'}`);
}

const socksFailures: readonly string[] = [
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'expired on the way',
  'command not supported',
  'address type not supported',
];

/** Source: RFC 1928 and, for user and password, RFC 1929. The proxy resolves names. */
async function openSocks(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const withUser = proxy.username !== '';
  socket.write(Buffer.from(withUser ? [5, 2, 0, 2] : [5, 1, 0]));
  const method = (await answer(socket, (bytes) => (bytes.length >= 2 ? 2 : undefined)))[1];
  if (method === 2) {
    const user = Buffer.from(decodeURIComponent(proxy.username)).subarray(0, 255);
    const password = Buffer.from(decodeURIComponent(proxy.password)).subarray(0, 255);
    socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
    const accepted = (await answer(socket, (bytes) => (bytes.length >= 2 ? 2 : undefined)))[1];
    if (accepted !== 0) throw new Error('the proxy does not accept the user and the password');
  } else if (method !== 0) throw new Error('the proxy asks for another way to sign in');

  const version = isIP(host);
  const address =
    version === 4
      ? Buffer.from([1, ...host.split('.').map(Number)])
      : version === 6
        ? Buffer.concat([Buffer.from([4]), ipv6Bytes(host)])
        : Buffer.concat([Buffer.from([3, Buffer.byteLength(host)]), Buffer.from(host)]);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address, Buffer.from([port >> 8, port & 255])]));
  const reply = await answer(socket, (bytes) => {
    if (bytes.length < 5) return undefined;
    const length = bytes[3] === 1 ? 10 : bytes[3] === 4 ? 22 : 7 + (bytes[4] ?? 0);
    return bytes.length >= length ? length : undefined;
  });
  const code = reply[1] ?? 1;
  if (code !== 0) throw new Error(`the proxy cannot connect: ${socksFailures[code - 1] ?? `code ${code}`}`);
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): number[] =>
    text === ''
      ? []
      : text.split(':').flatMap((group) => (group.includes('.') ? dotted(group) : [parseInt(group, 16)]));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

const dotted = (text: string): number[] => {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
};
