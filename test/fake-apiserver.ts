import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * An API server in memory, for faults that the real one cannot be made to give: everything else is tested against the real one
 * (test/apiserver.ts). A test decides per request what goes wrong, and looks at what was asked.
 */

export interface FakeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** 1 for the first request of this path and query. */
  readonly nth: number;
}

/** What goes wrong with one request. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly bytes?: Uint8Array;
    }
  /** No answer, ever. */
  | 'hang'
  /** Headers and half of the body, then nothing. */
  | 'stall'
  /** Half of the body, then the connection is cut. */
  | 'cut'
  /** Half of the body as if it were all. */
  | 'truncate'
  /** Whole objects although only metadata was asked for. */
  | 'ignoreAccept'
  | { readonly delayMs: number };

export interface FakeOptions {
  readonly objects?: readonly FakeObject[];
  /** Kinds served, as `group/version/resource/Kind`, with `:cluster` at the end for cluster-scoped ones. Default: what the tests use. */
  readonly kinds?: readonly string[];
  readonly discovery?: 'aggregated' | 'legacy';
  readonly fault?: (request: FakeRequest) => Fault | undefined;
  /** HTTPS with these files; else plain HTTP. */
  readonly tls?: ServerOptions;
}

export interface FakeApiServer {
  readonly url: string;
  readonly port: number;
  /** Everything that was asked, in order. */
  readonly requests: readonly FakeRequest[];
  readonly maxInFlight: () => number;
  /** Connections open at this moment, and all that there ever were. */
  readonly sockets: () => { readonly open: number; readonly total: number };
  /** Writes a kubeconfig: `cluster` and `user` are lines of YAML in flow form, e.g. `token: abc`. */
  kubeconfig(options?: {
    readonly cluster?: string;
    readonly user?: string;
    readonly namespace?: string;
    readonly server?: string;
  }): string;
  stop(): Promise<void>;
}

const KINDS = [
  '/v1/namespaces/Namespace:cluster',
  '/v1/pods/Pod',
  '/v1/secrets/Secret',
  '/v1/configmaps/ConfigMap',
  'apps/v1/deployments/Deployment',
  '/v1/nodes/Node:cluster',
];

interface Served {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const served = (text: string): Served => {
  const [group = '', version = '', resource = '', last = ''] = text.split('/');
  return { group, version, resource, kind: last.replace(':cluster', ''), namespaced: !last.endsWith(':cluster') };
};

const VERBS = ['get', 'list'];

function aggregated(kinds: readonly Served[], core: boolean): unknown {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => (group === '') === core);
  const versions = (group: string): unknown[] =>
    [...new Set(kinds.filter((kind) => kind.group === group).map(({ version }) => version))].map((version) => ({
      version,
      freshness: 'Current',
      resources: kinds
        .filter((kind) => kind.group === group && kind.version === version)
        .map((kind) => ({
          resource: kind.resource,
          responseKind: { kind: kind.kind },
          scope: kind.namespaced ? 'Namespaced' : 'Cluster',
          verbs: VERBS,
        })),
    }));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    items: groups.map((group) => ({ metadata: group === '' ? {} : { name: group }, versions: versions(group) })),
  };
}

function legacy(kinds: readonly Served[], path: string): unknown {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '');
    const versions = (group: string): { version: string }[] =>
      [...new Set(kinds.filter((kind) => kind.group === group).map(({ version }) => version))].map((version) => ({ version }));
    return {
      kind: 'APIGroupList',
      groups: groups.map((name) => ({ name, versions: versions(name), preferredVersion: versions(name)[0] })),
    };
  }
  const parts = path.split('/');
  const [group, version] = parts[1] === 'api' ? ['', parts[2]] : [parts[2], parts[3]];
  const resources = kinds.filter((kind) => kind.group === group && kind.version === version);
  if (resources.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    resources: resources.map((kind) => ({ name: kind.resource, kind: kind.kind, namespaced: kind.namespaced, verbs: VERBS })),
  };
}

/** `/api/v1[/namespaces/NS]/RESOURCE` or `/apis/G/V[/namespaces/NS]/RESOURCE`. */
function findCollection(
  kinds: readonly Served[],
  path: string,
): { readonly kind: Served; readonly namespace: string | undefined } | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)$/u.exec(path);
  const kind = kinds.find(
    (entry) => entry.group === (match?.[1] ?? '') && entry.version === match?.[2] && entry.resource === match[4],
  );
  return kind === undefined ? undefined : { kind, namespace: match?.[3] };
}

const apiVersionOf = (kind: Served): string => (kind.group === '' ? kind.version : `${kind.group}/${kind.version}`);

function page(objects: readonly FakeObject[], kinds: readonly Served[], request: FakeRequest, obeyAccept: boolean): unknown {
  const found = findCollection(kinds, request.path);
  if (found === undefined) return undefined;
  const { kind, namespace } = found;
  const wanted = objects.filter(
    (object) =>
      object.apiVersion === apiVersionOf(kind) &&
      object.kind === kind.kind &&
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (request.query['fieldSelector'] === undefined ||
        request.query['fieldSelector'] === `metadata.name=${object.metadata.name}`),
  );
  const from = Number(request.query['continue'] ?? '0');
  const limit = Number(request.query['limit'] ?? String(wanted.length));
  const left = wanted.length - from - limit;
  const metadata = { resourceVersion: '1', ...(left > 0 ? { continue: String(from + limit), remainingItemCount: left } : {}) };
  const slice = wanted.slice(from, from + limit);
  if (obeyAccept && (request.headers.accept ?? '').includes('PartialObjectMetadataList')) {
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: slice.map(({ metadata: own }) => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: own })),
    };
  }
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata,
    items: slice.map(({ apiVersion: _a, kind: _k, ...rest }) => rest),
  };
}

const status = (code: number, reason: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code });

function answer(
  options: FakeOptions,
  kinds: readonly Served[],
  request: FakeRequest,
  fault: Fault | undefined,
): { readonly type: string; readonly body: string } | undefined {
  const { path } = request;
  const json = (value: unknown): { type: string; body: string } | undefined =>
    value === undefined ? undefined : { type: 'application/json', body: JSON.stringify(value) };
  if (path === '/version') return json({ major: '1', minor: '33+', gitVersion: 'v1.33.4-fake' });
  if (path === '/api/v1/namespaces/kube-system') return json({ metadata: { name: 'kube-system', uid: 'fake-uid' } });
  if (path === '/api' || path === '/apis') {
    if (options.discovery === 'legacy') return json(legacy(kinds, path));
    return {
      type: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      body: JSON.stringify(aggregated(kinds, path === '/api')),
    };
  }
  return json(page(options.objects ?? [], kinds, request, fault !== 'ignoreAccept') ?? legacy(kinds, path));
}

function respond(options: FakeOptions, kinds: readonly Served[], request: FakeRequest, response: ServerResponse): void {
  const fault = options.fault?.(request);
  if (fault === 'hang') return;
  if (typeof fault === 'object' && 'status' in fault) {
    response
      .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      .end(fault.bytes ?? fault.body ?? status(fault.status, 'Fake'));
    return;
  }
  const found = answer(options, kinds, request, fault);
  if (found === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end(status(404, 'NotFound'));
    return;
  }
  const half = found.body.slice(0, Math.floor(found.body.length / 2));
  response.writeHead(200, { 'content-type': found.type });
  if (fault === 'stall') response.write(half);
  else if (fault === 'cut') response.write(half, () => response.destroy());
  else if (fault === 'truncate') response.end(half);
  else if (typeof fault === 'object') setTimeout(() => response.end(found.body), fault.delayMs);
  else response.end(found.body);
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));

/** Starts the fake on a free port of 127.0.0.1. POST is answered 404 unless a fault says otherwise. */
export async function startFakeApiServer(options: FakeOptions = {}): Promise<FakeApiServer> {
  const kinds = (options.kinds ?? KINDS).map(served);
  const requests: FakeRequest[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  let total = 0;
  let inFlight = 0;
  let most = 0;

  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const nth = (counts.get(url.href) ?? 0) + 1;
    counts.set(url.href, nth);
    const request: FakeRequest = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      nth,
    };
    requests.push(request);
    inFlight += 1;
    most = Math.max(most, inFlight);
    response.once('close', () => (inFlight -= 1));
    respond(options, kinds, request, response);
  };
  const server = options.tls === undefined ? createHttpServer(handle) : createHttpsServer(options.tls, handle);
  server.on('connection', (socket: Socket) => {
    total += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server);
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-fake-'));
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  let files = 0;
  return {
    url,
    port,
    requests,
    maxInFlight: () => most,
    sockets: () => ({ open: sockets.size, total }),
    kubeconfig: ({ cluster = '', user = 'token: fake-token', namespace, server: address = url } = {}) => {
      const file = join(dir, `kubeconfig-${(files += 1)}`);
      const context = `cluster: fake, user: fake${namespace === undefined ? '' : `, namespace: ${namespace}`}`;
      const lines = [
        `clusters: [{name: fake, cluster: {server: "${address}"${cluster === '' ? '' : `, ${cluster}`}}}]`,
        `users: [{name: fake, user: {${user}}}]`,
        `contexts: [{name: fake, context: {${context}}}]`,
        'current-context: fake',
      ];
      writeFileSync(file, `${lines.join('\n')}\n`);
      return file;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
