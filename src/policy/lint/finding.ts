import { isObject, type JsonObject } from '../../model/json.ts';
import type { PolicyRef } from '../types.ts';
import { lintCodes, type LintCode, type Severity } from './codes.ts';
import { formatPath, type Path } from './path.ts';

/** A change to the document that would settle a finding, in terms that keep comments and formatting. */
export type Fix =
  /** Replaces the value at `path`, or puts it there. */
  | { readonly kind: 'set'; readonly title: string; readonly path: Path; readonly value: unknown }
  /** Adds an element to the list at `path`, which is made where it is missing. */
  | { readonly kind: 'append'; readonly title: string; readonly path: Path; readonly value: unknown }
  | { readonly kind: 'remove'; readonly title: string; readonly path: Path }
  | { readonly kind: 'rename'; readonly title: string; readonly path: Path; readonly to: string }
  /** Puts the fields of the element at `from` into the one at `path`, and removes the former. */
  | { readonly kind: 'merge'; readonly title: string; readonly path: Path; readonly from: Path };

export interface RelatedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** What it has to do with the finding, as a clause. */
  readonly text: string;
}

export interface Finding {
  readonly code: LintCode;
  readonly severity: Severity;
  /** One or two sentences: what is the case, and what to do. */
  readonly message: string;
  readonly policy: PolicyRef;
  readonly path: Path;
  /** The place in the text at `path` where a selector cannot be read, in characters from its beginning. */
  readonly offset?: number;
  readonly related: readonly RelatedObject[];
  readonly fixes: readonly Fix[];
}

type Extra = Partial<Pick<Finding, 'related' | 'fixes' | 'offset' | 'severity'>>;

/** Collects the findings of one policy. */
export class Reporter {
  readonly policy: PolicyRef;
  readonly findings: Finding[] = [];

  constructor(policy: PolicyRef) {
    this.policy = policy;
  }

  report(code: LintCode, path: Path, message: string, extra: Extra = {}): void {
    const { severity } = lintCodes[code];
    this.findings.push({ code, severity, message, policy: this.policy, path, related: [], fixes: [], ...extra });
  }

  has(code: LintCode, path: Path): boolean {
    const text = formatPath(path);
    return this.findings.some((finding) => finding.code === code && formatPath(finding.path) === text);
  }
}

/** The value at `path`, where everything on the way is there. */
export function valueAt(object: JsonObject, path: Path): unknown {
  let value: unknown = object;
  for (const step of path) {
    if (Array.isArray(value)) value = (value as unknown[])[Number(step)];
    else if (isObject(value)) value = value[step];
    else return undefined;
  }
  return value;
}
