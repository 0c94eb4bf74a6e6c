/** The id of a cluster's row, by the id of its source. */
export const clusterRowId = (source: string): string => `cluster:${source}`;

export const kubeProxyRowId = (source: string): string => `${clusterRowId(source)}/DaemonSet:kube-system/kube-proxy`;
