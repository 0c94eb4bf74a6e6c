import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The code that a page cannot be painted without, as it stands in the page's own text: a request for it costs more than it does. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

export interface PageAssets extends PageBundle {
  /** The page's title, for screen readers. */
  readonly title: string;
  /** Address of the rest of the code, which is loaded once the page is painted: `later.js` and `later.css`. */
  readonly later: { readonly script: string; readonly style: string };
  /** Where `later` and its font come from, as a CSP source. */
  readonly source: string;
  /** The language of the editor, as BCP 47 names it, and its messages by what they are in English, where it is another. */
  readonly language: string;
  readonly messages?: Readonly<Record<string, string>> | undefined;
  /** What the page shows before it has asked; absent where nothing is known yet. */
  readonly first?: unknown;
}

/** Reads the bundle of a page from the folder of the built pages. */
export async function readBundle(folder: string, name: string): Promise<PageBundle> {
  const [script, style] = await Promise.all(
    [`${name}.js`, `${name}.css`].map((file) => readFile(join(folder, file), 'utf8')),
  );
  return { script: script ?? '', style: style ?? '' };
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);

/** JSON that no text in it can end, or open, an element from within a script element. Source: HTML, "script data state". */
const inert = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/**
 * The UI toolkit makes one empty style element and fills it through the object model, which the policy does not concern.
 * This is the hash of nothing: no style with content is allowed by it.
 */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * The frame of a page. What is known of a cluster is in it as data that no parser of markup reads, and becomes text. The
 * policy allows the page's own bundle, by a nonce that is new each time, and nothing else: no request to anywhere.
 */
export function pageHtml({ title, script, style, later, source, language, messages, first }: PageAssets): string {
  const nonce = randomBytes(16).toString('base64');
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}' ${source}; style-src 'nonce-${nonce}' ${source} ${emptyStyle}; font-src ${source}">
<style nonce="${nonce}">${style}</style>
<title>${escape(title)}</title>
</head>
<body>
<header id="top"></header>
<main id="main"></main>
<script type="application/json" id="messages">${inert(messages ?? {})}</script>
<script type="application/json" id="first">${inert(first ?? null)}</script>
<script nonce="${nonce}" data-later-script="${escape(later.script)}" data-later-style="${escape(later.style)}">${script}</script>
</body>
</html>
`;
}
