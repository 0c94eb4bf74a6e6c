import { defined, isObject, type JsonObject, objectAt, stringAt } from '../model/json.ts';
import type { SourceRange } from '../model/meta.ts';
import { kustomizationNote, kustomizationOf } from './kustomization.ts';
import { countLines, type DocumentSlice, type Span, splitDocuments } from './manifestDocuments.ts';
import { exceedsDepth, jsonDocuments, jsonItemSpans } from './manifestJson.ts';
import { unknownKind } from './unknownKind.ts';
import { readYamlDocument, type YamlFault } from './manifestYaml.ts';

/** An object as it stands in a file: with `apiVersion`, `kind` and a name. */
export interface ManifestObject {
  readonly object: JsonObject;
  readonly apiVersion: string;
  readonly kind: string;
  readonly source: SourceRange;
}

/**
 * What was not read, and why. An `error` means that something is missing from what was read, a `warning` that it may not
 * be what was meant, and a `note` that a file was left alone on purpose.
 */
export interface ManifestProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column?: number;
  readonly severity: 'error' | 'warning' | 'note';
  readonly code:
    | 'syntax'
    | 'too-large'
    | 'not-text'
    | 'unreadable'
    | 'not-an-object'
    | 'no-name'
    | 'duplicate-key'
    | 'duplicate-object'
    | 'unknown-kind'
    | 'helm-template'
    | 'kustomization'
    | 'not-kubernetes';
  /** A sentence, without the file's name. */
  readonly message: string;
}

export interface Manifest {
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly ManifestProblem[];
  /** The answer of `kubectl version -o json` or of `/version`, where the file holds one. */
  readonly version?: { readonly gitVersion: string; readonly platform?: string };
}

/** The objects of a YAML or JSON text: single, several documents, `List` and typed lists such as `PodList`. Never throws. */
export function readManifest(text: string, file: string): Manifest {
  const reader = new Reader(file, text.startsWith('\uFEFF') ? text.slice(1) : text);
  reader.readAll();
  return defined({ objects: reader.objects, problems: reader.problems, version: reader.version });
}

/** The documents of a text, by the numbers that objects have them by in their `source`. */
export const documentsOf = (text: string): readonly DocumentSlice[] => jsonDocuments(text) ?? splitDocuments(text);

const problemOfFault: Readonly<Record<YamlFault['kind'], Pick<ManifestProblem, 'severity' | 'code'>>> = {
  syntax: { severity: 'error', code: 'syntax' },
  template: { severity: 'note', code: 'helm-template' },
  'duplicate-key': { severity: 'warning', code: 'duplicate-key' },
  'too-large': { severity: 'error', code: 'too-large' },
};

class Reader {
  readonly objects: ManifestObject[] = [];
  readonly problems: ManifestProblem[] = [];
  version: Manifest['version'] | undefined = undefined;
  readonly #file: string;
  readonly #text: string;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  readAll(): void {
    if (this.#readJson()) return;
    splitDocuments(this.#text).forEach((slice, document) => {
      this.#readDocument(slice, document);
    });
  }

  #readJson(): boolean {
    const slices = jsonDocuments(this.#text);
    if (slices === undefined) return false;
    slices.forEach(({ value, start, end, line }, document) => {
      const items = isObject(value) && Array.isArray(value['items']) ? value['items'].length : 0;
      const spans = items === 0 ? undefined : jsonItemSpans(this.#text, start, end, line, items);
      const endLine = line + countLines(this.#text, start, end);
      if (exceedsDepth(value))
        this.#problem(line, 'error', 'syntax', 'This document nests too deeply and was not read.');
      else this.#take(value, spans, { line, endLine }, document);
    });
    return true;
  }

  #readDocument(slice: DocumentSlice, document: number): void {
    const read = readYamlDocument(this.#text.slice(slice.start, slice.end), slice.line);
    for (const { kind, line, column, message } of read.faults) {
      const { severity, code } = problemOfFault[kind];
      this.#problem(line, severity, code, message, column);
    }
    this.#take(read.value, read.items, { line: read.line, endLine: read.endLine }, document);
  }

  /** `items` is where the elements of a list's `items` stand, where that can be told cheaply. */
  #take(value: unknown, items: readonly Span[] | undefined, span: Span, document: number): void {
    if (value === null || value === undefined) return;
    if (Array.isArray(value) && value.some((element) => isObject(element) && 'kind' in element)) {
      value.forEach((element: unknown, item) => {
        this.#object(element, { file: this.#file, ...span, document, item }, undefined, undefined);
      });
    } else this.#object(value, { file: this.#file, ...span, document }, undefined, items);
  }

  /** `typed` is what a typed list such as `PodList` says of its elements, which may not say it themselves. */
  #object(
    value: unknown,
    source: SourceRange,
    typed: { readonly apiVersion: string; readonly kind: string } | undefined,
    items: readonly Span[] | undefined,
  ): void {
    if (!isObject(value)) {
      const what = source.item === undefined ? 'This document' : `Element ${source.item} of this list`;
      if (typed !== undefined || source.item !== undefined)
        this.#problem(source.line, 'error', 'not-an-object', `${what} is ${describe(value)}, not an object.`);
      else
        this.#problem(source.line, 'note', 'not-kubernetes', `${what} is ${describe(value)}, no Kubernetes manifest.`);
      return;
    }
    const apiVersion = stringAt(value, 'apiVersion') ?? typed?.apiVersion ?? '';
    const kind = stringAt(value, 'kind') ?? typed?.kind ?? '';
    if (kind === '' || apiVersion === '') {
      this.#stranger(value, source);
      return;
    }
    const elements = value['items'];
    if (kind.endsWith('List') && Array.isArray(elements)) {
      const of = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -4) };
      const nested = source.item === undefined;
      elements.forEach((element: unknown, index) => {
        if (element === undefined) return;
        const span = items?.[index];
        const at = nested ? { ...source, ...span, item: index } : source;
        this.#object(element, at, of, undefined);
      });
      return;
    }
    if (kind === 'Kustomization' && apiVersion.startsWith('kustomize.config.k8s.io/')) {
      const kustomization = kustomizationOf(value);
      const message = kustomization && kustomizationNote(kustomization);
      if (message !== undefined) this.#problem(source.line, 'note', 'kustomization', message);
      return;
    }
    const metadata = objectAt(value, 'metadata');
    const name = metadata['name'] ?? metadata['generateName'];
    if (typeof name !== 'string' || name === '') {
      const problem = name === undefined || name === null || name === '' ? 'has no name' : `is named ${describe(name)}`;
      const hint = typeof name === 'number' || typeof name === 'boolean' ? ' Quote the name.' : ' Set metadata.name.';
      this.#problem(source.line, 'error', 'no-name', `This ${kind} ${problem} and was not read.${hint}`);
    } else if (name.includes('{{') || (kind.endsWith('NetworkPolicy') && holdsTemplate(value)))
      this.#template(source.line);
    else {
      const complete = 'apiVersion' in value && 'kind' in value ? value : { ...value, apiVersion, kind };
      const unknown = unknownKind(apiVersion, kind);
      if (unknown === undefined) this.objects.push({ object: complete, apiVersion, kind, source });
      else this.#problem(source.line, 'warning', 'unknown-kind', unknown);
    }
  }

  /** A mapping that is no Kubernetes object. */
  #stranger(value: JsonObject, source: SourceRange): void {
    const server = objectAt(value, 'serverVersion');
    const version = stringAt(server, 'gitVersion') === undefined ? value : server;
    const gitVersion = stringAt(version, 'gitVersion');
    if (gitVersion !== undefined && ('serverVersion' in value || 'platform' in value)) {
      this.version = defined({ gitVersion, platform: stringAt(version, 'platform') });
    } else if ('kind' in value && 'metadata' in value)
      this.#problem(source.line, 'error', 'not-an-object', 'This object has no apiVersion and was not read. Add it.');
    else if ('apiVersion' in value && 'metadata' in value)
      this.#problem(source.line, 'error', 'not-an-object', 'This object has no kind and was not read. Add it.');
    else this.#problem(source.line, 'note', 'not-kubernetes', 'This document is no Kubernetes manifest.');
  }

  #template(line: number): void {
    const message = 'A Helm template is not evaluated here. Read what `helm template` prints instead.';
    this.#problem(line, 'note', 'helm-template', message);
  }

  #problem(
    line: number,
    severity: ManifestProblem['severity'],
    code: ManifestProblem['code'],
    message: string,
    column?: number,
  ): void {
    this.problems.push(defined({ file: this.#file, line, column, severity, code, message }));
  }
}

/**
 * Whether a part of a policy is still to be filled in: `app: "{{ .Values.app }}"` is sound YAML. Other kinds, such as
 * ConfigMaps, hold templates that are meant for other programs, and so do annotations.
 */
function holdsTemplate(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{{');
  if (Array.isArray(value)) return value.some(holdsTemplate);
  return (
    isObject(value) &&
    Object.entries(value).some(
      ([field, content]) => field !== 'annotations' && (field.includes('{{') || holdsTemplate(content)),
    )
  );
}

const describe = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
};
