import './menu.css';
import { html, nothing, type TemplateResult } from 'lit-html';
import type { HeaderAction } from '../../src/panels/protocol.ts';
import { t } from './l10n.ts';
import type { Surroundings } from './values.ts';

const kinds = ['look', 'terminal', 'change'] as const;

/** The button for what has no icon of its own, and its menu, which works as those of VS Code do. */
export function menuTemplate(
  actions: readonly HeaderAction[],
  { invoke }: Surroundings,
): TemplateResult | typeof nothing {
  const groups = kinds.map((kind) => actions.filter(({ more }) => more === kind)).filter((group) => group.length > 0);
  if (groups.length === 0) return nothing;
  const item = ({ id, label, args, unavailable }: HeaderAction): TemplateResult =>
    html`<button
      role="menuitem"
      tabindex="-1"
      aria-disabled=${unavailable === undefined ? nothing : 'true'}
      @click=${(event: Event) => {
        if (unavailable !== undefined) return;
        menuOf(event)?.hidePopover();
        invoke(id, args ?? []);
      }}
      @pointermove=${(event: Event) => {
        if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus({ preventScroll: true });
      }}
    >
      ${label}${unavailable === undefined ? nothing : html` <span class="note">(${unavailable})</span>`}
    </button>`;
  return html`<button
      class="more"
      id="more"
      popovertarget="more-menu"
      aria-haspopup="menu"
      aria-expanded="false"
      aria-label=${t('More Actions…')}
      title=${t('More Actions…')}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        document.getElementById('more-menu')?.showPopover();
      }}
    >
      <span class="codicon codicon-ellipsis" aria-hidden="true"></span>
    </button>
    <div role="menu" id="more-menu" popover aria-labelledby="more" @toggle=${onToggle} @keydown=${onKey}>
      ${groups.map((group, index) => [index === 0 ? nothing : html`<div role="separator"></div>`, group.map(item)])}
    </div>`;
}

const menuOf = (event: Event): HTMLElement | null =>
  event.currentTarget instanceof HTMLElement ? event.currentTarget.closest<HTMLElement>('[role=menu]') : null;

const itemsOf = (menu: HTMLElement): readonly HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role=menuitem]'),
];

/** Below its button, and within the page. */
function onToggle(event: ToggleEvent): void {
  const menu = menuOf(event);
  const button = document.getElementById('more');
  if (menu === null || button === null) return;
  const opens = event.newState === 'open';
  button.setAttribute('aria-expanded', String(opens));
  if (!opens) return;
  const { right, bottom } = button.getBoundingClientRect();
  menu.style.top = `${bottom + 2}px`;
  menu.style.left = `${Math.max(8, Math.min(right, innerWidth - 8) - menu.offsetWidth)}px`;
  itemsOf(menu)[0]?.focus();
}

function onKey(event: KeyboardEvent): void {
  const menu = menuOf(event);
  if (menu === null) return;
  const items = itemsOf(menu);
  const at = items.findIndex((item) => item === document.activeElement);
  const go = (index: number): void => {
    event.preventDefault();
    items.at(index % items.length)?.focus();
  };
  switch (event.key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at < 0 ? -1 : at - 1);
    case 'Home':
      return go(0);
    case 'End':
      return go(-1);
    case 'Tab':
      menu.hidePopover();
      return;
    default: {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === ' ') return;
      const begins = (item: HTMLElement): boolean =>
        item.innerText.trim().toLowerCase().startsWith(event.key.toLowerCase());
      const next = [...items.slice(at + 1), ...items.slice(0, at + 1)].find(begins);
      if (next !== undefined) go(items.indexOf(next));
    }
  }
}
