/** The kinds that this folder helps with, as they are written. */
const kinds =
  /(?:^|[{,])\s*(?:-\s+)?["']?kind["']?\s*:\s*["']?(?:NetworkPolicy|AdminNetworkPolicy|BaselineAdminNetworkPolicy|ClusterNetworkPolicy|GlobalNetworkPolicy|Staged\w*NetworkPolicy|NetworkPolicyList)\b/im;

/** Other capitals are a slip that is told. */
const anyCapitals = /networkpolicy/i;

/** Whether a text may hold a policy: cheap enough to ask of every YAML file that is opened. */
export const mayHoldPolicy = (text: string): boolean => anyCapitals.test(text) && kinds.test(text);
