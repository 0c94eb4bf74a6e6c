const hidden = '«redacted»';

/**
 * What must never reach a log or a row: bearer tokens, JSON web tokens, PEM blocks, the secret fields of a kubeconfig
 * and of an ExecCredential, and passwords within a URL.
 */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, hidden],
  [/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,2}/g, hidden],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${hidden}`],
  [
    /(["']?(?:token|[a-z]+[-_]token|client[-_]?key[-_]?data|client[-_]?certificate[-_]?data|clientKeyData|clientCertificateData|certificate-authority-data|password|passwd|client[-_]secret|secret)["']?\s*[:=]\s*)(["']?)[^\s"',}]+\2/gi,
    `$1${hidden}`,
  ],
  [/(--(?:token|password|client-secret)[= ])\S+/gi, `$1${hidden}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+@/gi, `$1${hidden}@`],
];

export function redact(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of secrets) clean = clean.replace(pattern, replacement);
  return clean;
}
