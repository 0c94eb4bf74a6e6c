import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';

export interface Listening {
  readonly port: number;
  close(): void;
}

const listen = (server: Server | TcpServer, sockets: Set<Socket>): Promise<Listening> =>
  new Promise((resolve) => {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: address !== null && typeof address === 'object' ? address.port : 0,
        close: () => {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });

export const httpServer = (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Listening> =>
  listen(createServer(handle), new Set());

/** What a proxy was asked for. */
export interface Asked {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
}

/** An HTTP proxy that knows CONNECT alone and leads everything to one port of this machine. */
export function connectProxy(asked: Asked[], port: number, password?: string): Promise<Listening> {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const [, host = '', asPort = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(request.url ?? '') ?? [];
    const pair = request.headers['proxy-authorization']?.replace(/^Basic /, '') ?? '';
    const user = Buffer.from(pair, 'base64').toString();
    asked.push({ host, port: Number(asPort), ...(user === '' ? {} : { user }) });
    if (password !== undefined && !user.endsWith(`:${password}`)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    sockets.add(upstream);
  });
  return listen(server, sockets);
}

/** A SOCKS5 proxy (RFC 1928, RFC 1929) that leads everything to one port of this machine. */
export function socksProxy(asked: Asked[], port: number, password?: string): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    const reader = reading(socket);
    void (async () => {
      const [, methods = 0] = await reader(2);
      await reader(methods);
      let user: string | undefined;
      socket.write(Buffer.from([5, password === undefined ? 0 : 2]));
      if (password !== undefined) {
        const [, length = 0] = await reader(2);
        user = (await reader(length)).toString();
        const given = (await reader((await reader(1))[0] ?? 0)).toString();
        socket.write(Buffer.from([1, given === password ? 0 : 1]));
        if (given !== password) return;
      }
      const [, , , type] = await reader(4);
      let host: string;
      if (type === 1) host = [...(await reader(4))].join('.');
      else if (type === 4) host = (await reader(16)).toString('hex');
      else host = (await reader((await reader(1))[0] ?? 0)).toString();
      const asPort = (await reader(2)).readUInt16BE();
      asked.push({ host, port: asPort, ...(user === undefined ? {} : { user }) });
      const upstream = connect(port, '127.0.0.1', () => {
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
      sockets.add(upstream);
    })();
  });
  return listen(server, sockets);
}

/** Reads exactly so many bytes at a time. */
function reading(socket: Socket): (size: number) => Promise<Buffer> {
  return async (size) => {
    if (size === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes: unknown = socket.read(size);
      if (Buffer.isBuffer(bytes)) return bytes;
      await new Promise((resolve) => socket.once('readable', resolve));
    }
  };
}
