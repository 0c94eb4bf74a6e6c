import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../../src/cluster/apiError.ts';
import { LogStream } from '../../../src/panels/podDetails/logStream.ts';
import type { LogRequest, ToPage } from '../../../src/panels/protocol.ts';
import { canalPod } from '../../webview/canalPod.ts';
import { FakeSource } from './fakeSource.ts';

type LogMessage = Extract<ToPage, { type: 'log' }>;

const subject = { source: 'a', namespace: 'kube-system', name: 'canal-x7k2p' };
const what: LogRequest = { container: 'kube-flannel', previous: false, follow: true, timestamps: false, tail: 500 };

describe('the log that a page asks for', () => {
  let source: FakeSource;
  let messages: LogMessage[];
  let stream: LogStream;
  beforeEach(() => {
    source = new FakeSource(canalPod().snapshot);
    messages = [];
    stream = new LogStream(source, subject, (message) => messages.push(message));
  });
  afterEach(() => {
    stream.dispose();
  });
  const lines = (): readonly string[] => messages.flatMap((message) => message.lines);

  it('comes in batches, however quick it is', async () => {
    source.logs = async function* () {
      for (let line = 0; line < 4000; line++) yield `line ${String(line)}`;
    };
    stream.ask(1, what);
    await sleep(150);
    assert.equal(lines().length, 4000);
    assert.ok(messages.length <= 3, `${String(messages.length)} messages`);
    assert.equal(messages.at(-1)?.state.kind, 'ended');
  });

  it('lets go of the oldest lines where more come than can be shown, and counts them', async () => {
    source.logs = async function* () {
      for (let line = 0; line < 50_000; line++) yield String(line);
    };
    stream.ask(1, what);
    await sleep(200);
    const dropped = messages.reduce((sum, message) => sum + message.dropped, 0);
    assert.equal(lines().length + dropped, 50_000);
    assert.equal(lines().at(-1), '49999');
    assert.ok(Math.max(...messages.map((message) => message.lines.length)) <= 10_000);
  });

  it('cuts a line that no page could show, and says how long it was', async () => {
    source.logs = async function* () {
      yield 'x'.repeat(10_000_000);
    };
    stream.ask(1, what);
    await sleep(20);
    assert.match(lines()[0] ?? '', /^x{16384}… \(10000000 characters\)$/);
  });

  it('is asked for as the page wants it', async () => {
    let asked: unknown;
    source.logs = async function* (options) {
      asked = { ...options, signal: undefined };
    };
    stream.ask(1, { ...what, previous: true, follow: false, timestamps: true, sinceSeconds: 60 });
    await sleep(20);
    assert.deepEqual(asked, {
      container: 'kube-flannel',
      previous: true,
      follow: false,
      timestamps: true,
      tailLines: 500,
      sinceSeconds: 60,
      signal: undefined,
    });
  });

  it('ends when another is asked for, and nothing more of it comes', async () => {
    const aborted: string[] = [];
    source.logs = async function* ({ container, signal }) {
      signal?.addEventListener('abort', () => aborted.push(container ?? ''));
      for (let line = 0; signal?.aborted === false; line++) {
        await sleep(5);
        yield `${container ?? ''} ${String(line)}`;
      }
    };
    stream.ask(1, what);
    await sleep(120);
    stream.ask(2, { ...what, container: 'calico-node' });
    messages.length = 0;
    await sleep(150);
    assert.deepEqual(aborted, ['kube-flannel']);
    assert.ok(messages.length > 0 && messages.every(({ request }) => request === 2));
    assert.ok(lines().every((line) => line.startsWith('calico-node')));
    stream.stop();
    assert.deepEqual(aborted, ['kube-flannel', 'calico-node']);
  });

  it('names verb and resource where it may not be read', async () => {
    source.logs = async function* () {
      throw new ApiError(
        { reason: 'forbidden', verb: 'get', resource: 'pods/log', namespace: 'kube-system' },
        'pods "canal-x7k2p" is forbidden',
      );
    };
    stream.ask(1, what);
    await sleep(20);
    assert.deepEqual(messages.at(-1)?.state, {
      kind: 'forbidden',
      verb: 'get',
      resource: 'pods/log',
      namespace: 'kube-system',
    });
  });
});
