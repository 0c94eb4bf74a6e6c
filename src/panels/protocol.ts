import type { Action, Section, Tone, Value } from './page.ts';

export type {
  Action,
  Bar,
  Block,
  Column,
  Field,
  Moment,
  Section,
  SectionState,
  SeriesRow,
  Span,
  TableRow,
  Text,
  TimelineRow,
  Tone,
  Value,
} from './page.ts';

/** Where the data of a page comes from, always in view. */
export interface PageHeader {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  /** kubectl's own word. */
  readonly status: string;
  readonly tone: Tone;
  readonly facts: readonly Value[];
  readonly actions: readonly HeaderAction[];
}

/** Offered beside the tabs: with an icon of its own there, or in the menu that holds the rest, among those of its kind. */
export type HeaderAction = Action & {
  /** Why it cannot be done, in words to follow its name; it is shown greyed. */
  readonly unavailable?: string;
} & (
    | { readonly icon: string; readonly more?: undefined }
    | { readonly more: 'look' | 'terminal' | 'change'; readonly icon?: undefined }
  );

export type PageState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'live' }
  /** What is shown was true at `since`; it could not be confirmed because of `reason`. */
  | { readonly kind: 'stale'; readonly since: number; readonly reason: string }
  /** The object is gone; `replacement` is the pod that took its place, where there is one. */
  | { readonly kind: 'deleted'; readonly at: number; readonly replacement?: string }
  | { readonly kind: 'forbidden'; readonly verb: string; readonly resource: string; readonly namespace: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** How a page follows its cluster: as it changes, every so many seconds, or only when it is told to. */
export type Pace = 'live' | 10 | 20 | 30 | 'paused';

export interface PodPage {
  /** Absent for a page that nothing brings up to date. `at` is when it was last, in milliseconds since the epoch. */
  readonly refresh?: { readonly pace: Pace; readonly at: number };
  /** Why the pod is not shown whole; absent where it is. */
  readonly partial?: string;
  readonly header: PageHeader;
  readonly state: PageState;
  readonly sections: readonly Section[];
  /** Names that the log can be asked for; empty where there is no log to be had, with the reason. */
  readonly logs: LogSources;
}

/** Which cluster’s network is checked; `source` is the id of the cluster's source. */
export interface NetworkCheckSubject {
  readonly source: string;
}

export interface NetworkCheckPage {
  readonly header: PageHeader;
  readonly state: PageState;
  readonly sections: readonly Section[];
}

export interface LogSources {
  readonly containers: readonly {
    readonly name: string;
    readonly group: 'container' | 'init' | 'ephemeral';
    readonly previous: boolean;
  }[];
  readonly unavailable?: string;
}

export interface LogRequest {
  readonly container: string;
  readonly previous: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** Lines from the end; absent for all that the server keeps. */
  readonly tail?: number;
  readonly sinceSeconds?: number;
}

export type LogState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'following' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'forbidden'; readonly verb: string; readonly resource: string; readonly namespace: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Which pod of which cluster; `source` is the id of the cluster's source. */
export interface PageSubject {
  readonly source: string;
  readonly namespace: string;
  readonly name: string;
}

export const samePod = (one: PageSubject, other: PageSubject): boolean =>
  one.source === other.source && one.namespace === other.namespace && one.name === other.name;

/** A whole page in place of the one before. Every message carries what it replaces: one that is lost or late does no harm. */
export interface Show<Page, About> {
  readonly type: 'show';
  readonly sequence: number;
  /** Kept by the page and handed back by the editor after a reload. */
  readonly about: About;
  readonly page: Page;
}

/** What the page of a pod is about. */
export interface PodPageSubject extends PageSubject {
  /** It is not given to another pod. */
  readonly kept: boolean;
  /** `live` where it is absent. */
  readonly pace?: Pace;
}

export type ToPage =
  | Show<PodPage, PodPageSubject>
  | {
      readonly type: 'log';
      /** Counts requests: lines of an earlier request are dropped. */
      readonly request: number;
      readonly state: LogState;
      readonly lines: readonly string[];
      /** Lines that the host let go of since the request began, because more came than can be shown. */
      readonly dropped: number;
    };

/** What concerns the page's subject says by `sequence` which page it was asked on: the subject may have changed since. */
export type ToHost =
  | { readonly type: 'ready' }
  | { readonly type: 'invoke'; readonly sequence: number; readonly id: string; readonly args: readonly string[] }
  | { readonly type: 'log'; readonly sequence: number; readonly request: number; readonly what: LogRequest | undefined }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'failed'; readonly message: string };
