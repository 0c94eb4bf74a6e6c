import type { PodRef } from '../policy/types.ts';

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const shownPods = 10;

/** `web-0, web-1 and 5 more`. */
export function someOf(names: readonly string[], shown = shownPods): string {
  const rest = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** One line for each namespace: `7 pods in shop: web-0, web-1 and 5 more`. */
export const podLines = (pods: readonly PodRef[]): readonly string[] =>
  [...Map.groupBy(pods, ({ namespace }) => namespace)].map(
    ([namespace, list]) => `${plural(list.length, 'pod')} in ${namespace}: ${someOf(list.map(({ name }) => name))}`,
  );

/** `7 pods in 2 namespaces`. */
export const podCount = (pods: readonly PodRef[]): string =>
  `${plural(pods.length, 'pod')} in ${plural(new Set(pods.map(({ namespace }) => namespace)).size, 'namespace')}`;
