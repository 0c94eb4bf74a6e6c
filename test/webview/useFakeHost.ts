import { keepEvidence } from '../browser/keepEvidence.ts';
import { type FakeHost, startFakeHost } from './fakeHost.ts';

/** Serves a built page to a browser for the suite in whose `describe` this is called, and keeps pictures of failures. */
export function useFakeHost(name: string): () => FakeHost {
  let host: FakeHost | undefined;
  before(async function () {
    // A browser may have to be fetched first.
    this.timeout(300_000);
    host = await startFakeHost(name);
  });
  afterEach(async function () {
    await keepEvidence(this.currentTest, host?.lastOpened());
  });
  after(() => host?.close());
  return () => {
    if (host === undefined) throw new Error('The host is started by the suite; use it inside a test');
    return host;
  };
}
