/**
 * A file's bytes as text, or `undefined` where they are no text. Windows PowerShell writes UTF-16 with a byte order mark
 * when the output of kubectl is redirected to a file; everything else is UTF-8, with or without a mark.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decodeWith('utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return decodeWith('utf-16be', bytes);
  return bytes.subarray(0, 8192).includes(0) ? undefined : decodeWith('utf-8', bytes);
}

const decodeWith = (encoding: string, bytes: Uint8Array): string => new TextDecoder(encoding).decode(bytes);
