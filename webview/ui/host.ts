import type { Show, ToHost } from '../../src/panels/protocol.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const isShow = (message: { readonly type: string }): message is Show<unknown, unknown> => message.type === 'show';

/** A request without the number of the page that it is asked on, which the host adds. */
type Request<Message = ToHost> = Message extends { readonly sequence: number } ? Omit<Message, 'sequence'> : Message;

/** The way to the extension, and the state that survives while the page is hidden and after a reload. */
export class Host<State extends object> {
  readonly #api = acquireVsCodeApi();
  #state: State;
  /** That of the page that is shown. */
  #sequence = 0;

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

  post(message: Request): void {
    this.#api.postMessage({ ...message, sequence: this.#sequence });
  }

  /**
   * Calls `handler` for what stands in the page itself and for every message, and tells the extension that the page is
   * there. A page that is older than the one that is shown is left out.
   */
  listen<Message extends { readonly type: string }>(handler: (message: Message) => void): void {
    const receive = (message: Message): void => {
      if (isShow(message)) {
        if (message.sequence <= this.#sequence) return;
        this.#sequence = message.sequence;
      }
      handler(message);
    };
    const first = JSON.parse(document.getElementById('first')?.textContent ?? 'null') as Message | null;
    if (first !== null) receive(first);
    window.addEventListener('message', (event: MessageEvent<Message>) => {
      receive(event.data);
    });
    this.post({ type: 'ready' });
  }
}
