import { t } from './l10n.ts';
import { html, nothing, type TemplateResult } from 'lit-html';
import { formatAge } from '../../src/model/age.ts';
import type { Action, Block, Column } from '../../src/panels/protocol.ts';
import { barsTemplate, seriesTemplate, timelineTemplate } from './charts.ts';
import { visible } from './visible.ts';
import { absoluteTime, type Surroundings, toneIcon, valuesTemplate } from './values.ts';

const buttons = (actions: readonly Action[] | undefined, around: Surroundings): TemplateResult | typeof nothing =>
  actions === undefined
    ? nothing
    : html`<p class="buttons">
        ${actions.map(
          ({ id, label, args }) =>
            html`<vscode-button
              appearance="secondary"
              @click=${() => {
                around.invoke(id, args ?? []);
              }}
              >${label}</vscode-button
            >`,
        )}
      </p>`;

const cellClass = (column: Column | undefined): string =>
  column?.numeric === true ? 'number' : column?.text === true ? 'text' : '';

export function blockTemplate(block: Block, around: Surroundings): TemplateResult {
  switch (block.kind) {
    case 'fields':
      return html`<dl>
        ${block.fields.map(
          ({ label, values }) =>
            html`<dt>${label}</dt>
              <dd>${valuesTemplate(values, around)}</dd>`,
        )}
      </dl>`;
    case 'table':
      return html`<div class="scroll" tabindex="0" role="region" aria-label=${block.caption}>
          <table role="table" class=${block.columns.length > 3 ? 'wide' : ''}>
            <caption>
              ${block.caption}
            </caption>
            <thead role="rowgroup">
              <tr role="row">
                ${block.columns.map(({ title, numeric }) => html`<th role="columnheader" scope="col" class=${numeric === true ? 'number' : ''}>${title}</th>`)}
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${block.rows.map(
                ({ cells, tone, current }) =>
                  html`<tr
                    role="row"
                    class="${tone ?? 'plain'} ${current === true ? 'current' : ''}"
                    aria-current=${current === true ? 'true' : nothing}
                  >
                    ${cells.map((cell, index) => html`<td role="cell" data-title=${block.columns[index]?.title ?? ''} class=${cellClass(block.columns[index])}>${valuesTemplate(cell, around)}</td>`)}
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
        ${block.rest === undefined ? nothing : html`<p class="note">${block.rest}</p>`}`;
    case 'problem':
      return html`<div class="problem ${block.severity}">
        <p class="sentence">
          ${toneIcon(block.severity === 'info' ? 'muted' : block.severity)}<bdi>${visible(block.sentence)}</bdi>${
            block.since === undefined
              ? nothing
              : html`<span class="note">
                  · ${t('for')}
                  <time title=${absoluteTime(block.since)}>${formatAge(around.now - block.since)}</time></span
                >`
          }
        </p>
        ${block.cause === undefined ? nothing : html`<p><span class="lead">${t('Cause')}</span> <bdi>${visible(block.cause)}</bdi></p>`}
        ${block.fix === undefined ? nothing : html`<p><span class="lead">${t('What to do')}</span> <bdi>${block.fix}</bdi></p>`}
        ${
          block.evidence.length === 0
            ? nothing
            : html`<details>
                <summary>${t('Evidence')}</summary>
                <ul>
                  ${block.evidence.map((text) => html`<li><bdi>${visible(text)}</bdi></li>`)}
                </ul>
              </details>`
        }
        ${buttons(block.actions, around)}
      </div>`;
    case 'pairs':
      return html`<div class="pairs">
        <p class="title">${block.label}</p>
        <dl class="mono">
          ${block.pairs.map(
            ([name, text]) =>
              html`<dt><bdi>${visible(name)}</bdi></dt>
                <dd>${valuesTemplate({ text, mono: true, copy: true }, around)}</dd>`,
          )}
        </dl>
      </div>`;
    case 'code':
      return html`<div class="code">
        <div class="bar">
          <p class="title">${block.label}</p>
          <button
            class="copy codicon codicon-copy"
            title=${t('Copy')}
            aria-label=${t('Copy {0}', block.label)}
            @click=${() => {
              around.copy(block.text);
            }}
          ></button>
        </div>
        ${buttons(block.actions, around)}
        <pre tabindex="0" aria-label=${block.label}><code>${visible(block.text)}</code></pre>
      </div>`;
    case 'note':
      return html`<p class="note ${block.tone ?? 'muted'}">${toneIcon(block.tone)}<bdi>${visible(block.text)}</bdi></p>
        ${buttons(block.actions, around)}`;
    case 'bars':
      return barsTemplate(block);
    case 'timeline':
      return timelineTemplate(block);
    case 'series':
      return seriesTemplate(block);
  }
}
