import { html, nothing, type TemplateResult } from 'lit-html';
import type { HeaderAction } from '../../src/panels/protocol.ts';
import type { Surroundings } from './values.ts';

/** A button with the action's icon alone; what may not be done says why. */
export function actionTemplate(action: HeaderAction, { invoke }: Pick<Surroundings, 'invoke'>): TemplateResult {
  const { id, label, icon, unavailable } = action;
  const words = unavailable === undefined ? label : `${label}: ${unavailable}`;
  return html`<vscode-button
    appearance="icon"
    aria-label=${words}
    aria-disabled=${unavailable === undefined ? nothing : 'true'}
    title=${words}
    @click=${() => {
      if (unavailable === undefined) invoke(id, action.args ?? []);
    }}
    ><span class="codicon codicon-${icon ?? ''}" aria-hidden="true"></span
  ></vscode-button>`;
}
