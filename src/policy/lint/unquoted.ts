import type { Document } from 'yaml';
import type { Finding } from './finding.ts';
import { lintCodes } from './codes.ts';
import type { Path } from './path.ts';
import type { PolicyRef } from '../types.ts';

/**
 * What kubectl takes for booleans and numbers beyond those of YAML 1.2; found out by giving it labels of each kind. Other
 * capitals, such as `oN`, are text to it too.
 */
const booleans = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;
const meansTrue = /^(?:y|yes|on)$/i;
const numbers = /^(?:[-+]?0b[01_]+|[-+]?\d[\d]*_[\d_]*)$/;

/** Mappings whose keys and values are text, and lists of text. */
const textFields = new Set(['matchLabels', 'labels', 'annotations', 'values']);

/** Of the object itself. */
const isName = ([parent, field, ...below]: Path): boolean =>
  parent === 'metadata' && (field === 'name' || field === 'namespace') && below.length === 0;

/**
 * Names, label keys and label values that are written as a bare `on` or `no`. They are text here, and to kubectl, which reads YAML 1.1,
 * they are not: it passes on a value that the API server refuses, and of a key it makes another one, without a word. Only the
 * text of the document shows it.
 *
 * @param document as the `yaml` package reads it
 * @param root where the policy stands in it
 */
export function findUnquotedValues(document: Document, root: Path, policy: PolicyRef): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (path: Path, word: string, isKey: boolean): void => {
    const { severity } = lintCodes['unquoted-value'];
    const what = booleans.test(word) ? 'boolean' : 'number';
    const outcome = isKey
      ? `and makes ${what === 'number' ? 'another key' : `the key "${String(meansTrue.test(word))}"`} of it`
      : 'which the API server refuses';
    const message = `kubectl takes the bare ${word} for a ${what}, ${outcome}. Quote it.`;
    const fixes: Finding['fixes'] = isKey
      ? [{ kind: 'rename', title: `Quote ${word}`, path, to: word }]
      : [{ kind: 'set', title: `Quote ${word}`, path, value: word }];
    findings.push({ code: 'unquoted-value', severity, message, policy, path, related: [], fixes });
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
      visit(value, at, text || (typeof step === 'string' && (textFields.has(step) || isName(at))));
    }
  };
  visit(document.getIn([...root], true) ?? document.contents, [], false);
  return findings;
}

/** The text of a plain scalar that kubectl takes for something else. */
function bareWord(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('type' in node) || node.type !== 'PLAIN') return undefined;
  const source = 'source' in node ? node.source : undefined;
  return typeof source === 'string' && (booleans.test(source) || numbers.test(source)) ? source : undefined;
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
