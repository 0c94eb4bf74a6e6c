/** Messages in the reader's language by what they are in English, as the host has put them into the page. */
const messages = JSON.parse(document.getElementById('messages')?.textContent ?? '{}') as Readonly<
  Record<string, string>
>;

/** The message in the reader's language, with the values in the places of `{0}`, `{1}` and so on. */
export const t = (message: string, ...values: readonly (string | number)[]): string =>
  (Object.hasOwn(messages, message) ? (messages[message] ?? message) : message).replace(/\{(\d+)\}/g, (place, index) =>
    String(values[Number(index)] ?? place),
  );
