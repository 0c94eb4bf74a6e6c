import { ApiError } from '../cluster/apiError.ts';
import type { ClusterClient, WriteRequest } from '../cluster/client.ts';
import { readPodFacts, readWorkloadFacts } from './facts.ts';
import { deletePod, evictPod, type RestartableKind, restartable, restartWorkload, type Seen } from './requests.ts';
import {
  failureWords,
  isEviction,
  type PodChange,
  podDone,
  podQuestion,
  podRefusal,
  type Question,
  type Translate,
  workloadQuestion,
  workloadRefusal,
} from './words.ts';

/** How the user is asked. */
export interface WriteUi {
  readonly t: Translate;
  /** Whether the user has turned writes on, at this moment. */
  enabled(): boolean;
  confirm(question: Question): Promise<boolean>;
  /** For clusters on which nothing is done by a click alone. */
  typeName(context: string): Promise<boolean>;
}

export interface WriteTarget {
  readonly client: ClusterClient;
  /** The cluster's name, as the user knows it. */
  readonly context: string;
  readonly guarded: boolean;
  readonly namespace: string;
  readonly name: string;
}

export type Outcome =
  | { readonly kind: 'done'; readonly words: string }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'off' };

/** What is about to be written, as it stands when the user is asked. */
interface Plan {
  readonly seen: Seen;
  readonly refusal: string | undefined;
  readonly question: Question;
  readonly request: (dryRun: boolean) => WriteRequest;
  readonly done: string;
}

/** How often an object that changes all the time is read anew, as one does whose container crashes. */
const attempts = 3;

export function changePod(change: PodChange, target: WriteTarget, ui: WriteUi, signal: AbortSignal): Promise<Outcome> {
  const { t } = ui;
  return carryOut(target, ui, signal, async () => {
    const facts = await readPodFacts(target.client, target, signal);
    const { seen } = facts;
    return {
      seen,
      refusal: podRefusal(change, facts, t),
      question: podQuestion(change, facts, target.context, t),
      request: (dryRun) => (isEviction(change, facts) ? evictPod(seen, dryRun) : deletePod(seen, dryRun)),
      done: podDone(change, facts, t),
    };
  });
}

export function restartPodsOf(
  kind: RestartableKind,
  target: WriteTarget,
  ui: WriteUi,
  signal: AbortSignal,
): Promise<Outcome> {
  const { t } = ui;
  const plural = restartable[kind];
  return carryOut(target, ui, signal, async () => {
    const facts = await readWorkloadFacts(target.client, plural, target, signal);
    return {
      seen: facts.seen,
      refusal: workloadRefusal(kind, facts, plural, t),
      question: workloadQuestion(kind, facts, target.context, t),
      request: (dryRun) => restartWorkload(kind, facts.seen, new Date(), dryRun),
      done: t('{0} {1} replaces its pods.', kind, target.name),
    };
  });
}

/**
 * Asks the server whether it would take the change, then the user, and then makes it, to the version of the object that the
 * user was asked about. Where only what he was not told has changed meanwhile, it is made to the newer version.
 */
async function carryOut(
  { client, context, guarded }: WriteTarget,
  ui: WriteUi,
  signal: AbortSignal,
  plan: () => Promise<Plan>,
): Promise<Outcome> {
  if (!ui.enabled()) return { kind: 'off' };
  const { t } = ui;
  let agreed: { readonly uid: string; readonly detail: string } | undefined;
  for (let attempt = 1; ; attempt++) {
    let real = false;
    try {
      const { seen, refusal, question, request, done } = await plan();
      if (agreed !== undefined && agreed.uid !== seen.uid)
        return {
          kind: 'refused',
          words: t('Another {0} has taken its place since you were asked. Nothing was done.', seen.name),
        };
      if (refusal !== undefined) return { kind: 'refused', words: refusal };
      await client.write(request(true), { signal });
      if (agreed?.detail !== question.detail) {
        if (!(await ui.confirm(question))) return { kind: 'cancelled' };
        if (guarded && !(await ui.typeName(context))) return { kind: 'cancelled' };
        agreed = { uid: seen.uid, detail: question.detail };
      }
      if (!ui.enabled()) return { kind: 'off' };
      real = true;
      await client.write(request(false), { signal });
      return { kind: 'done', words: done };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { failure } = error;
      const isConflict = failure.reason === 'rejected' && failure.status === 409;
      if (!isConflict || attempt === attempts) return { kind: 'refused', words: failureWords(error, real, t) };
    }
  }
}
