import { plainLabel } from '../base/plainLabel.ts';
import type { ClusterSource } from '../cluster/source.ts';

type Translate = (message: string, ...args: (string | number)[]) => string;

/** What the status bar says of the cluster that policies are measured against, in VS Code's label syntax. */
export function policyStatus(
  source: ClusterSource | undefined,
  t: Translate,
  now: number,
): { readonly text: string; readonly tooltip: string } {
  if (source === undefined)
    return {
      text: `$(shield) ${t('no cluster')}`,
      tooltip: t('Policies are checked by themselves. Choose a cluster to measure them against.'),
    };
  const { state, snapshot, name, origin } = source;
  const plain = plainLabel(name);
  const pods = snapshot.knowledge('pods');
  const status = (text: string, tooltip: string) => ({
    text,
    tooltip: `${tooltip}\n${t('Click to choose another cluster.')}`,
  });
  if (origin === 'folder')
    return status(`$(shield) ${plain}`, t('Policies are measured against the files of {0}.', name));
  if (pods.state === 'stale' || (state.kind !== 'connected' && state.kind !== 'connecting')) {
    const since = pods.state === 'stale' ? pods.since : snapshot.content.asOf;
    const minutes = Math.max(0, Math.floor((now - since) / 60_000));
    const time = new Date(since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const age = minutes < 1 ? t('as of {0}', time) : t('as of {0}, {1} min ago', time, minutes);
    return status(
      since === 0 ? `$(circle-outline) ${plain}: ${t('not connected')}` : `$(history) ${plain}: ${age}`,
      pods.state === 'stale' ? pods.reason : t('{0} is not connected.', name),
    );
  }
  switch (pods.state) {
    case 'loaded':
      return status(`$(shield) ${plain}`, t('Policies are measured against {0}, live.', name));
    case 'forbidden':
      return status(
        `$(lock) ${plain}: ${t('no access: {0} {1}', pods.verb, pods.resource)}`,
        t('Which pods a policy selects cannot be told without a role in {0} that may list pods.', name),
      );
    case 'unavailable':
      return status(`$(question) ${plain}: ${t('pods cannot be read')}`, pods.reason);
    default:
      return status(`$(loading~spin) ${plain}`, t('{0} is being read.', name));
  }
}
