import { t } from './l10n.ts';
import { html, nothing, type TemplateResult } from 'lit-html';
import { formatAge } from '../../src/model/age.ts';
import { visible } from './visible.ts';
import type { Moment, Text, Tone, Value } from '../../src/panels/protocol.ts';

/** What templates need from the page they are in. */
export interface Surroundings {
  readonly now: number;
  /** Whether what is folded away is drawn too, so that it is found. */
  readonly whole: boolean;
  readonly copy: (text: string) => void;
  readonly invoke: (id: string, args: readonly string[]) => void;
  readonly isOpen: (id: string, atFirst: boolean) => boolean;
  readonly setOpen: (id: string, open: boolean) => void;
}

type Template = TemplateResult | typeof nothing;

const icons: Readonly<Partial<Record<Tone, readonly [icon: string, meaning: string]>>> = {
  error: ['codicon-error', t('Error: ')],
  warning: ['codicon-warning', t('Warning: ')],
};

/** Meaning by shape and words as well as by colour. */
export const toneIcon = (tone: Tone | undefined): Template => {
  const icon = tone === undefined ? undefined : icons[tone];
  return icon === undefined
    ? nothing
    : html`<span class="codicon ${icon[0]}" aria-hidden="true"></span><span class="spoken">${icon[1]}</span>`;
};

/** Longer texts fold. */
const foldAt = 240;

/** Names up to this length are not broken in tables; a hyphen is no place to break one. */
const shortName = 32;

/** A word with a sign before it, which is kept beside it. */
const shortWord = 20;

const isMoment = (value: Text | Moment): value is Moment => 'at' in value;

export const absoluteTime = (at: number): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });

function momentTemplate({ at, before, after }: Moment, { now }: Surroundings): TemplateResult {
  const absolute = absoluteTime(at);
  return html`<span class="value"
    >${before === undefined ? nothing : `${before} `}<time datetime=${new Date(at).toISOString()} title=${absolute}
      >${formatAge(now - at)}<span class="spoken"> (${absolute})</span></time
    >${after === undefined ? nothing : ` ${after}`}</span
  >`;
}

function textTemplate(value: Text, around: Surroundings): TemplateResult {
  const { tone, mono, copy, note, action } = value;
  const text = visible(value.text);
  const long = text.length > foldAt;
  const body = long
    ? html`<details class="fold">
        <summary>
          <span class="short">${text.slice(0, foldAt)}…</span><span class="more">${t('show all')}</span
          ><span class="less">${t('show less')}</span>
        </summary>
        <span>${text}</span>
      </details>`
    : action === undefined
      ? text
      : html`<button
          class="link"
          title=${action.label}
          @click=${() => {
            around.invoke(action.id, action.args ?? []);
          }}
        >
          ${text}
        </button>`;
  const short = mono === true && text.length <= shortName;
  const word = mono !== true && note === undefined && text.length <= shortWord && !text.includes(' ');
  return html`<span
    class="value ${tone ?? 'plain'} ${mono === true ? 'mono' : ''} ${short ? 'short' : ''} ${word ? 'word' : ''}"
    >${toneIcon(tone)}<bdi>${body}</bdi>${
      copy === true && text !== ''
        ? html`<button
            class="copy codicon codicon-copy"
            title=${t('Copy')}
            aria-label=${t('Copy {0}', text.slice(0, 80))}
            @click=${() => {
              around.copy(value.text);
            }}
          ></button>`
        : nothing
    }${note === undefined || note === '' ? nothing : html` <span class="note">(<bdi>${visible(note)}</bdi>)</span>`}</span
  >`;
}

export const valueTemplate = (value: Value, around: Surroundings): TemplateResult =>
  typeof value === 'string'
    ? textTemplate({ text: value }, around)
    : isMoment(value)
      ? momentTemplate(value, around)
      : textTemplate(value, around);

export const valuesTemplate = (values: Value | readonly Value[], around: Surroundings): readonly TemplateResult[] =>
  (Array.isArray(values) ? (values as readonly Value[]) : [values as Value]).map((value) =>
    valueTemplate(value, around),
  );
