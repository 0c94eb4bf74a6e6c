type Translate = (message: string, ...values: (string | number)[]) => string;

export const inEnglish: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (place, index) => String(values[Number(index)] ?? place));

let translate = inEnglish;

/** A message of a page in the editor's language. Builders of pages know the editor by this function alone, and tests none. */
export const t: Translate = (message, ...values) => translate(message, ...values);

/** Set once, when the first page is made. */
export const translateBy = (translator: Translate): void => {
  translate = translator;
};
