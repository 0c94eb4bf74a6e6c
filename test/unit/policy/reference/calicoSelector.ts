import { type LabelView } from './labelSelector.ts';
import { every, not, some, type Truth, truth } from './truth.ts';

/** A Calico selector as a tree. `in` and its kin carry their values, the others one value. */
export type Expression =
  | { readonly kind: 'all' }
  | { readonly kind: 'global' }
  | { readonly kind: 'has'; readonly key: string }
  | { readonly kind: 'compare'; readonly operator: Operator; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] };

type Operator = '==' | '!=' | 'in' | 'not in' | 'contains' | 'starts with' | 'ends with';

const orchestratorNamespace = 'projectcalico.org/namespace';

/**
 * Reads a selector from left to right, one regular expression at a time. Undefined where the text is no selector.
 * Rules: semantics c.C.6 (precedence, two quotes without escapes, blank and tab only, operators need no blank around).
 */
export function readSelector(text: string): Expression | undefined {
  let rest = text;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    rest = rest.replace(/^[ \t]+/, '');
    const match = pattern.exec(rest);
    if (match?.index !== 0) return null;
    rest = rest.slice(match[0].length);
    return match;
  };
  const string = (): string | undefined => {
    const match = take(/^(?:'([^']*)'|"([^"]*)")/);
    return match === null ? undefined : (match[1] ?? match[2] ?? '');
  };
  const set = (): string[] | undefined => {
    if (take(/^\{/) === null) return undefined;
    const values: string[] = [];
    for (;;) {
      const value = string();
      if (value === undefined) break;
      values.push(value);
      if (take(/^,/) === null) break;
    }
    return take(/^\}/) === null ? undefined : values;
  };
  const operation = (): Expression | undefined => {
    if (take(/^!(?!=)/) !== null) {
      const operand = operation();
      return operand && { kind: 'not', operand };
    }
    if (take(/^\(/) !== null) {
      const inner = alternatives();
      return take(/^\)/) === null ? undefined : inner;
    }
    if (take(/^all\([ \t]*\)/) !== null) return { kind: 'all' };
    if (take(/^global\([ \t]*\)/) !== null) return { kind: 'global' };
    const has = take(/^has\([ \t]*([A-Za-z0-9_./-]{1,512})[ \t]*\)/);
    if (has !== null) return { kind: 'has', key: has[1] ?? '' };
    const key = take(/^(?!(?:all|global|has)\()[A-Za-z0-9_./-]{1,512}/)?.[0];
    if (key === undefined) return undefined;
    const operator = take(/^(?:==|!=|contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)/)?.[0];
    if (operator === undefined) return undefined;
    const name = operator
      .replace(/^starts.*/, 'starts with')
      .replace(/^ends.*/, 'ends with')
      .replace(/^not.*/, 'not in') as Operator;
    if (name === 'in' || name === 'not in') {
      const values = set();
      return values && { kind: 'compare', operator: name, key, values };
    }
    const value = string();
    return value === undefined ? undefined : { kind: 'compare', operator: name, key, values: [value] };
  };
  const sequence =
    (kind: 'and' | 'or', separator: RegExp, part: () => Expression | undefined) => (): Expression | undefined => {
      const operands: Expression[] = [];
      do {
        const operand = part();
        if (operand === undefined) return undefined;
        operands.push(operand);
      } while (take(separator) !== null);
      return { kind, operands };
    };
  const alternatives: () => Expression | undefined = sequence('or', /^\|\|/, sequence('and', /^&&/, operation));
  if (/^[ \t]*$/.test(text)) return { kind: 'all' };
  const whole = alternatives();
  return /^[ \t]*$/.test(rest) ? whole : undefined;
}

export function evaluate(expression: Expression, view: LabelView): Truth {
  switch (expression.kind) {
    case 'all':
      return 'yes';
    case 'global':
      return truth(!view.labels.has(orchestratorNamespace));
    case 'has':
      return view.known(expression.key) ? truth(view.labels.has(expression.key)) : 'maybe';
    case 'not':
      return not(evaluate(expression.operand, view));
    case 'and':
      return every(expression.operands.map((operand) => evaluate(operand, view)));
    case 'or':
      return some(expression.operands.map((operand) => evaluate(operand, view)));
    case 'compare':
      return view.known(expression.key)
        ? truth(compare(expression.operator, expression.values, view.labels.get(expression.key)))
        : 'maybe';
  }
}

function compare(operator: Operator, values: readonly string[], label: string | undefined): boolean {
  const value = values[0] ?? '';
  switch (operator) {
    case '==':
      return label === value;
    case '!=':
      return label !== value;
    case 'in':
      return label !== undefined && values.includes(label);
    case 'not in':
      return label === undefined || !values.includes(label);
    case 'contains':
      return label?.includes(value) ?? false;
    case 'starts with':
      return label?.startsWith(value) ?? false;
    case 'ends with':
      return label?.endsWith(value) ?? false;
  }
}

/** The same expression with every node put through `change`, leaves first. */
export function mapSelector(expression: Expression, change: (node: Expression) => Expression): Expression {
  if (expression.kind === 'not') return change({ kind: 'not', operand: mapSelector(expression.operand, change) });
  if (expression.kind === 'and' || expression.kind === 'or')
    return change({
      kind: expression.kind,
      operands: expression.operands.map((operand) => mapSelector(operand, change)),
    });
  return change(expression);
}

export const withPrefix = (expression: Expression, prefix: string): Expression =>
  mapSelector(expression, (node) =>
    node.kind === 'has' || node.kind === 'compare' ? { ...node, key: prefix + node.key } : node,
  );

export const replaceAll = (expression: Expression, replacement: Expression): Expression =>
  mapSelector(expression, (node) => (node.kind === 'all' ? replacement : node));

export const replaceGlobal = (expression: Expression, replacement: Expression): Expression =>
  mapSelector(expression, (node) => (node.kind === 'global' ? replacement : node));
