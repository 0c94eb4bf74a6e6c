/** A place in a document: field names and list indexes from its root. */
export type Path = readonly (string | number)[];

/** `spec.ingress[0].from[1].podSelector.matchLabels["app.kubernetes.io/name"]` */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_]\w*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
