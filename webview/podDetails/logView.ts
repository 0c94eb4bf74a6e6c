import { t } from '../ui/l10n.ts';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { LogRequest, LogSources, LogState, ToPage } from '../../src/panels/protocol.ts';
import { forbiddenWords } from '../ui/section.ts';
import { visible } from '../ui/visible.ts';
import { type LogFilter, lineTest } from './logFilter.ts';
import { levelOf, LogBuffer, plainText, shorten } from './logBuffer.ts';

/** Lines drawn at a time; more are kept and searched. */
const drawnLines = 2000;
const keptLines = 20_000;

export interface LogChoices extends LogFilter {
  readonly container?: string | undefined;
  readonly previous: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly wrap: boolean;
  readonly tail: string;
  readonly since: string;
}

export const firstChoices: LogChoices = {
  previous: false,
  follow: true,
  timestamps: false,
  wrap: false,
  tail: '500',
  since: '',
  search: '',
  regex: false,
  level: '',
};

interface Surroundings {
  readonly ask: (request: number, what: LogRequest | undefined) => void;
  readonly invoke: (id: string, args: readonly string[]) => void;
  readonly keep: (choices: LogChoices) => void;
}

const sinceChoices: readonly (readonly [string, string])[] = [
  ['', t('any time')],
  ['60', t('last minute')],
  ['600', t('last 10 minutes')],
  ['3600', t('last hour')],
  ['86400', t('last day')],
];

const levelChoices = [
  ['', t('any severity')],
  ['warning', t('warnings and errors')],
  ['error', t('errors')],
] as const satisfies readonly (readonly [LogChoices['level'], string])[];

/** The log of one container at a time: chosen, followed, searched; bounded however much comes. */
export class LogView {
  readonly #root: HTMLElement;
  readonly #around: Surroundings;
  readonly #buffer = new LogBuffer(keptLines);
  #choices: LogChoices;
  #sources: LogSources = { containers: [] };
  #state: LogState = { kind: 'idle' };
  #request = 0;
  #asked = '';
  #scheduled = false;
  #atEnd = true;

  constructor(root: HTMLElement, choices: LogChoices, around: Surroundings) {
    this.#root = root;
    // What was kept by an earlier version may lack what has come since.
    this.#choices = { ...firstChoices, ...choices };
    this.#around = around;
    this.#draw();
  }

  show(sources: LogSources): void {
    this.#sources = sources;
    this.#schedule();
    if (this.#root.hidden === false) this.open();
  }

  /** Asks for the log unless the same is already coming. */
  open(): void {
    const container = this.#container();
    if (container === undefined || this.#sources.unavailable !== undefined) return;
    const { previous, follow, timestamps, tail, since } = this.#choices;
    const what: LogRequest = {
      container: container.name,
      previous: previous && container.previous,
      follow: follow && !previous,
      timestamps,
      ...(tail !== '' && { tail: Number(tail) }),
      ...(since !== '' && { sinceSeconds: Number(since) }),
    };
    const key = JSON.stringify(what);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#buffer.clear();
    this.#state = { kind: 'loading' };
    this.#around.ask(++this.#request, what);
    this.#schedule();
  }

  /** Chooses the run of a container that was before the one it has now. */
  choosePrevious(container: string): void {
    this.#choose({ container, previous: true });
  }

  /** The page is that of another pod from now on: what was chosen of its containers does not hold for these. */
  turn(): void {
    this.close();
    this.#buffer.clear();
    this.#choices = { ...this.#choices, container: undefined, previous: false };
    this.#around.keep(this.#choices);
  }

  close(): void {
    if (this.#asked === '') return;
    this.#asked = '';
    this.#state = { kind: 'idle' };
    this.#around.ask(++this.#request, undefined);
  }

  receive({ request, state, lines, dropped }: Extract<ToPage, { type: 'log' }>): void {
    if (request !== this.#request) return;
    this.#state = state;
    this.#buffer.add(lines, dropped);
    this.#schedule();
  }

  #container(): LogSources['containers'][number] | undefined {
    return this.#sources.containers.find(({ name }) => name === this.#choices.container) ?? this.#sources.containers[0];
  }

  #choose(change: Partial<LogChoices>): void {
    this.#choices = { ...this.#choices, ...change };
    this.#around.keep(this.#choices);
    this.open();
    this.#schedule();
  }

  #again(): void {
    this.#asked = '';
    this.open();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw(): void {
    const before = this.#root.querySelector('.lines');
    this.#atEnd = before === null || before.scrollHeight - before.scrollTop - before.clientHeight < 40;
    render(this.#template(), this.#root);
    const lines = this.#root.querySelector('.lines');
    if (lines !== null && this.#atEnd) lines.scrollTop = lines.scrollHeight;
  }

  #template(): TemplateResult {
    const { unavailable, containers } = this.#sources;
    if (unavailable !== undefined) return html`<p class="state">${unavailable}</p>`;
    if (containers.length === 0) return html`<p class="state">${t('This pod has no container yet.')}</p>`;
    const container = this.#container();
    const { previous, follow, timestamps, wrap, tail, since, search, regex, level } = this.#choices;
    const all = this.#buffer.lines;
    const test = lineTest(this.#choices);
    const found = this.#filters() && typeof test !== 'string' ? all.filter(test) : all;
    const drawn = found.slice(-drawnLines);
    return html`<div class="tools" role="toolbar" aria-label=${t('Log')}>
        ${choice(
          t('Container'),
          container?.name ?? '',
          containers.map(({ name, group }) => [name, group === 'container' ? name : `${name} (${group})`]),
          (value) => {
            this.#choose({ container: value });
          },
        )}
        ${choice(
          t('Lines'),
          tail,
          [
            ['100', t('{0} lines', '100')],
            ['500', t('{0} lines', '500')],
            ['5000', t('{0} lines', '5,000')],
            ['', t('all lines')],
          ],
          (value) => {
            this.#choose({ tail: value });
          },
        )}
        ${choice(t('Since'), since, sinceChoices, (value) => {
          this.#choose({ since: value });
        })}
        ${box(t('Follow'), follow && !previous, previous, (on) => {
          this.#choose({ follow: on });
        })}
        ${box(
          t('Previous run'),
          previous && container?.previous === true,
          container?.previous !== true,
          (on) => {
            this.#choose({ previous: on });
          },
          container?.previous === true ? '' : t('The container has not been restarted.'),
        )}
        ${box(t('Timestamps'), timestamps, false, (on) => {
          this.#choose({ timestamps: on });
        })}
        ${box(t('Wrap'), wrap, false, (on) => {
          this.#choose({ wrap: on });
        })}
        <vscode-text-field
          placeholder=${t('Filter')}
          aria-label=${t('Filter the log')}
          .value=${search}
          @input=${(event: Event) => {
            this.#choose({ search: (event.target as HTMLInputElement).value });
          }}
        ></vscode-text-field>
        ${box(t('Regular expression'), regex, false, (on) => {
          this.#choose({ regex: on });
        })}
        ${choice(t('Severity'), level, levelChoices, (value) => {
          this.#choose({ level: levelChoices.find(([key]) => key === value)?.[0] ?? '' });
        })}
        <vscode-button
          appearance="secondary"
          @click=${() => {
            this.#around.invoke('openLog', [container?.name ?? '', String(previous && container?.previous === true)]);
          }}
          >${t('Open as Document')}</vscode-button
        >
      </div>
      ${this.#notice(found.length, drawn.length, typeof test === 'string' ? test : undefined)}
      <div
        class="lines ${wrap ? 'wrap' : ''}"
        tabindex="0"
        role="log"
        aria-live="off"
        aria-label=${t('Log of {0}', container?.name ?? '')}
      >
        ${drawn.map((line) => {
          const text = plainText(line);
          return html`<div class="line ${levelOf(text)}"><bdi>${visible(shorten(text))}</bdi></div>`;
        })}
      </div>`;
  }

  #filters(): boolean {
    return this.#choices.search !== '' || this.#choices.level !== '';
  }

  #notice(found: number, drawn: number, mistake: string | undefined): TemplateResult {
    const state = this.#state;
    const kept = this.#buffer.lines.length;
    const parts: string[] = [];
    if (mistake !== undefined) parts.push(mistake);
    else if (this.#filters()) parts.push(t('{0} of {1} lines match', found, kept));
    if (drawn < found) parts.push(t('the last {0} of {1} lines are shown', drawn, found));
    if (this.#buffer.dropped > 0) parts.push(t('{0} earlier lines were let go of', this.#buffer.dropped));
    if (this.#choices.tail !== '' && kept >= Number(this.#choices.tail))
      parts.push(t('begins {0} lines before the end, or later', this.#choices.tail));
    const words = parts.length === 0 ? nothing : html`<span class="note">${parts.join(' · ')}</span>`;
    switch (state.kind) {
      case 'idle':
        return html`<p class="state">${words}</p>`;
      case 'loading':
        return html`<p class="state" role="status">
          <vscode-progress-ring></vscode-progress-ring> ${t('loading…')} ${words}
        </p>`;
      case 'following':
        return html`<p class="state">${t('following')} ${words}</p>`;
      case 'ended':
        return html`<p class="state">
          ${kept === 0 ? t('The log is empty.') : t('end of the log')} ${words} ${this.#againButton(t('Read Again'))}
        </p>`;
      case 'forbidden':
        return html`<p class="state" role="status">
          <span class="codicon codicon-lock" aria-hidden="true"></span> ${forbiddenWords(state)}
          ${t('Ask for the verb {0} on {1}.', 'get', 'pods/log')} ${this.#againButton(t('Retry'))}
        </p>`;
      case 'failed':
        return html`<p class="state" role="status">
          <span class="codicon codicon-error" aria-hidden="true"></span>
          <bdi>${state.reason}</bdi> ${this.#againButton(t('Retry'))}
        </p>`;
    }
  }

  #againButton(label: string): TemplateResult {
    return html`<vscode-button
      appearance="secondary"
      @click=${() => {
        this.#again();
      }}
      >${label}</vscode-button
    >`;
  }
}

const choice = (
  label: string,
  value: string,
  options: readonly (readonly [string, string])[],
  choose: (value: string) => void,
): TemplateResult =>
  html`<vscode-dropdown
    aria-label=${label}
    title=${label}
    .value=${value}
    @change=${(event: Event) => {
      choose((event.target as HTMLSelectElement).value);
    }}
  >
    ${options.map(([key, text]) => html`<vscode-option value=${key} ?selected=${key === value}>${text}</vscode-option>`)}
  </vscode-dropdown>`;

const box = (
  label: string,
  checked: boolean,
  disabled: boolean,
  choose: (on: boolean) => void,
  why = '',
): TemplateResult =>
  html`<vscode-checkbox
    .checked=${checked}
    ?disabled=${disabled}
    title=${why}
    @change=${(event: Event) => {
      choose((event.target as HTMLInputElement).checked);
    }}
    >${label}</vscode-checkbox
  >`;
