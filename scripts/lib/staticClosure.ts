import { type Outputs } from '../build.ts';

/** What is loaded before any `import()` runs: the outputs that an entry reaches by its import statements. */
export function staticClosure(outputs: Outputs, entry: string): readonly string[] {
  const start = Object.keys(outputs).find((path) => path.endsWith(`/${entry}`));
  if (start === undefined) throw new Error(`Nothing was built as ${entry}`);
  const reached = new Set([start]);
  // A set that grows while it is walked: each output is looked at once.
  for (const path of reached) {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && next in outputs) reached.add(next);
    }
  }
  return [...reached];
}

/** The npm packages of which those outputs hold code. */
export function packagesIn(outputs: Outputs, paths: readonly string[]): readonly string[] {
  const inputs = paths.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  return [...new Set(inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []))];
}
