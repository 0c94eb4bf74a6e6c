import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { ClusterSnapshot } from '../model/snapshot.ts';
import type { Baseline } from './baseline.ts';
import { mayHoldPolicy } from './gate.ts';
import { Kustomizations } from './kustomizations.ts';
import { type Measurement, Measurer } from './measurement.ts';
import { ownSchemes } from './ownSchemes.ts';
import { PolicyTextReader } from './policyText.ts';

const languages = new Set(['yaml', 'json', 'jsonc', 'dockercompose', 'helm']);

const own: ReadonlySet<string> = new Set(Object.values(ownSchemes));

interface OpenDocument {
  readonly reader: PolicyTextReader;
  readonly measurer: Measurer;
  version: number;
  /** Whether it was read for a live cluster. */
  live: boolean;
  measuring?: Promise<Measurement | undefined>;
}

const loaded = { state: 'loaded' } as const;

/** A cluster of which nothing is known: what needs none is said all the same. */
const nothing = new ClusterSnapshot({
  revision: 0,
  origin: 'folder',
  name: '',
  server: { versionKnowledge: loaded, groups: [], groupsKnowledge: loaded },
  tables: {},
  reads: [],
  asOf: 0,
});

/** The documents of the editor that hold policies, each measured as it stands, unsaved changes included. */
export class OpenPolicies extends Disposable {
  readonly #baseline: Baseline;
  readonly #documents = new Map<string, OpenDocument>();
  readonly #kustomizations = this.own(new Kustomizations());
  readonly #changed = this.own(new vscode.EventEmitter<void>());
  /** What policies mean has changed, with the cluster or with a kustomization; not with their text. */
  readonly onDidChange = this.#changed.event;

  constructor(baseline: Baseline) {
    super();
    this.#baseline = baseline;
    this.own(baseline.onDidChange(() => this.#changed.fire()));
    this.own(
      this.#kustomizations.onDidChange(() => {
        for (const open of this.#documents.values()) open.version = -1;
        this.#changed.fire();
      }),
    );
    this.own(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#documents.delete(uri.toString())));
  }

  /** Whether a document is one of them, by a look at its text. */
  holds(document: vscode.TextDocument): boolean {
    return languages.has(document.languageId) && !own.has(document.uri.scheme) && mayHoldPolicy(document.getText());
  }

  /** Undefined where the document holds no policy, or has changed meanwhile. */
  async measure(document: vscode.TextDocument): Promise<Measurement | undefined> {
    if (!this.holds(document)) return undefined;
    const key = document.uri.toString();
    let open = this.#documents.get(key);
    if (open === undefined) {
      open = { reader: new PolicyTextReader(key), measurer: new Measurer(), version: -1, live: false };
      this.#documents.set(key, open);
    }
    const baseline = this.#baseline.of(document.uri);
    void baseline.use();
    const { version } = document;
    const live = baseline.source?.origin === 'live';
    if (open.version !== version || open.live !== live || open.measuring === undefined) {
      open.version = version;
      open.live = live;
      const { reader } = open;
      const text = document.getText();
      open.measuring = this.#kustomizations
        .of(document.uri)
        .then((kustomized) => reader.read(text, kustomized, live))
        .then((read) => open.measurer.measure(baseline.snapshot ?? nothing, read));
      return open.measuring;
    }
    const measured = await open.measuring;
    // The cluster may have changed since.
    return measured === undefined || document.version !== version
      ? undefined
      : open.measurer.measure(baseline.snapshot ?? nothing, measured.text);
  }
}

export const rangeOf = (range: { line: number; column: number; endLine: number; endColumn: number }): vscode.Range =>
  new vscode.Range(range.line - 1, range.column - 1, range.endLine - 1, range.endColumn - 1);
