import '../ui/page.css';
import '../ui/header.css';
import './podDetails.css';
import { t } from '../ui/l10n.ts';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { type PodPage, type PodPageSubject, samePod, type ToPage } from '../../src/panels/protocol.ts';
import { actionTemplate } from '../ui/actions.ts';
import { Host } from '../ui/host.ts';
import { menuTemplate } from '../ui/menu.ts';
import { forbiddenWords, sectionTemplate } from '../ui/section.ts';
import { element, keepPage } from '../ui/page.ts';
import { painted } from '../ui/painted.ts';
import { visible } from '../ui/visible.ts';
import { absoluteTime, type Surroundings, toneIcon, valuesTemplate } from '../ui/values.ts';
import { formatAge } from '../../src/model/age.ts';
import { firstChoices, type LogChoices, LogView } from './logView.ts';
import { pausedWords, refreshTemplate } from './refresh.ts';

interface Kept {
  readonly tab: 'details' | 'logs';
  /** Sections that the reader opened or closed. */
  readonly folds: Readonly<Record<string, boolean>>;
  readonly log: LogChoices;
  /** What the page is about, so that the extension can open it again after a reload. */
  readonly about?: PodPageSubject;
}

const host = new Host<Kept>({ tab: 'details', folds: {}, log: firstChoices });
render(
  html`<div id="details-panel" role="tabpanel" aria-labelledby="details-tab"></div>
    <div id="logs-panel" role="tabpanel" aria-labelledby="logs-tab" hidden></div>`,
  element('main'),
);
const details = element('details-panel');
const top = element('top');
let shown: { readonly about: PodPageSubject; readonly page: PodPage } | undefined;
/** What is folded away is drawn once the rest has been painted. */
let whole = false;

const log = new LogView(element('logs-panel'), host.state.log, {
  ask: (request, what) => {
    host.post({ type: 'log', request, what });
  },
  invoke: (id, args) => {
    host.post({ type: 'invoke', id, args });
  },
  keep: (choices) => {
    host.keep({ log: choices });
  },
});

const around = (): Surroundings => ({
  now: Date.now(),
  whole,
  copy: (text) => {
    host.post({ type: 'copy', text });
  },
  invoke: (id, args) => {
    if (id === 'previousLog') log.choosePrevious(args[0] ?? '');
    if (id === 'previousLog' || id === 'showLogs') select('logs');
    else host.post({ type: 'invoke', id, args });
  },
  isOpen: (id, atFirst) => host.state.folds[id] ?? atFirst,
  setOpen: (id, open) => {
    if (host.state.folds[id] !== open) host.keep({ folds: { ...host.state.folds, [id]: open } });
  },
});

function banner({ state, refresh, partial }: PodPage, now: number): TemplateResult | typeof nothing {
  const box = (icon: string, words: TemplateResult): TemplateResult =>
    html`<div class="banner" role="status">
      <span class="codicon ${icon}" aria-hidden="true"></span><span>${words}</span>
    </div>`;
  const button = (id: string, label: string, ...args: string[]): TemplateResult =>
    html`<vscode-button
      appearance="secondary"
      @click=${() => {
        host.post({ type: 'invoke', id, args });
      }}
      >${label}</vscode-button
    >`;
  switch (state.kind) {
    case 'live':
      return refresh?.pace === 'paused'
        ? box('codicon-debug-pause', html`${pausedWords(refresh, now)} ${button('retry', t('Refresh'))}`)
        : partial === undefined
          ? nothing
          : box(
              'codicon-question',
              html`<bdi>${t('Only a part of this pod is shown: {0}.', partial)}</bdi> ${button('retry', t('Retry'))}`,
            );
    case 'loading':
      return box('codicon-loading codicon-modifier-spin', html`${t('loading…')}`);
    case 'stale':
      return box(
        'codicon-history',
        html`${t('As of {0}, {1} ago: {2}', absoluteTime(state.since), formatAge(now - state.since), state.reason)}
        ${button('retry', t('Retry'))} ${button('showLog', t('Show Log'))}`,
      );
    case 'deleted':
      return box(
        'codicon-trash',
        html`${t('This pod was deleted at {0}; what is shown is what was last known of it.', absoluteTime(state.at))}
        ${state.replacement === undefined ? nothing : button('openPod', t('Open {0}', state.replacement), shown?.page.header.namespace ?? '', state.replacement)}`,
      );
    case 'forbidden':
      return box('codicon-lock', html`${forbiddenWords(state)} ${button('retry', t('Retry'))}`);
    case 'failed':
      return box(
        'codicon-error',
        html`<bdi>${state.reason}</bdi> ${button('retry', t('Retry'))} ${button('showLog', t('Show Log'))}`,
      );
  }
}

function headerTemplate(page: PodPage, surroundings: Surroundings): TemplateResult {
  const { header, refresh } = page;
  const tab = (id: Kept['tab'], label: string): TemplateResult =>
    html`<button
      role="tab"
      id="${id}-tab"
      aria-controls="${id}-panel"
      aria-selected=${String(host.state.tab === id)}
      tabindex=${host.state.tab === id ? 0 : -1}
      @click=${() => {
        select(id);
      }}
      @keydown=${onTabKey}
    >
      ${label}
    </button>`;
  return html`<p class="where">
      <bdi>${header.cluster}</bdi><span aria-hidden="true"> › </span><bdi>${header.namespace}</bdi>
    </p>
    <h1><bdi>${visible(header.name)}</bdi></h1>
    <p class="facts">
      <span class="status ${header.tone}">${toneIcon(header.tone)}<bdi>${header.status}</bdi></span
      >${valuesTemplate(header.facts, surroundings)}
    </p>
    ${banner(page, surroundings.now)}
    <div class="bar">
      <div class="tabs" role="tablist" aria-label=${t('Pod')}>
        ${tab('details', t('Details'))}${tab('logs', t('Logs'))}
      </div>
      ${refresh === undefined || header.actions.length === 0 ? nothing : refreshTemplate(refresh, surroundings)}
      <div class="actions" role="toolbar" aria-label=${t('Actions')}>
        ${header.actions.filter(({ icon }) => icon !== undefined).map((action) => actionTemplate(action, surroundings))}${menuTemplate(header.actions, surroundings)}
      </div>
    </div>`;
}

function onTabKey(event: KeyboardEvent): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  select(host.state.tab === 'details' ? 'logs' : 'details');
  element(`${host.state.tab}-tab`).focus();
}

function select(tab: Kept['tab']): void {
  host.keep({ tab });
  draw();
  if (tab === 'logs') log.open();
  else log.close();
}

/** Sections that stand in the narrow column where there are two. */
const beside = new Set(['resources', 'status', 'scheduling', 'security', 'metadata']);

function draw(): void {
  details.hidden = host.state.tab !== 'details';
  element('logs-panel').hidden = host.state.tab !== 'logs';
  if (shown === undefined) return;
  const { page } = shown;
  const surroundings = around();
  render(headerTemplate(page, surroundings), top);
  const column = (inNarrow: boolean): unknown =>
    repeat(
      page.sections.filter(({ id }) => beside.has(id) === inNarrow),
      ({ id }) => id,
      (section) => sectionTemplate(section, surroundings),
    );
  render(
    html`<div class="columns">
      <div>${column(false)}</div>
      <div>${column(true)}</div>
    </div>`,
    details,
  );
}

keepPage(host, draw, () => {
  whole = true;
  draw();
});

host.listen((message: ToPage) => {
  if (message.type === 'log') {
    log.receive(message);
    return;
  }
  const another = shown !== undefined && !samePod(shown.about, message.about);
  shown = message;
  host.keep({ about: message.about });
  if (another) {
    log.turn();
    performance.clearMarks();
    document.title = message.about.name;
  }
  draw();
  if (another) scrollTo(0, 0);
  log.show(message.page.logs);
  // Of interest to who measures how long it takes until something is seen.
  if (message.page.sections.length > 0 && performance.getEntriesByName('painted').length === 0)
    void painted().then(() => performance.mark('painted'));
});
