import type { Workload } from '../../model/workload.ts';
import { flannelConfigOf } from '../flannelBackend.ts';
import type { CniDefinition, ObjectName } from './definition.ts';

export interface ConfigurationPlace extends ObjectName {
  readonly kind: 'configMaps' | 'secrets';
}

/**
 * Where a CNI's configuration is to be read. flannel's agents say where they have theirs, whatever it is called and also
 * where a chart keeps it in a Secret; a Secret is never asked for otherwise. Of the names that other CNIs use, those beside
 * the agent, and of these those that go with the agent's own name.
 */
export function configurationOf(
  { configMaps }: CniDefinition,
  agents: readonly Workload[],
): readonly ConfigurationPlace[] {
  const mounted = agents.flatMap((agent) => flannelConfigOf(agent) ?? []);
  if (mounted.length > 0)
    return mounted.map(({ kind, namespace, name }) => ({
      kind: kind === 'Secret' ? 'secrets' : 'configMaps',
      namespace,
      name,
    }));
  const beside = configMaps.filter(({ namespace }) => agents.some(({ meta }) => meta.namespace === namespace));
  const own = beside.filter(({ name }) => agents.some(({ meta }) => name.startsWith(meta.name)));
  return (own.length > 0 ? own : beside).map((place) => ({ kind: 'configMaps', ...place }));
}
