/**
 * Puts a message into the user's language; `{0}`, `{1}` … stand for the arguments. In the editor it is `vscode.l10n.t`.
 * Rows are plain data and are made without the editor, so it is handed to them.
 */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** English, as the messages are written. */
export const inEnglish: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole));

const two = (value: number): string => String(value).padStart(2, '0');

/** `10:42` today, `2026-11-23 10:42` on any other day; local time. */
export function formatTime(time: number, now: number): string {
  const at = new Date(time);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.toDateString() === new Date(now).toDateString() ? clock : `${formatDate(at)} ${clock}`;
}

/** `2026-11-23 10:42:07`, local time. */
export function formatMoment(time: number): string {
  const at = new Date(time);
  return `${formatDate(at)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const formatDate = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** `4,953`: whole numbers with their thousands set apart. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
