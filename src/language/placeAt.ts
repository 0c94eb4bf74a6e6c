import type { Path } from '../policy/lint/path.ts';
import type { Measurement } from './measurement.ts';
import { pathAt } from './pathAt.ts';
import type { WrittenPolicy } from './policyText.ts';

export interface PolicyPlace {
  readonly written: WrittenPolicy;
  /** From the root of the policy. */
  readonly path: Path;
}

/** The policy at a place of a text, and the field of it. Lines and characters count from 0. */
export function placeAt({ text }: Measurement, line: number, character: number): PolicyPlace | undefined {
  const written = text.policies.find((policy) => policy.line <= line + 1 && line + 1 <= policy.endLine);
  const parsed = written?.parsed();
  if (written === undefined || parsed === undefined) return undefined;
  const whole = pathAt(parsed.document, parsed.offsetOf(line + 1 - written.shift, character + 1));
  return parsed.root.every((step, index) => whole[index] === step)
    ? { written, path: whole.slice(parsed.root.length) }
    : undefined;
}
