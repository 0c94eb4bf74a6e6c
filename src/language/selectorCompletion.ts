/** What may come next in a Calico selector that is being written. */
export type SelectorPlace =
  /** The name of a label; a function as well, but for one that stands in `has(`. */
  | { readonly expects: 'label'; readonly orFunction: boolean }
  | { readonly expects: 'operator' }
  | { readonly expects: 'value'; readonly key: string; readonly quote: string }
  | { readonly expects: 'conjunction' };

const token = /\s+|&&|\|\||==|!=|[!(){},]|"[^"]*"?|'[^']*'?|[\w./-]+|./gy;

/**
 * @param text of the selector before the cursor, without the quotes that YAML puts around it
 */
export function selectorPlaceAt(text: string): SelectorPlace {
  let place: SelectorPlace = { expects: 'label', orFunction: true };
  let key = '';
  let inSet = false;
  let inHas = false;
  const tokens = text.match(token) ?? [];
  for (const [index, word] of tokens.entries()) {
    const isLast = index === tokens.length - 1;
    const isWord = /^[\w./-]+$/.test(word);
    // The word at the cursor is still being written, and so is a text without its second quote.
    if (isLast && isWord) return place;
    if (isLast && /^(?:"[^"]*|'[^']*)$/.test(word))
      return place.expects === 'value' ? { ...place, quote: word.charAt(0) } : place;
    if (/^\s/.test(word)) continue;
    if (word === '(' || word === '!') place = { expects: 'label', orFunction: !inHas };
    else if (word === '&&' || word === '||') {
      place = { expects: 'label', orFunction: true };
      inSet = false;
    } else if (word === ')') {
      inHas = false;
      place = { expects: 'conjunction' };
    } else if (word === '{' || word === ',') {
      inSet = true;
      place = { expects: 'value', key, quote: '' };
    } else if (word === '}') {
      inSet = false;
      place = { expects: 'conjunction' };
    } else if (word === '==' || word === '!=') place = { expects: 'value', key, quote: '' };
    else if (/^["']/.test(word)) place = inSet ? { expects: 'value', key, quote: '' } : { expects: 'conjunction' };
    else if (isWord && place.expects === 'label') {
      if (word === 'has' && tokens[index + 1] === '(') inHas = true;
      else if (tokens[index + 1] !== '(') {
        key = word;
        place = inHas ? { expects: 'conjunction' } : { expects: 'operator' };
      }
    } else if (/^(?:contains|with|in|startswith|endswith|notin)$/.test(word))
      place = { expects: 'value', key, quote: '' };
  }
  return place;
}
