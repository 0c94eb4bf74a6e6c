import { html, type TemplateResult } from 'lit-html';
import { formatAge } from '../../src/model/age.ts';
import type { Pace, PodPage } from '../../src/panels/protocol.ts';
import { t } from '../ui/l10n.ts';
import { absoluteTime, type Surroundings, valueTemplate } from '../ui/values.ts';

type Refresh = NonNullable<PodPage['refresh']>;

const choices: readonly (readonly [Pace, string])[] = [
  ['live', t('Live')],
  [10, t('Every 10 s')],
  [20, t('Every 20 s')],
  [30, t('Every 30 s')],
  ['paused', t('Paused')],
];

/** When the page was last brought up to date, and how it is from now on. */
export function refreshTemplate({ pace, at }: Refresh, around: Surroundings): TemplateResult {
  return html`<div class="refresh">
    <span class="note">${valueTemplate({ at, before: t('updated'), after: t('ago') }, around)}</span>
    <vscode-dropdown
      aria-label=${t('How this page follows the cluster')}
      title=${t('How this page follows the cluster')}
      .value=${String(pace)}
      @change=${(event: Event) => {
        around.invoke('pace', [(event.target as HTMLSelectElement).value]);
      }}
    >
      ${choices.map(([key, label]) => html`<vscode-option value=${String(key)} ?selected=${key === pace}>${label}</vscode-option>`)}
    </vscode-dropdown>
  </div>`;
}

/** Said while the page stands still, so that nobody takes it for what is. */
export const pausedWords = ({ at }: Refresh, now: number): string =>
  t('Paused: what is shown was so at {0}, {1} ago.', absoluteTime(at), formatAge(now - at));
