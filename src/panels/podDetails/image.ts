import { imageTag, withoutV } from '../../inspect/cni/agent.ts';
import { t } from '../translate.ts';

/** Which build of an image its reference names, in words; undefined for an empty one. */
export function imageWords(reference: string): string | undefined {
  if (reference === '') return undefined;
  const tag = imageTag(reference);
  const pinned = reference.includes('@');
  if (tag === undefined) return pinned ? t('pinned by its digest') : t('no version: the newest when it was pulled');
  if (tag === 'latest' && !pinned) return t('no version: the newest when it was pulled');
  const version = t('version {0}', withoutV(tag));
  return pinned ? t('{0}, pinned by its digest', version) : version;
}
