import assert from 'node:assert/strict';
import { connect, createServer, type Server } from 'node:net';
import { type ControlPlane, startControlPlane } from '../control-plane/controlPlane.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import { type Asked, connectProxy, type Listening } from '../unit/cluster/transport/servers.ts';
import { useWorkbench } from './useWorkbench.ts';

/** In the certificate of the API server, and known to nobody but the proxies. */
const host = 'kubernetes.default.svc';

/** Another address of this machine, which VS Code takes for somewhere else. */
const elsewhere = '127.0.0.2';

/** Leads from there to the API server. */
const forward = (port: number): Promise<{ readonly port: number; readonly server: Server }> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      const onward = connect(port, '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const)
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }).listen(0, elsewhere, () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : 0 });
    });
  });

// VS Code puts code of its own between an extension and any host but this one: it picks proxies, and takes away agents.
describe('the Clusters view on servers that are not this machine', function () {
  this.timeout(120_000);
  let plane: ControlPlane;
  let own: Listening;
  let environment: Listening;
  let forwarder: Server;
  const askedOfOwn: Asked[] = [];
  const askedOfEnvironment: Asked[] = [];
  const running = useWorkbench(async () => {
    plane = await startControlPlane({ simulate: false });
    const port = Number(new URL(plane.server).port);
    own = await connectProxy(askedOfOwn, port, 'hunter2');
    environment = await connectProxy(askedOfEnvironment, port);
    const forwarding = await forward(port);
    forwarder = forwarding.server;
    const entry = {
      server: `https://${host}`,
      certificateAuthority: plane.authority.certificate,
      credential: { kind: 'certificate', pair: plane.administrator },
    } as const;
    const far = kubeconfigText([
      { ...entry, name: 'far', server: `https://${elsewhere}:${forwarding.port}` },
      { ...entry, name: 'own', proxyUrl: `http://ada:hunter2@127.0.0.1:${own.port}` },
      { ...entry, name: 'environment' },
      { ...entry, name: 'nowhere', proxyUrl: 'http://127.0.0.1:9' },
    ]);
    return {
      // The certificate is for other names.
      kubeconfig: far.replace(/^( *)server: https:\/\/127\.0\.0\.2.*$/m, '$&\n$1tls-server-name: localhost'),
      env: { HTTPS_PROXY: `http://127.0.0.1:${environment.port}`, NO_PROXY: 'localhost,127.0.0.1' },
    };
  });
  after(async () => {
    own?.close();
    environment?.close();
    forwarder?.close();
    await plane?.stop();
  });
  const tree = () => running().workbench.tree('Clusters');

  before(async () => {
    await running().workbench.showContainer('Network Inspector');
    await running().workbench.widenSideBar(640);
    await tree().waitForText(/^own {2}not connected$/m);
  });

  const opens = async (context: string, from?: string): Promise<string> => {
    await tree().expand(context);
    await tree().waitForText(new RegExp(`^${context}  Unknown type v1\\.\\d+\\.\\d+ · no nodes`, 'm'), 30_000);
    const tooltip = await tree().tooltip(context);
    assert.equal(/\(from (.*)\)/.exec(tooltip)?.[1], from, tooltip);
    return tooltip;
  };

  it('signs in with a client certificate', async () => {
    await opens('far');
  });

  it('reaches a server through the proxy of the kubeconfig, and says so without its password', async () => {
    const tooltip = await opens('own', 'proxy-url');
    assert.ok(askedOfOwn.some((asked) => asked.host === host && asked.port === 443));
    assert.ok(!tooltip.includes('hunter2') && tooltip.includes(`http://127.0.0.1:${own.port}`), tooltip);
    assert.deepEqual(
      askedOfEnvironment.filter((asked) => asked.host === host),
      [],
      'the environment does not come before the kubeconfig',
    );
  });

  it('reaches a server through the proxy of the environment where the kubeconfig names none', async () => {
    await opens('environment', 'HTTPS_PROXY');
    assert.ok(askedOfEnvironment.some((asked) => asked.host === host && asked.port === 443));
  });

  it('names the proxy where it is what cannot be reached', async () => {
    await tree().expand('nowhere');
    await tree().waitForText(/^nowhere {2}unreachable: .*127\.0\.0\.1:9/m, 30_000);
    await tree().waitForText(/It is asked through the proxy http:\/\/127\.0\.0\.1:9 \(from proxy-url\)\./);
  });
});
