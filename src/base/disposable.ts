/** Something that holds resources until it is told to let go. VS Code's disposables fit. */
export interface IDisposable {
  dispose(): unknown;
}

/** An owner of disposables: what is registered with it is disposed with it, the newest first. */
export abstract class Disposable implements IDisposable {
  readonly #owned: IDisposable[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Ties `value` to this object's life. After the end of that life it is disposed at once. */
  protected own<T extends IDisposable>(value: T): T {
    if (this.#disposed) value.dispose();
    else this.#owned.push(value);
    return value;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (let owned = this.#owned.pop(); owned !== undefined; owned = this.#owned.pop()) owned.dispose();
  }
}

export const onDispose = (action: () => void): IDisposable => ({ dispose: action });
