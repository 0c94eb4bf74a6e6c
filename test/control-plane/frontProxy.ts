/**
 * Who an authenticating proxy's client is, the API server reads from these headers, when the proxy's own certificate
 * bears this name (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#authenticating-proxy).
 */
export const frontProxyName = 'fault-proxy';
export const frontProxyHeaders = { user: 'X-Remote-User', group: 'X-Remote-Group' };
