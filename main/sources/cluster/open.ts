import type { AppError, CoverageEntry } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import { REVIEWS } from '#main/kube/allowed-requests.ts';
import { authenticatorFor } from '#main/kube/auth.ts';
import { type Connection, hostOf, provisionalId, resolveConnection } from '#main/kube/connection.ts';
import { discover } from '#main/kube/discovery.ts';
import { loadKubeconfig } from '#main/kube/kubeconfig.ts';
import { RETRY_DEFAULTS, type RetryOptions, withRetries } from '#main/kube/retry.ts';
import {
  createTransport,
  type Sender,
  type Transport,
  TRANSPORT_DEFAULTS,
  type TransportOptions,
  type TransportRequest,
} from '#main/kube/transport.ts';
import type {
  ClusterFacts,
  ClusterReader,
  ListedKind,
  NotAsked,
  OpenCluster,
  OpenClusterOptions,
  RequestEntry,
} from '#main/sources/source.ts';
import { connectError } from './connect-error.ts';
import { listCluster } from './lister.ts';
import { coverageEntry } from './outcome.ts';

/** What tests and benchmarks may change; everybody else uses `openCluster`. */
export interface ClusterTuning {
  readonly transport: Omit<TransportOptions, 'onRequest'>;
  readonly retry: RetryOptions;
  /** Objects a page. */
  readonly pageLimit: number;
}

export const CLUSTER_DEFAULTS: ClusterTuning = { transport: TRANSPORT_DEFAULTS, retry: RETRY_DEFAULTS, pageLimit: 500 };

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A question whose answer the scan can do without: an empty object where there is none. */
async function ask(sender: Sender, request: TransportRequest): Promise<Fields> {
  const answer = await sender.send(request);
  if (!answer.ok || answer.value.status >= 300) return {};
  try {
    return fieldsOf(JSON.parse(Buffer.from(answer.value.bytes).toString('utf8')));
  } catch {
    return {};
  }
}

/** `1.36`, from a server that may say `36+`; an emulated version counts as what it emulates, since that decides what is served. */
function minorOf(version: Fields): string {
  const digits = (value: unknown): string | undefined => textOf(value)?.replace(/\D.*$/u, '');
  const major = digits(version['emulationMajor']) ?? digits(version['major']);
  const minor = digits(version['emulationMinor']) ?? digits(version['minor']);
  return major === undefined || minor === undefined ? '' : `${major}.${minor}`;
}

async function readFacts(
  transport: Transport,
  patient: Sender,
  connection: Connection,
  options: OpenClusterOptions,
): Promise<Result<ClusterFacts, AppError>> {
  const { signal } = options;
  const review = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const [discovery, version, kubeSystem, self] = await Promise.all([
    discover({ plain: transport, patient }, signal),
    ask(transport, { verb: 'GET', path: '/version', signal }),
    ask(transport, {
      verb: 'GET',
      path: '/api/v1/namespaces/kube-system',
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      signal,
    }),
    ask(transport, { verb: 'POST', path: REVIEWS.self, body: review, signal }),
  ]);
  if (!discovery.ok) return err(connectError(discovery.error, connection, options.env));
  const uid = textOf(fieldsOf(kubeSystem['metadata'])['uid']);
  const user = textOf(fieldsOf(fieldsOf(self['status'])['userInfo'])['username']);
  return ok({
    ...(uid === undefined ? {} : { uid }),
    provisionalId: provisionalId(connection),
    server: hostOf(connection.server),
    contextName: connection.contextName,
    kubernetesMinor: minorOf(version),
    gitVersion: textOf(version['gitVersion']) ?? '',
    ...(user === undefined ? {} : { user }),
    kinds: discovery.value.kinds,
    coverage: discovery.value.coverage,
  });
}

/** The coverage of kinds that nobody wants to be read. */
const asideOf = (kinds: readonly ListedKind[], notAsked: NotAsked | undefined): readonly CoverageEntry[] =>
  kinds.flatMap((kind) => {
    const reason = notAsked?.(kind);
    return reason === undefined ? [] : [coverageEntry(kind, { status: 'notAsked', reason })];
  });

/** As `openCluster`, with limits and waits of the caller's choice. */
export async function openClusterWith(
  options: OpenClusterOptions,
  tuning: ClusterTuning,
): Promise<Result<ClusterReader, AppError>> {
  const config = loadKubeconfig(options);
  if (!config.ok) return config;
  const connected = resolveConnection(config.value, options.context);
  if (!connected.ok) return connected;
  const connection = connected.value;
  const auth = authenticatorFor(connection, { env: options.env });
  if (!auth.ok) return auth;

  let listener: ((entry: RequestEntry) => void) | undefined;
  const transport = createTransport(connection, auth.value, { ...tuning.transport, onRequest: (entry) => listener?.(entry) });
  const patient = withRetries(transport, tuning.retry);
  const facts = await readFacts(transport, withRetries(transport, { ...tuning.retry, whenCut: false }), connection, options);
  if (!facts.ok) {
    await transport.close();
    return facts;
  }
  return ok({
    facts: facts.value,
    list: ({ namespaces, notAsked, signal }) =>
      listCluster({
        sender: patient,
        kinds: facts.value.kinds.filter((kind) => notAsked?.(kind) === undefined),
        coverage: [...facts.value.coverage, ...asideOf(facts.value.kinds, notAsked)],
        contextNamespace: connection.namespace ?? 'default',
        parallel: tuning.transport.connections,
        pageLimit: tuning.pageLimit,
        signal,
        ...(namespaces === undefined ? {} : { namespaces }),
        listen: (to) => {
          listener = to;
        },
        close: () => transport.close(),
      }),
    requests: () => transport.requests(),
    close: () => transport.close(),
  });
}

/**
 * Connects to the cluster of a kubeconfig context and finds out what it serves. Lists nothing yet.
 * Errors: `kubeconfig`, `unsupported`, `execPlugin`, `unreachable`, `tls`, `unauthorized`, `forbidden`, `cancelled`; none quotes a
 * credential. Whoever gets a reader closes it.
 *
 * The reader's `list`:
 * - hands out the coverage of discovery first (left-out kinds, groups that did not answer), then kinds, pages and coverage mixed;
 * - coverage entries say `objects: 0`: pages are not parsed here, whoever parses them counts. A page whose items cannot be parsed
 *   is for the consumer to record as `invalid`;
 * - items of built-in kinds carry no apiVersion and kind (the API server leaves them out in lists): the event's `kind` has them;
 * - each page owns its ArrayBuffer and may be transferred to a worker;
 * - pages of Secrets hold apiVersion, kind and metadata only, whatever the server sent, and no copy of the data in annotations;
 * - `namespaces` restricts the scan: namespaced kinds and Namespace objects are asked for namespace by namespace, each with a
 *   coverage entry of its own; other cluster-scoped kinds are read whole;
 * - without it, a kind that may not be listed across the cluster has one `forbidden` entry without namespace, and an entry for each
 *   namespace where it could be read after all;
 * - kinds that `notAsked` gives a reason for cost no request and have a `notAsked` entry each;
 * - after the signal is aborted every unfinished kind gets a `cancelled` entry, the iteration ends, and no socket stays open.
 */
export const openCluster: OpenCluster = (options) => openClusterWith(options, CLUSTER_DEFAULTS);
