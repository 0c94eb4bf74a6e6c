import { type FakeHost, startFakeHost } from './fakeHost.ts';

/** Serves a built page to a browser for the suite in whose `describe` this is called. */
export function useFakeHost(name: string): () => FakeHost {
  let host: FakeHost | undefined;
  before(async function () {
    // A browser may have to be fetched first.
    this.timeout(300_000);
    host = await startFakeHost(name);
  });
  after(() => host?.close());
  return () => {
    if (host === undefined) throw new Error('The host is started by the suite; use it inside a test');
    return host;
  };
}
