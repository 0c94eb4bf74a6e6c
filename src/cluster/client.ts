/** What is no state to be read: requests that a view makes on the user's behalf, with the source's credentials. */
export interface ClusterClient {
  /**
   * GET of an API path such as `/api/v1/namespaces/shop/pods/web-0`, parsed.
   * @throws {ApiError} for every answer that is not 2xx and for every failure to get one.
   */
  get(path: string, options?: RequestOptions): Promise<unknown>;

  /** Whether the user may do something, by SelfSubjectAccessReview. @throws {ApiError} */
  mayI(access: AccessQuestion, options?: RequestOptions): Promise<AccessAnswer>;

  /**
   * The lines of a container's log, as they come, without their ends. With `follow` they come until the container ends
   * or `signal` is aborted.
   * @throws {ApiError} on the first line, or on any later one when the stream breaks.
   */
  logs(pod: PodName, options?: LogOptions): AsyncIterable<string>;

  /** Runs a command in a container, without a terminal and without input. @throws {ApiError} when it could not be run. */
  exec(pod: PodName, options: ExecOptions): Promise<ExecResult>;

  /**
   * Changes something on the server, or asks with `dryRun` what it would say to that. For what the user has confirmed, and
   * nothing else. Where no answer comes, it may have been done all the same.
   * @throws {ApiError}
   */
  write(request: WriteRequest, options?: RequestOptions): Promise<unknown>;
}

export interface WriteRequest {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** An API path with its query. */
  readonly path: string;
  readonly body: object;
  /** Of the body: JSON when absent. */
  readonly type?: string;
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Until the answer begins. */
  readonly timeoutMs?: number;
}

export interface AccessQuestion {
  readonly verb: string;
  /** Plural; the core group is absent or empty. */
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent: in all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
}

export interface AccessAnswer {
  readonly allowed: boolean;
  /** The server's words, where it gives any. */
  readonly reason?: string;
}

export interface LogOptions extends RequestOptions {
  /** May be left out where the pod has one container. */
  readonly container?: string;
  readonly follow?: boolean;
  /** Of the container's run before the current one. */
  readonly previous?: boolean;
  readonly sinceSeconds?: number;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Each line begins with the time at which it was written, in RFC 3339. */
  readonly timestamps?: boolean;
}

export interface ExecOptions {
  readonly container: string;
  /** The program and its arguments; no shell is put between. */
  readonly command: readonly string[];
  readonly signal?: AbortSignal;
  /** Until the command has ended: 30 s when absent. */
  readonly timeoutMs?: number;
  /** Of each of the outputs; what comes after is dropped. 1 MiB when absent. */
  readonly limitBytes?: number;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}
