import type { ApiError } from '../cluster/apiError.ts';
import { type Budget, type Controller, type Gap, isGap, type PodFacts, type WorkloadFacts } from './facts.ts';
import type { RestartableKind } from './requests.ts';

export type Translate = (message: string, ...values: (string | number)[]) => string;

/** What is asked before anything is written: nothing is left to be guessed. */
export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly button: string;
}

export type PodChange = 'restart' | 'delete';

/** Whether a restart asks PodDisruptionBudgets: who may delete and not evict goes round them. */
export const isEviction = (change: PodChange, { mayEvict }: PodFacts): boolean => change === 'restart' && mayEvict;

/** Why it cannot be done to this pod, whoever asks; undefined where it can. */
export function podRefusal(change: PodChange, facts: PodFacts, t: Translate): string | undefined {
  const { name, namespace } = facts.seen;
  if (facts.deletionTimestamp !== undefined)
    return t(
      '{0} has been going since {1}: it waits for its containers to end, or for finalizers.',
      name,
      facts.deletionTimestamp,
    );
  if (facts.isStatic)
    return t(
      '{0} is a static pod: the kubelet of {1} runs it from a file on that node, and the API server can neither restart nor delete it.',
      name,
      facts.node ?? t('its node'),
    );
  if (change === 'restart' && facts.controller === undefined)
    return t('{0} has no controller that would make it anew. Delete it and apply its manifest again.', name);
  if (!facts.mayDelete && !(change === 'restart' && facts.mayEvict))
    return change === 'restart'
      ? t(
          'No access: your account may not {0} {1} in {2}, nor {3} {4}.',
          'create',
          'pods/eviction',
          namespace,
          'delete',
          'pods',
        )
      : t('No access: your account may not {0} {1} in {2}.', 'delete', 'pods', namespace);
  return undefined;
}

export function podQuestion(change: PodChange, facts: PodFacts, context: string, t: Translate): Question {
  const { name, namespace } = facts.seen;
  const [message, button] =
    change === 'restart'
      ? [t('Restart pod {0} in {1} of {2}?', name, namespace, context), t('Restart Pod')]
      : [t('Delete pod {0} in {1} of {2}?', name, namespace, context), t('Delete Pod')];
  return {
    message,
    button,
    detail: [
      successor(facts, t),
      budgetWords(isEviction(change, facts), change, facts, t),
      facts.grace === 0
        ? t('Its containers are killed at once.')
        : t('Its containers are given {0} s to end.', facts.grace),
      facts.losesFiles ? t('What they keep in emptyDir volumes is lost.') : undefined,
    ]
      .filter((line) => line !== undefined)
      .join('\n'),
  };
}

function successor({ controller, controllerState, node }: PodFacts, t: Translate): string {
  if (controller === undefined) return t('No controller makes it anew: it is gone for good.');
  if (isGap(controllerState))
    return t(
      '{0} {1} should make it anew. Cannot tell how that stands: {2}.',
      controller.kind,
      controller.name,
      gapWords(controllerState, t),
    );
  const state: Controller = controllerState ?? controller;
  const who =
    state.owner === undefined
      ? `${state.kind} ${state.name}`
      : `${state.kind} ${state.name} (${state.owner.kind} ${state.owner.name})`;
  const count =
    state.desired === undefined ? '' : ` ${t('{0} of its {1} pods are ready now.', state.ready ?? 0, state.desired)}`;
  switch (state.kind) {
    case 'DaemonSet':
      return t('{0} makes a new one on {1}.', who, node ?? t('its node')) + count;
    case 'StatefulSet':
      return t('{0} makes a new one of the same name.', who) + count;
    case 'Job':
      return t('{0} counts it as failed and makes a new one, unless it has failed too often.', who);
    case 'ReplicaSet':
    case 'ReplicationController':
      return t('{0} makes a new one, of another name and maybe on another node.', who) + count;
    default:
      return t('{0} decides whether a new one is made.', who);
  }
}

function budgetWords(
  evicts: boolean,
  change: PodChange,
  { budgets, mayEvict }: PodFacts,
  t: Translate,
): string | undefined {
  const round =
    change === 'restart' && !mayEvict
      ? t('It is deleted without asking PodDisruptionBudgets: your account may not {0} {1}.', 'create', 'pods/eviction')
      : undefined;
  if (isGap(budgets))
    return evicts
      ? t('Its PodDisruptionBudgets are asked first. They cannot be shown: {0}.', gapWords(budgets, t))
      : (round ?? t('PodDisruptionBudgets are not asked. They cannot be shown: {0}.', gapWords(budgets, t)));
  if (budgets.length === 0) return round;
  const list = budgets.map((budget) => allowance(budget, t)).join('; ');
  return evicts
    ? t('PodDisruptionBudget {0}.', list)
    : `${round ?? t('Deleting does not ask PodDisruptionBudgets, restarting does.')} ${t('PodDisruptionBudget {0}.', list)}`;
}

const allowance = ({ name, disruptionsAllowed }: Budget, t: Translate): string =>
  disruptionsAllowed === 1
    ? t('{0} allows one pod less now', name)
    : t('{0} allows {1} pods less now', name, disruptionsAllowed);

/** `get replicasets.apps` where that is what the user may not. */
const gapWords = ({ gap }: Gap, t: Translate): string =>
  /^[a-z]+ [a-z./]+$/.test(gap) ? t('your account may not {0}', gap) : gap;

export function podDone(change: PodChange, facts: PodFacts, t: Translate): string {
  const { name } = facts.seen;
  return isEviction(change, facts) ? t('{0} is evicted and going.', name) : t('{0} is deleted and going.', name);
}

export function workloadRefusal(
  kind: RestartableKind,
  facts: WorkloadFacts,
  plural: string,
  t: Translate,
): string | undefined {
  const { name, namespace } = facts.seen;
  if (facts.paused)
    return t(
      '{0} {1} is paused: it does not roll out what changes. Resume it first: {2}.',
      kind,
      name,
      `kubectl -n ${namespace} rollout resume deployment/${name}`,
    );
  if (!facts.mayPatch)
    return t('No access: your account may not {0} {1} in {2}.', 'patch', `${plural}.apps`, namespace);
  return undefined;
}

export function workloadQuestion(kind: RestartableKind, facts: WorkloadFacts, context: string, t: Translate): Question {
  const { name, namespace } = facts.seen;
  const how = facts.onDelete
    ? t('Its update strategy is OnDelete: its pods go on, and each becomes a new one only when it is deleted.')
    : facts.recreate
      ? t('Its strategy is Recreate: all of its pods end before new ones start.')
      : t('Its pods are replaced step by step, as its update strategy says.');
  return {
    message: t('Restart all pods of {0} {1} in {2} of {3}?', kind, name, namespace, context),
    detail: [
      how,
      t('{0} of its {1} pods are ready now.', facts.ready, facts.desired),
      t(
        'As kubectl rollout restart, it sets the annotation {0} on its pod template.',
        'kubectl.kubernetes.io/restartedAt',
      ),
    ].join('\n'),
    button: t('Restart Pods'),
  };
}

/**
 * Why nothing came of it. `real` tells the write from the question before it whether the server would take it: only the write
 * may have been done where no answer came.
 */
export function failureWords(error: ApiError, real: boolean, t: Translate): string {
  const { failure, message } = error;
  switch (failure.reason) {
    case 'forbidden':
      // The user's rights were asked before: this is another word of the server's, as that of an admission policy.
      return t('Refused by the cluster: {0}. Nothing was done.', message);
    case 'unauthorized':
      return t('Signed out: {0}. Nothing was done.', message);
    case 'not-found':
      return t('It is gone already: {0}.', message);
    case 'gone':
    case 'rejected':
      return failure.reason === 'rejected' && failure.status === 409
        ? t('It has changed since you were asked. Nothing was done: {0}.', message)
        : t('The server refuses it: {0}. Nothing was done.', message);
    case 'too-many-requests':
      return failure.budget === true
        ? t(
            'A PodDisruptionBudget does not allow it now: {0} Nothing was done. Try again when more of its pods are ready.',
            message,
          )
        : t('The server has too much to do: {0}. Nothing was done. Try again later.', message);
    case 'aborted':
    case 'timed-out':
    case 'truncated':
    case 'unreachable':
    case 'malformed':
      return real
        ? t('No answer: {0}. It may have been done all the same: look at the pod before you try again.', message)
        : t('No answer: {0}. Nothing was done.', message);
    case 'server':
      return t('The server failed: {0}.', message);
    case 'certificate':
    case 'credential-plugin':
    case 'credentials':
      return t('Cannot reach the server: {0}. Nothing was done.', message);
  }
}
