import type { CoverageEntry } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import type { ListedKind } from '#main/sources/source.ts';
import { parseAggregated, parseGroups, parseResources, parseVersions, type ServedVersion } from './discovery-documents.ts';
import { isMetadataOnly, leftOutReason, readingRank } from './left-out.ts';
import type { Answer, Sender, TransportFailure } from './transport.ts';

/**
 * Finds every kind that can be listed, at the one version that the server prefers.
 * Aggregated discovery (two requests, stable since 1.30) or, on older servers, one request per group version.
 */

export interface Discovery {
  /** In the order in which they are best read. */
  readonly kinds: readonly ListedKind[];
  /** Kinds left out on purpose, and groups that did not answer. */
  readonly coverage: readonly CoverageEntry[];
}

/** Why there is no discovery at all: no answer, or an answer with this status. */
export type DiscoveryFailure =
  | { readonly kind: 'transport'; readonly failure: TransportFailure }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'document' };

const ACCEPT = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

const parse = (answer: Answer): unknown => {
  try {
    return JSON.parse(Buffer.from(answer.bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};

const isAggregated = (answer: Answer): boolean => answer.contentType.includes('APIGroupDiscoveryList');

async function get(
  transport: Sender,
  path: string,
  signal: AbortSignal,
  accept?: string,
): Promise<Result<Answer, DiscoveryFailure>> {
  const answer = await transport.send({ verb: 'GET', path, signal, ...(accept === undefined ? {} : { accept }) });
  if (!answer.ok) return err({ kind: 'transport', failure: answer.error });
  return answer.value.status === 200 ? ok(answer.value) : err({ kind: 'status', status: answer.value.status });
}

export interface Senders {
  readonly plain: Sender;
  /** Tries again when the server is busy: for what the scan cannot do without. A single broken group is not waited for. */
  readonly patient: Sender;
}

interface Found {
  /** Preferred version of a group first. */
  readonly versions: readonly ServedVersion[];
  readonly coverage: readonly CoverageEntry[];
}

type GroupFailure = CoverageEntry & { readonly kind: '*' };

const BROKEN = 'The server behind this API group does not answer, so its kinds are not known and not read.';

/** A group that does not answer. One that is left out as a whole (metrics, most often) misses nothing by it. */
function broken(group: string, version: string, httpStatus?: number): GroupFailure {
  const base = { group, version, kind: '*', resource: '*', verb: 'list', objects: 0 } as const;
  const reason = leftOutReason(group, '*');
  if (reason !== undefined) return { ...base, status: 'leftOut', reason };
  return { ...base, status: 'serverError', reason: BROKEN, ...(httpStatus === undefined ? {} : { httpStatus }) };
}

async function legacyVersion(
  transport: Sender,
  group: string,
  version: string,
  signal: AbortSignal,
): Promise<ServedVersion | CoverageEntry> {
  const answer = await get(transport, group === '' ? `/api/${version}` : `/apis/${group}/${version}`, signal);
  const resources = answer.ok ? parseResources(parse(answer.value)) : undefined;
  if (resources !== undefined) return { group, version, stale: false, resources };
  return broken(group, version, answer.ok || answer.error.kind !== 'status' ? undefined : answer.error.status);
}

/** One of the two roots: aggregated where the server can, else group version by group version (the transport keeps it at four). */
async function root(senders: Senders, path: '/api' | '/apis', signal: AbortSignal): Promise<Result<Found, DiscoveryFailure>> {
  const answer = await get(senders.patient, path, signal, ACCEPT);
  if (!answer.ok) return answer;
  const document = parse(answer.value);
  if (isAggregated(answer.value)) {
    const versions = parseAggregated(document);
    if (versions === undefined) return err({ kind: 'document' });
    const stale = versions.filter((version) => version.stale && version.resources.length === 0);
    return ok({ versions, coverage: stale.map(({ group, version }) => broken(group, version)) });
  }
  const names = path === '/api' ? parseVersions(document) : parseGroups(document);
  if (names === undefined) return err({ kind: 'document' });
  const read = await Promise.all(names.map(({ group, version }) => legacyVersion(senders.plain, group, version, signal)));
  const versions: ServedVersion[] = [];
  const coverage: CoverageEntry[] = [];
  for (const entry of read) {
    if ('resources' in entry) versions.push(entry);
    else coverage.push(entry);
  }
  return ok({ versions, coverage });
}

/** The same objects served under an older group too (`extensions` before 1.22): the newer group is read. */
const isSuperseded = (group: string, kind: string, all: readonly ServedVersion[]): boolean =>
  group === 'extensions' &&
  all.some((version) => version.group !== 'extensions' && version.resources.some((resource) => resource.kind === kind));

function choose(versions: readonly ServedVersion[]): Discovery {
  const kinds: ListedKind[] = [];
  const coverage: CoverageEntry[] = [];
  const seen = new Set<string>();
  for (const { group, version, resources } of versions) {
    for (const { resource, kind, namespaced, verbs } of resources) {
      const id = `${group}/${resource}`;
      if (!verbs.includes('list') || seen.has(id) || isSuperseded(group, kind, versions)) continue;
      seen.add(id);
      const reason = leftOutReason(group, resource);
      if (reason === undefined)
        kinds.push({ group, version, kind, resource, namespaced, metadataOnly: isMetadataOnly(group, resource) });
      else coverage.push({ group, version, kind, resource, verb: 'list', status: 'leftOut', objects: 0, reason });
    }
  }
  return { kinds: kinds.toSorted((a, b) => readingRank(a.group, a.resource) - readingRank(b.group, b.resource)), coverage };
}

/** Asks the server what it serves. A group that does not answer is a coverage entry; only the two roots failing is a failure. */
export async function discover(senders: Senders, signal: AbortSignal): Promise<Result<Discovery, DiscoveryFailure>> {
  const [core, groups] = await Promise.all([root(senders, '/api', signal), root(senders, '/apis', signal)]);
  if (!core.ok) return core;
  if (!groups.ok) return groups;
  const chosen = choose([...core.value.versions, ...groups.value.versions]);
  return ok({ kinds: chosen.kinds, coverage: [...chosen.coverage, ...core.value.coverage, ...groups.value.coverage] });
}
