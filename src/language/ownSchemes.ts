/** Schemes of documents that are shown and never measured: answers, and objects of clusters. */
export const ownSchemes = { answer: 'network-inspector-policy', object: 'network-inspector-object' } as const;
