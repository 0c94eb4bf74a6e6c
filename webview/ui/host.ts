import type { ToHost, ToPage } from '../../src/panels/protocol.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The way to the extension, and the state that survives while the page is hidden and after a reload. */
export class Host<State extends object> {
  readonly #api = acquireVsCodeApi();
  #state: State;

  constructor(initial: State) {
    const kept = this.#api.getState();
    this.#state = typeof kept === 'object' && kept !== null ? { ...initial, ...kept } : initial;
  }

  get state(): State {
    return this.#state;
  }

  /** Keeps navigation and what is folded, never data of the cluster. */
  keep(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    this.#api.setState(this.#state);
  }

  post(message: ToHost): void {
    this.#api.postMessage(message);
  }

  /** Calls `handler` for what stands in the page itself and for every message, and tells the extension that the page is there. */
  listen(handler: (message: ToPage) => void): void {
    const first = JSON.parse(document.getElementById('first')?.textContent ?? 'null') as ToPage | null;
    if (first !== null) handler(first);
    window.addEventListener('message', (event: MessageEvent<ToPage>) => {
      handler(event.data);
    });
    this.post({ type: 'ready' });
  }
}
