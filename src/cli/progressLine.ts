/** Nobody asks what is going on before. */
const settleMs = 500;

const redrawMs = 100;

/**
 * One line of a terminal that says what is going on and for how long. It is there once something has taken long enough to
 * be asked about, and gives way to everything else that is written.
 */
export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  #text = '';
  #started = 0;
  #shown = 0;
  #clock: NodeJS.Timeout | undefined;

  /** `columns`: how many characters a line has room for; a longer one would stay when it is written over. */
  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write;
    this.#columns = columns;
  }

  /** An empty text takes the line away. */
  show(text: string): void {
    if (text === '') {
      this.hide();
      clearInterval(this.#clock);
      this.#clock = undefined;
      this.#text = '';
      return;
    }
    if (this.#clock === undefined) {
      this.#started = Date.now();
      this.#clock = setInterval(() => {
        this.#draw();
      }, redrawMs).unref();
    }
    this.#text = text;
  }

  /** Until it is drawn again: what is written meanwhile has the line for itself. */
  hide(): void {
    if (this.#shown > 0) this.#write(`\r${' '.repeat(this.#shown)}\r`);
    this.#shown = 0;
  }

  #draw(): void {
    const passed = Date.now() - this.#started;
    if (passed < settleMs) return;
    const line = `${this.#text}, ${Math.floor(passed / 1000)} s`.slice(0, Math.max(0, this.#columns() - 1));
    this.#write(`\r${line.padEnd(this.#shown)}`);
    this.#shown = line.length;
  }
}
