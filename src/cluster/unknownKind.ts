import { kindOf, kindOfObject } from '../model/kinds.ts';

/** The policies of Kubernetes itself, which are written by hand most. */
const policies = [
  'networkPolicies',
  'adminNetworkPolicies',
  'baselineAdminNetworkPolicies',
  'clusterNetworkPolicies',
] as const;

/** Groups of Kubernetes itself in which people look for a policy. Others may have kinds of the same name. */
const own = new Set(['', 'apps', 'extensions', 'policy', 'networking.k8s.io', 'policy.networking.k8s.io']);

/**
 * What is wrong with an `apiVersion` and a `kind` that no server has but that are almost those of a policy, as a sentence:
 * other capitals, or a group that the kind is not in.
 */
export function unknownKind(apiVersion: string, kind: string): string | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (!own.has(group) || kindOfObject(apiVersion, kind) !== undefined) return undefined;
  const meant = policies.map((key) => kindOf(key)).find((one) => one.kind.toLowerCase() === kind.toLowerCase());
  const [api] = meant?.apis ?? [];
  if (meant === undefined || api === undefined) return undefined;
  const wanted = `apiVersion: ${api.group}/${api.version} and kind: ${meant.kind}`;
  return `There is no kind ${kind} in ${apiVersion}, and it was not read. Write ${wanted}.`;
}
