export interface PageAssets {
  /** The page's title, for screen readers. */
  readonly title: string;
  /** Addresses of the bundle, as the page may load them. */
  readonly script: string;
  readonly style: string;
  /** Where scripts, styles and fonts may come from, as a CSP source. */
  readonly source: string;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);

/**
 * The UI toolkit makes one empty style element and fills it through the object model, which the policy does not concern.
 * This is the hash of nothing: no style with content is allowed by it.
 */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * The frame of a page. Nothing of a cluster is in it: data comes by messages and becomes text, never markup. The policy
 * allows the page's own bundle and nothing else: no inline script or style, no request to anywhere.
 */
export const pageHtml = ({ title, script, style, source }: PageAssets): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${source}; style-src ${source} ${emptyStyle}; font-src ${source}">
<link rel="stylesheet" href="${escape(style)}">
<title>${escape(title)}</title>
</head>
<body>
<header id="top"></header>
<main>
<div id="details-panel" role="tabpanel" aria-labelledby="details-tab"></div>
<div id="logs-panel" role="tabpanel" aria-labelledby="logs-tab" hidden></div>
</main>
<script type="module" src="${escape(script)}"></script>
</body>
</html>
`;
