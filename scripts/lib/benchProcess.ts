import { pathToFileURL } from 'node:url';
import { type Bench } from '../../test/bench/bench.ts';

/** The process of one bench: loads the file that it is given and sends each figure to its parent. */
const file = process.argv[2];
if (!file || !process.send) throw new Error('Started by scripts/bench.ts only');
const module: { readonly bench?: Bench } = await import(pathToFileURL(file).href);
if (!module.bench) throw new Error(`${file} exports no bench`);
await module.bench.run((figure) => process.send?.(figure));
process.disconnect();
