import { Disposable, onDispose } from '../../base/disposable.ts';

/** A reading that is made again and again while somebody looks: each a while after the one before has ended. */
export class Poll extends Disposable {
  readonly #read: () => Promise<void>;
  readonly #pauseMs: number;
  /** The loop that goes on; an earlier one ends when it sees that it is no longer this. */
  #loop: object | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `read` handles its own failures. */
  constructor(read: () => Promise<void>, pauseMs: number) {
    super();
    this.#read = read;
    this.#pauseMs = pauseMs;
    this.own(onDispose(() => this.stop()));
  }

  start(): void {
    if (this.#loop !== undefined || this.disposed) return;
    const loop = {};
    this.#loop = loop;
    void this.#turn(loop);
  }

  stop(): void {
    this.#loop = undefined;
    clearTimeout(this.#timer);
  }

  /** Reads once, out of turn. */
  once(): void {
    void this.#read();
  }

  async #turn(loop: object): Promise<void> {
    await this.#read();
    if (this.#loop === loop) this.#timer = setTimeout(() => void this.#turn(loop), this.#pauseMs);
  }
}
