import { changesOf, type Kustomization, type Kustomized } from '../cluster/kustomization.ts';
import { kustomize } from '../cluster/kustomize.ts';
import { documentsOf, type ManifestProblem, readManifest } from '../cluster/manifest.ts';
import { type ManifestRanges, manifestRanges, type ParsedDocument, type TextRange } from '../cluster/manifestRanges.ts';
import { isObject, objectAt } from '../model/json.ts';
import { type KindKey, kindOf, kindOfObject } from '../model/kinds.ts';
import type { RawObject } from '../model/objects.ts';
import { type OverlayDocument, withDefaultNamespace } from '../model/snapshot.ts';
import { lintedKinds } from '../policy/lint/lint.ts';
import type { Path } from '../policy/lint/path.ts';
import { mayHoldPolicy } from './gate.ts';

/** What an unsaved document changes of the cluster it is measured against: policies and what policies refer to. */
const overlaid = new Set<KindKey>([...lintedKinds, 'calicoTiers', 'calicoNetworkSets', 'calicoGlobalNetworkSets']);

/** A policy as it stands in a text that is being edited. */
export interface WrittenPolicy {
  readonly kind: KindKey;
  readonly policy: RawObject;
  /** Lines of the text, from 1. */
  readonly line: number;
  readonly endLine: number;
  /** Lines of the text before the document that the policy stands in. */
  readonly shift: number;
  /** The text of that document. */
  readonly slice: string;
  /** Where that document begins in the text, in characters. */
  readonly start: number;
  /** The place of a part of the policy in the text. */
  readonly rangeOf: (path: Path, offset?: number) => TextRange | undefined;
  /** The document as a tree with positions, and where the policy stands in it. */
  readonly parsed: () => ParsedDocument | undefined;
  /** Why it is not what reaches a cluster, where kustomize makes something else of it. */
  readonly leftAlone?: LeftAlone;
  /** What kustomize makes of it, in words, where that is not what stands there. */
  readonly made?: Made;
}

/** Whether the text is a part of a policy, or a whole one whose namespace is not known yet; and a sentence. */
export interface LeftAlone {
  readonly as: Kustomized['as'];
  readonly text: string;
}

export interface Made {
  /** Sentences. */
  readonly text: string;
  /** Whether kustomize changes more than what is read. */
  readonly incomplete: boolean;
}

/** One document of the text, read once for as long as it stays the same. Its lines count from its own beginning. */
interface Piece {
  readonly objects: readonly PieceObject[];
  readonly problems: readonly ManifestProblem[];
}

interface PieceObject {
  readonly kind: KindKey;
  readonly policy: RawObject;
  readonly overlay: OverlayDocument;
  readonly line: number;
  readonly endLine: number;
  readonly parsed: () => ParsedDocument | undefined;
}

export interface PolicyText {
  readonly policies: readonly WrittenPolicy[];
  /** What a snapshot is laid over with; the same objects as long as their document stays the same. */
  readonly overlay: readonly OverlayDocument[];
  readonly problems: readonly ManifestProblem[];
}

/** Documents that are remembered for each file: those of a long file and some of its past. */
const remembered = 2000;

/** Reads a text again after every keystroke, and of it only the documents that have changed. */
export class PolicyTextReader {
  readonly #file: string;
  #pieces = new Map<string, Piece>();
  /** What the pieces have been made by. */
  #by: readonly Kustomization[] = unchanged;

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * @param live it is measured against a live cluster, in which a policy of a kustomization without a namespace has one
   * that is set when it is applied. Files are all of one make.
   */
  async read(text: string, kustomized?: Kustomized, live = false): Promise<PolicyText> {
    const by = kustomized?.as === 'resource' ? kustomized.by : unchanged;
    if (by !== this.#by) this.#pieces.clear();
    this.#by = by;
    const made = madeBy(by);
    const policies: WrittenPolicy[] = [];
    const overlay: OverlayDocument[] = [];
    const problems: ManifestProblem[] = [];
    const used = new Map<string, Piece>();
    for (const { start, end, line } of documentsOf(text)) {
      const slice = text.slice(start, end);
      const piece = used.get(slice) ?? this.#pieces.get(slice) ?? (await this.#readPiece(slice, by));
      used.set(slice, piece);
      const shift = line - 1;
      for (const problem of piece.problems) problems.push({ ...problem, line: problem.line + shift });
      for (const object of piece.objects) {
        const alone = kustomized === undefined ? undefined : leftAlone(object, kustomized, live);
        if (alone === undefined) overlay.push(object.overlay);
        if (!isPolicy(object.kind)) continue;
        policies.push({
          ...(alone === undefined ? {} : { leftAlone: alone }),
          ...(made === undefined ? {} : { made }),
          kind: object.kind,
          policy: object.policy,
          line: object.line + shift,
          endLine: object.endLine + shift,
          shift,
          slice,
          start,
          parsed: object.parsed,
          rangeOf: (path, offset) => shifted(object.parsed()?.rangeOf(path, offset), shift),
        });
      }
    }
    for (const [slice, piece] of this.#pieces) {
      if (used.size >= remembered) break;
      if (!used.has(slice)) used.set(slice, piece);
    }
    this.#pieces = used;
    return { policies, overlay, problems };
  }

  async #readPiece(text: string, by: readonly Kustomization[]): Promise<Piece> {
    const { objects, problems } = readManifest(text, this.#file);
    const known = objects.filter(({ apiVersion, kind }) => {
      const descriptor = kindOfObject(apiVersion, kind);
      return descriptor !== undefined && overlaid.has(descriptor.key);
    });
    const ranges: ManifestRanges | undefined = known.length === 0 ? undefined : await manifestRanges(() => text);
    return {
      problems: problems.filter(({ code }) => code !== 'helm-template' || mayHoldPolicy(text)),
      objects: known.flatMap(({ object, apiVersion, kind, source }) => {
        const descriptor = kindOfObject(apiVersion, kind);
        if (descriptor === undefined) return [];
        // The slice is a text of its own here: its first document is the whole of it.
        const own = { ...source, document: 0 };
        const { read, namespaced } = kindOf(descriptor.key);
        const made = kustomize(object, descriptor, by);
        return [
          {
            kind: descriptor.key,
            policy: withDefaultNamespace(read(made, source), namespaced) as RawObject,
            overlay: { object: made, source },
            line: source.line,
            endLine: source.endLine,
            parsed: () => ranges?.documentOf(own),
          },
        ];
      }),
    };
  }
}

function leftAlone({ kind, overlay }: PieceObject, { as }: Kustomized, live: boolean): LeftAlone | undefined {
  if (as === 'patch')
    return { as, text: 'A kustomize patch is a part of an object. Check what `kubectl kustomize` prints.' };
  const namespace = isObject(overlay.object) ? objectAt(overlay.object, 'metadata')['namespace'] : undefined;
  if (!live || namespace !== undefined || !kindOf(kind).namespaced) return undefined;
  return { as, text: 'No kustomization here sets its namespace: it is set where this is applied.' };
}

const unchanged: readonly Kustomization[] = [];

function madeBy(by: readonly Kustomization[]): Made | undefined {
  const changes = by.flatMap(changesOf);
  const leftOut = by.flatMap((kustomization) => kustomization.leftOut);
  const sentences = [
    ...(changes.length === 0 ? [] : [`As kustomize makes it: ${changes.join(', ')}.`]),
    ...(leftOut.length === 0
      ? []
      : [`What kustomize does by ${leftOut.join(', ')} is left out. Check what \`kubectl kustomize\` prints.`]),
  ];
  return sentences.length === 0 ? undefined : { text: sentences.join(' '), incomplete: leftOut.length > 0 };
}

const isPolicy = (kind: KindKey): boolean => lintedKinds.includes(kind);

const shifted = (range: TextRange | undefined, lines: number): TextRange | undefined =>
  range === undefined ? undefined : { ...range, line: range.line + lines, endLine: range.endLine + lines };
