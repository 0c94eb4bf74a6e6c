/** What is no state to be read: requests that a view makes on the user's behalf, with the source's credentials. */
export interface ClusterClient {
  /**
   * GET of an API path such as `/api/v1/namespaces/shop/pods/web-0`, parsed.
   * @throws {ApiError} for every answer that is not 2xx and for every failure to get one.
   */
  get(path: string, options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<unknown>;
}
