import { t } from './l10n.ts';
import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Section, SectionState } from '../../src/panels/protocol.ts';
import { blockTemplate } from './blocks.ts';
import { visible } from './visible.ts';
import { type Surroundings, toneIcon, valuesTemplate } from './values.ts';

export const forbiddenWords = ({
  verb,
  resource,
  namespace,
}: {
  verb: string;
  resource: string;
  namespace?: string;
}): string =>
  namespace === undefined || namespace === ''
    ? t('No access: your account may not {0} {1}.', verb, resource)
    : t('No access: your account may not {0} {1} in {2}.', verb, resource, namespace);

function stateTemplate(state: SectionState, around: Surroundings): TemplateResult | typeof nothing {
  switch (state.kind) {
    case 'ready':
      return nothing;
    case 'loading':
      return html`<p class="state" role="status"><vscode-progress-ring></vscode-progress-ring> ${t('loading…')}</p>`;
    case 'forbidden':
      return html`<p class="state">
        <span class="codicon codicon-lock" aria-hidden="true"></span> ${forbiddenWords(state)}
      </p>`;
    case 'failed':
      return html`<p class="state">
        <span class="codicon codicon-question" aria-hidden="true"></span> <bdi>${state.reason}</bdi>
        <vscode-button
          appearance="secondary"
          @click=${() => {
            around.invoke('retry', []);
          }}
          >${t('Retry')}</vscode-button
        >
      </p>`;
  }
}

/** A section folds as a native `details`, which the keyboard and screen readers know. */
export function sectionTemplate(section: Section, around: Surroundings, level = 2): TemplateResult {
  const { id, title, summary, tone, open, state, blocks, sections } = section;
  const heading =
    level === 2
      ? html`<h2>${title}</h2>`
      : level === 3
        ? html`<h3 class="mono"><bdi>${visible(title)}</bdi></h3>`
        : html`<h4>${title}</h4>`;
  const unfolded = around.isOpen(id, open);
  return html`<details
    class="section level${level}"
    ?open=${unfolded}
    @toggle=${(event: Event) => {
      if (event.target === event.currentTarget) around.setOpen(id, (event.currentTarget as HTMLDetailsElement).open);
    }}
  >
    <summary>
      <span class="codicon codicon-chevron-right" aria-hidden="true"></span>${heading}
      <span class="summary"
        >${
          state.kind === 'forbidden'
            ? t('no access')
            : summary === undefined
              ? toneIcon(tone)
              : valuesTemplate(summary, around)
        }</span
      >
    </summary>
    <div class="body">
      ${stateTemplate(state, around)}
      ${state.kind === 'ready' && (unfolded || around.whole) ? blocks.map((block) => blockTemplate(block, around)) : nothing}
      ${
        sections === undefined || !(unfolded || around.whole)
          ? nothing
          : repeat(
              sections,
              ({ id: key }) => key,
              (inner) => sectionTemplate(inner, around, level + 1),
            )
      }
    </div>
  </details>`;
}
