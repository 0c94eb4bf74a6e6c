/**
 * A page as data: what a webview shows, before it has a shape. Builders are pure and make sections; one renderer draws
 * them all, so that every page looks and behaves alike.
 */

/** Meaning, never decoration: a healthy cluster is `plain`. */
export type Tone = 'plain' | 'muted' | 'warning' | 'error';

/** Something the user can ask the host to do. The host checks `args`: a page is not trusted. */
export interface Action {
  readonly id: string;
  readonly label: string;
  readonly args?: readonly string[];
}

export interface Text {
  readonly text: string;
  readonly tone?: Tone;
  /** Names, addresses and images. */
  readonly mono?: boolean;
  /** Offers to copy `text`. */
  readonly copy?: boolean;
  /** Set after the text, muted. */
  readonly note?: string;
  /** Makes the text a link that does it. */
  readonly action?: Action;
}

/** A time in milliseconds since the epoch: shown as an age that goes on, with the time itself on hover. */
export interface Moment {
  readonly at: number;
  /** Put before the age: `last`. */
  readonly before?: string;
  /** Put after the age: `ago`. */
  readonly after?: string;
}

export type Value = string | Text | Moment;

export interface Field {
  readonly label: string;
  readonly values: readonly Value[];
}

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
  /** Holds sentences, which need some room. */
  readonly text?: boolean;
}

export interface TableRow {
  readonly cells: readonly (Value | readonly Value[])[];
  readonly tone?: Tone;
  /** The row is what the page is about. */
  readonly current?: boolean;
}

/** One measure against what was asked for and what is allowed, in one unit. */
export interface Bar {
  readonly label: string;
  readonly value?: number;
  readonly request?: number;
  readonly limit?: number;
  /** The three in words, as they stand in the table beside the picture. */
  readonly words: string;
  readonly tone?: Tone;
}

/** A state that lasted from one moment to the next, in milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly state: 'ready' | 'not-ready' | 'unknown';
}

export interface TimelineRow {
  readonly label: string;
  readonly spans: readonly Span[];
  /** Moments at which something ended and was started again. */
  readonly marks: readonly number[];
  readonly words: string;
}

/** One measure over time, in one unit, with what was asked for and what is allowed. */
export interface SeriesRow {
  readonly label: string;
  /** By time, in milliseconds since the epoch. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
  readonly request?: number;
  readonly limit?: number;
  readonly words: string;
  readonly tone?: Tone;
}

export type Block =
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly TableRow[];
      /** What the table leaves out, as a sentence. */
      readonly rest?: string;
    }
  | {
      readonly kind: 'problem';
      readonly severity: 'error' | 'warning' | 'info';
      readonly sentence: string;
      readonly since?: number;
      readonly cause?: string;
      readonly fix?: string;
      readonly evidence: readonly string[];
      readonly actions?: readonly Action[];
    }
  | { readonly kind: 'pairs'; readonly label: string; readonly pairs: readonly (readonly [string, string])[] }
  | {
      readonly kind: 'code';
      readonly label: string;
      readonly text: string;
      readonly actions?: readonly Action[];
    }
  | {
      readonly kind: 'note';
      readonly text: string;
      readonly tone?: Tone;
      readonly actions?: readonly Action[];
    }
  /** A chart answers the question in its title. */
  | { readonly kind: 'bars'; readonly title: string; readonly bars: readonly Bar[] }
  | {
      readonly kind: 'timeline';
      readonly title: string;
      readonly from: number;
      readonly to: number;
      readonly rows: readonly TimelineRow[];
    }
  | {
      readonly kind: 'series';
      readonly title: string;
      readonly from: number;
      readonly to: number;
      /** Points further apart than this have nothing between them that was measured, in milliseconds. */
      readonly gap: number;
      readonly rows: readonly SeriesRow[];
    };

/** How well a section is known. Each state looks different, and none is an empty section. */
export type SectionState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'forbidden'; readonly verb: string; readonly resource: string; readonly namespace?: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Section {
  /** The same from one rendering to the next: what is folded is remembered by it. */
  readonly id: string;
  readonly title: string;
  /** A few words beside the title, readable while the section is folded. */
  readonly summary?: readonly Value[];
  readonly tone?: Tone;
  /** Open at first; from then on the reader decides. */
  readonly open: boolean;
  readonly state: SectionState;
  readonly blocks: readonly Block[];
  readonly sections?: readonly Section[];
}

export const ready: SectionState = { kind: 'ready' };

/** The fields that have a value; a field without one is not shown. */
export const fields = (...list: readonly (Field | undefined)[]): Block[] => {
  const shown = list.filter((field): field is Field => field !== undefined && field.values.length > 0);
  return shown.length === 0 ? [] : [{ kind: 'fields', fields: shown }];
};

const saysSomething = (value: Value): boolean =>
  typeof value === 'string' ? value !== '' : 'at' in value || value.text.trim() !== '';

/** A field, or nothing where all values are absent or empty. */
export const field = (label: string, ...values: readonly (Value | undefined)[]): Field | undefined => {
  const shown = values.filter((value): value is Value => value !== undefined && saysSomething(value));
  return shown.length === 0 ? undefined : { label, values: shown };
};

export const mono = (text: string | undefined, more: Omit<Text, 'text' | 'mono'> = {}): Text | undefined =>
  text === undefined || text === '' ? undefined : { text, mono: true, copy: true, ...more };

export const moment = (at: number | undefined, more: Omit<Moment, 'at'> = {}): Moment | undefined =>
  at === undefined ? undefined : { at, ...more };
