/**
 * Characters that would act instead of being seen: terminal controls, and marks that turn the direction of writing so
 * that a text reads as another one. Tabs and line ends may act.
 */

const acting = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with each such character in a form that is seen: `␛` for Escape, `[U+202E]` for a mark of direction. */
export const visible = (text: string): string =>
  text.replace(acting, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x7f) return '\u2421';
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `[U+${code.toString(16).toUpperCase()}]`;
  });
