/** What a request asks for, in the words of RBAC. */
export interface Request {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'other';
  /** Such as `pods`; empty for what is no resource, such as `/version`. */
  readonly resource: string;
  readonly subresource: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const verbs: Readonly<Record<string, Request['verb']>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** As the API server does it (apiserver/pkg/endpoints/request/requestinfo.go), for what the tests need of it. */
export function readRequest(method: string, url: string): Request {
  const { pathname: path, searchParams: query } = new URL(url, 'https://server.invalid');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const core = parts[0] === 'api';
  const rest = core ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name = '', subresource = ''] = namespaced ? rest.slice(2) : rest;
  const reading = query.get('watch') === 'true' || query.get('watch') === '1' ? 'watch' : name ? 'get' : 'list';
  return {
    verb: method === 'GET' ? (resource ? reading : 'get') : (verbs[method] ?? 'other'),
    resource,
    subresource,
    group: core ? '' : (parts[1] ?? ''),
    namespace: namespaced ? (rest[1] ?? '') : '',
    name,
    path,
    query,
  };
}

/** Which requests are meant: those that agree in every field that is given. */
export interface Match {
  readonly verb?: Request['verb'];
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path?: string | RegExp;
  /** True: the second and later pages of a list alone. */
  readonly continued?: boolean;
}

export const matches = (request: Request, match: Match): boolean =>
  (match.verb === undefined || match.verb === request.verb) &&
  (match.resource === undefined || match.resource === request.resource) &&
  (match.namespace === undefined || match.namespace === request.namespace) &&
  (match.name === undefined || match.name === request.name) &&
  (match.continued === undefined || match.continued === request.query.has('continue')) &&
  (match.path === undefined ||
    (typeof match.path === 'string' ? match.path === request.path : match.path.test(request.path)));
