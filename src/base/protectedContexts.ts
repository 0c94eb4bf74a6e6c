/** Whether a context's name matches one of the patterns of `networkInspector.protectedContexts`; `*` stands for anything. */
export const isProtected = (context: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(context);
  });
