import type { Knowledge } from '../model/snapshot.ts';
import { gapOf } from '../inspect/evidence.ts';
import { type Icon, icons } from './look.ts';
import type { Translate } from './words.ts';

/** Why something is not there to be shown. */
export function knowledgeWords(
  knowledge: Knowledge,
  what: string,
  t: Translate,
): { readonly words: string; readonly icon: Icon } {
  switch (knowledge.state) {
    case 'unread':
    case 'loading':
      return { words: t('reading {0}…', what), icon: icons.connecting };
    default:
      return { words: t('Cannot tell: {0}', gapOf(knowledge, what) ?? what), icon: icons.unknown };
  }
}
