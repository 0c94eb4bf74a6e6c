/** What one line shows at most; the rest is in the document that "Open as Document" makes. */
export const lineLimit = 4000;

/** Lines kept for the page. The oldest go first, and `dropped` counts them. */
export class LogBuffer {
  readonly #limit: number;
  #lines: string[] = [];
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get dropped(): number {
    return this.#dropped;
  }

  clear(): void {
    this.#lines = [];
    this.#dropped = 0;
  }

  /** `lost` lines were already let go of before these. */
  add(lines: readonly string[], lost: number): void {
    this.#dropped += lost;
    for (const line of lines) this.#lines.push(line);
    const surplus = this.#lines.length - this.#limit;
    if (surplus > 0) {
      this.#lines = this.#lines.slice(surplus);
      this.#dropped += surplus;
    }
  }
}

/** Terminal control sequences: they colour a terminal and are noise on a page. Source: ECMA-48. */
const controls =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[@-Z\\-_])|[\u0000-\u0008\u000b-\u001f\u007f]/g;

export const plainText = (line: string): string => line.replace(controls, '');

export const shorten = (line: string): string =>
  line.length > lineLimit ? `${line.slice(0, lineLimit)}… (${line.length} characters)` : line;

export type Level = 'error' | 'warning' | 'plain';

/** klog's and most loggers' levels, by the beginning of the line. */
export function levelOf(line: string): Level {
  const head = line.slice(0, 160);
  if (
    /^(?:\d{4}-\S+ )?[EF]\d{4} |\b(?:ERROR|FATAL|PANIC|panic:)|level=(?:error|fatal)|"level":"(?:error|fatal)"/.test(
      head,
    )
  )
    return 'error';
  if (/^(?:\d{4}-\S+ )?W\d{4} |\bWARN(?:ING)?\b|level=warn|"level":"warn/.test(head)) return 'warning';
  return 'plain';
}
