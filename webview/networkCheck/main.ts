import '../ui/page.css';
import '../ui/header.css';
import './networkCheck.css';
import { html, nothing, render, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { formatAge } from '../../src/model/age.ts';
import type { NetworkCheckPage, NetworkCheckSubject, PageState, Show } from '../../src/panels/protocol.ts';
import { actionTemplate } from '../ui/actions.ts';
import { Host } from '../ui/host.ts';
import { t } from '../ui/l10n.ts';
import { element, keepPage } from '../ui/page.ts';
import { sectionTemplate } from '../ui/section.ts';
import { absoluteTime, type Surroundings, toneIcon, valuesTemplate } from '../ui/values.ts';

interface Kept {
  /** Sections that the reader opened or closed. */
  readonly folds: Readonly<Record<string, boolean>>;
  /** What the page is about, so that the extension can open it again after a reload. */
  readonly about?: NetworkCheckSubject;
}

const host = new Host<Kept>({ folds: {} });
const top = element('top');
const main = element('main');
let page: NetworkCheckPage | undefined;
/** What is folded away is drawn once the rest has been painted. */
let whole = false;

const invoke = (id: string, args: readonly string[] = []): void => {
  host.post({ type: 'invoke', id, args });
};

const around = (): Surroundings => ({
  now: Date.now(),
  whole,
  copy: (text) => {
    host.post({ type: 'copy', text });
  },
  invoke,
  isOpen: (id, atFirst) => host.state.folds[id] ?? atFirst,
  setOpen: (id, open) => {
    // A section opens and closes by itself with its verdict, which is no choice of the reader.
    const byItself = page?.sections.find((section) => section.id === id)?.open === open;
    if (host.state.folds[id] === undefined && byItself) return;
    if (host.state.folds[id] !== open) host.keep({ folds: { ...host.state.folds, [id]: open } });
  },
});

function banner(state: PageState, now: number): TemplateResult | typeof nothing {
  const box = (icon: string, words: string, again = true): TemplateResult =>
    html`<div class="banner" role="status">
      <span class="codicon ${icon}" aria-hidden="true"></span><bdi>${words}</bdi>
      ${
        again
          ? html`<vscode-button
              appearance="secondary"
              @click=${() => {
                invoke('retry');
              }}
              >${t('Retry')}</vscode-button
            >`
          : nothing
      }
    </div>`;
  switch (state.kind) {
    case 'loading':
      return box('codicon-loading codicon-modifier-spin', t('loading…'), false);
    case 'stale':
      return box(
        'codicon-history',
        t('As of {0}, {1} ago: {2}', absoluteTime(state.since), formatAge(now - state.since), state.reason),
      );
    case 'failed':
      return box('codicon-error', state.reason);
    default:
      return nothing;
  }
}

function draw(): void {
  if (page === undefined) return;
  const { header, state, sections } = page;
  const surroundings = around();
  render(
    html`<p class="where"><bdi>${header.cluster}</bdi></p>
      <div class="bar">
        <h1>${header.name}</h1>
        <div class="actions" role="toolbar" aria-label=${t('Actions')}>
          ${header.actions.map((action) => actionTemplate(action, surroundings))}
        </div>
      </div>
      <p class="facts">
        <span class="status ${header.tone}" role="status">${toneIcon(header.tone)}<bdi>${header.status}</bdi></span
        >${valuesTemplate(header.facts, surroundings)}
      </p>
      ${banner(state, surroundings.now)}`,
    top,
  );
  render(
    repeat(
      sections,
      ({ id }) => id,
      (section) => sectionTemplate(section, surroundings),
    ),
    main,
  );
}

keepPage(host, draw, () => {
  whole = true;
  draw();
});

host.listen((message: Show<NetworkCheckPage, NetworkCheckSubject>) => {
  ({ page } = message);
  host.keep({ about: message.about });
  draw();
});
