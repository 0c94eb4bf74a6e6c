import type { Document } from 'yaml';
import type { Finding } from './finding.ts';
import { lintCodes } from './codes.ts';
import type { Path } from './path.ts';
import type { PolicyRef } from '../types.ts';

/** What YAML 1.1, which kubectl reads, takes for booleans beyond YAML 1.2's `true` and `false`. */
const words = /^(?:[yn]|yes|no|on|off)$/i;

/** Mappings whose keys and values are text, and lists of text. */
const textFields = new Set(['matchLabels', 'labels', 'annotations', 'values']);

/**
 * Label keys and values that are written as a bare `on` or `no`. They are text here, and kubectl sends booleans, which
 * the API server refuses; only the text of the document shows it.
 *
 * @param document as the `yaml` package reads it
 * @param root where the policy stands in it
 */
export function findUnquotedBooleans(document: Document, root: Path, policy: PolicyRef): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (path: Path, word: string, isKey: boolean): void => {
    const { severity } = lintCodes['unquoted-boolean'];
    const message = `kubectl takes the bare ${word} for a boolean, which the API server refuses here. Quote it.`;
    const fixes: Finding['fixes'] = isKey
      ? [{ kind: 'rename', title: `Quote ${word}`, path, to: word }]
      : [{ kind: 'set', title: `Quote ${word}`, path, value: word }];
    findings.push({ code: 'unquoted-boolean', severity, message, policy, path, related: [], fixes });
  };
  const visit = (node: unknown, path: Path, text: boolean): void => {
    const word = bareWord(node);
    if (word !== undefined) {
      if (text) report(path, word, false);
      return;
    }
    for (const [step, key, value] of childrenOf(node)) {
      const at = [...path, step];
      const keyWord = text ? bareWord(key) : undefined;
      if (keyWord !== undefined) report(at, keyWord, true);
      visit(value, at, text || (typeof step === 'string' && textFields.has(step)));
    }
  };
  visit(document.getIn([...root], true) ?? document.contents, [], false);
  return findings;
}

/** The text of a plain scalar that YAML 1.1 takes for a boolean. */
function bareWord(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('type' in node) || node.type !== 'PLAIN') return undefined;
  const source = 'source' in node ? node.source : undefined;
  return typeof source === 'string' && words.test(source) ? source : undefined;
}

type Child = readonly [step: string | number, key: unknown, value: unknown];

function childrenOf(node: unknown): readonly Child[] {
  if (typeof node !== 'object' || node === null || !('items' in node) || !Array.isArray(node.items)) return [];
  return (node.items as unknown[]).map((item, index): Child => {
    if (typeof item !== 'object' || item === null || !('key' in item)) return [index, undefined, item];
    const { key } = item;
    const name = typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(key);
    return [name, key, 'value' in item ? item.value : undefined];
  });
}
