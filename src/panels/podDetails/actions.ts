import type { HeaderAction } from '../protocol.ts';
import { t } from '../translate.ts';
import { agentOf } from './agentOf.ts';
import type { PodInput } from './input.ts';
import { type Right, rightTo } from './rights.ts';

/** What is done about a pod outside of its page. The host knows them by their ids. */
export function actions({ pod, snapshot, rights }: PodInput): readonly HeaderAction[] {
  if (snapshot.content.origin !== 'live') return [];
  /** Of several ways, one that is open is enough. */
  const needs = (...ways: readonly Right[]): Pick<HeaderAction, 'unavailable'> =>
    rights !== undefined && ways.every((right) => rightTo(rights, right) === false)
      ? { unavailable: t('your account may not {0}', ways[0] ?? '') }
      : {};
  const restarted = [...pod.containerStatuses, ...pod.initContainerStatuses].find(({ restarts }) => restarts > 0);
  return [
    { id: 'openShell', label: t('Open Shell in Container'), icon: 'terminal', ...needs('create pods/exec') },
    { id: 'forwardPort', label: t('Forward Port…'), icon: 'plug', ...needs('create pods/portforward') },
    { id: 'showPodPolicies', label: t('Show Policies for This Pod'), icon: 'shield' },
    { id: 'copyKubectl', label: t('Copy kubectl Command'), icon: 'copy' },
    { id: 'retry', label: t('Refresh'), icon: 'refresh' },
    { id: 'showLogs', label: t('Show Log'), more: 'look', ...needs('get pods/log') },
    {
      id: 'previousLog',
      label: t('Log of the Previous Run'),
      more: 'look',
      ...(restarted === undefined
        ? { unavailable: t('no container has run before') }
        : { args: [restarted.name], ...needs('get pods/log') }),
    },
    { id: 'openManifest', label: t('Show YAML'), more: 'look' },
    ...(agentOf(pod, snapshot) === undefined
      ? []
      : [{ id: 'checkNetwork', label: t('Run CNI Check'), more: 'look' as const }]),
    { id: 'openTerminal', label: t('Open kubectl Terminal in {0}', pod.meta.namespace), more: 'terminal' },
    { id: 'describePod', label: t('Describe in Terminal'), more: 'terminal' },
    { id: 'followLogs', label: t('Follow Log in Terminal'), more: 'terminal', ...needs('get pods/log') },
    {
      id: 'debugContainer',
      label: t('Debug with a Container beside It'),
      more: 'terminal',
      ...needs('patch pods/ephemeralcontainers'),
    },
    { id: 'restartPod', label: t('Restart Pod…'), more: 'change', ...needs('create pods/eviction', 'delete pods') },
    { id: 'deletePod', label: t('Delete Pod…'), more: 'change', ...needs('delete pods') },
  ];
}
