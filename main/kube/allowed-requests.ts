/**
 * The only requests that may leave: discovery, lists, the namespace kube-system, and questions about oneself.
 * Everything else (watch, exec, proxy, log, writes) is refused before a socket is touched.
 */
const READS: readonly RegExp[] = [
  /^\/version$/u,
  /^\/apis?$/u,
  /^\/api\/[^/]+$/u,
  /^\/apis\/[^/]+\/[^/]+$/u,
  // A list of a collection, in all namespaces or in one.
  /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/[^/]+)?\/[^/]+$/u,
  /^\/api\/v1\/namespaces\/kube-system$/u,
];

export const REVIEWS = {
  self: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  rules: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  access: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
} as const;

const QUERY: ReadonlySet<string> = new Set(['limit', 'continue', 'fieldSelector']);

/** `path` is relative to the server's address, with its query. */
export function isAllowedRequest(verb: string, path: string): boolean {
  const [route = '', query = '', ...rest] = path.split('?');
  if (rest.length > 0 || /[#\\\s]|\/\.{1,2}(?:\/|$)|%2f|%5c|%2e/iu.test(route)) return false;
  if (verb === 'POST') return query === '' && Object.values<string>(REVIEWS).includes(route);
  if (verb !== 'GET' || !READS.some((pattern) => pattern.test(route))) return false;
  return [...new URLSearchParams(query).keys()].every((key) => QUERY.has(key));
}
