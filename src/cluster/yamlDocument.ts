// The package is CommonJS: bundled into a file that others share, an import() of it has none of its names. An import()
// of this file has them.
// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- this file is itself loaded by import()
export { LineCounter, parseDocument } from 'yaml';
