import type { CoverageEntry } from '#core/model.ts';
import type { Sender } from '#main/kube/transport.ts';
import type { ListedKind, ListEvent } from '#main/sources/source.ts';
import type { Health } from './health.ts';
import { stripPage } from './metadata-only.ts';
import { METADATA_LIST, type NamespaceFallback } from './namespaces.ts';
import { coverageEntry, invalidPage, type Outcome, outcomeOf } from './outcome.ts';
import { readPageFrame } from './page.ts';

/** What reading kinds needs; one for a whole scan. */
export interface KindReaderContext {
  /** Tries again by itself where that helps. */
  readonly sender: Sender;
  readonly signal: AbortSignal;
  readonly pageLimit: number;
  readonly health: Health;
  /** Namespaces that the scan is restricted to. */
  readonly namespaces?: readonly string[];
  readonly fallback: NamespaceFallback;
  /** Resolves when the next page may be fetched. */
  readonly emit: (event: ListEvent) => Promise<void>;
}

/** `paged` is how lists are read; `whole` is the last resort where the server loses the place between pages. */
type Mode = 'paged' | 'whole';

/** A list without pages is only asked for where few objects are left (ux.md (c) 3). */
const WHOLE_LIST_MAX = 5000;

interface Attempt {
  readonly entries: readonly CoverageEntry[];
  /** The place between two pages was lost; pages handed out are void when the kind is read again. */
  readonly lost?: { readonly remaining: number };
}

type Collected = { readonly outcome: Outcome } | { readonly lost: { readonly remaining: number } };

const segment = encodeURIComponent;

const isNamespaceKind = (kind: ListedKind): boolean => kind.group === '' && kind.resource === 'namespaces';

/** The path of a collection. In a restricted scan a Namespace object is found by its name in the list of namespaces. */
function collectionPath(kind: ListedKind, namespace: string | undefined, mode: Mode, limit: number, token: string): string {
  const root = kind.group === '' ? `/api/${segment(kind.version)}` : `/apis/${segment(kind.group)}/${segment(kind.version)}`;
  const within = namespace === undefined || isNamespaceKind(kind) ? '' : `/namespaces/${segment(namespace)}`;
  const query = [
    ...(mode === 'paged' ? [`limit=${limit}`] : []),
    ...(namespace !== undefined && isNamespaceKind(kind) ? [`fieldSelector=${segment(`metadata.name=${namespace}`)}`] : []),
    ...(token === '' ? [] : [`continue=${segment(token)}`]),
  ].join('&');
  return `${root}${within}/${segment(kind.resource)}${query === '' ? '' : `?${query}`}`;
}

/** Of a page with one object at most. */
const isEmpty = (bytes: Uint8Array): boolean => /"items"\s*:\s*(\[\s*\]|null)/u.test(Buffer.from(bytes).toString('utf8'));

/** Listing anything in a namespace that does not exist gives an empty list and looks perfect: it must be said. */
const NO_SUCH_NAMESPACE: Outcome = { status: 'notFound', reason: 'There is no namespace of this name.' };

/** Reads one collection page by page. What was handed out before a failure stays handed out: the entry says that it is not all. */
async function readCollection(
  context: KindReaderContext,
  kind: ListedKind,
  namespace: string | undefined,
  mode: Mode,
): Promise<Collected> {
  const { health, signal } = context;
  let token = '';
  let remaining = 0;
  for (;;) {
    const skip = health.givenUp();
    if (skip !== undefined) return { outcome: skip };
    const path = collectionPath(kind, namespace, mode, context.pageLimit, token);
    const answer = await context.sender.send({
      verb: 'GET',
      path,
      signal,
      ...(kind.metadataOnly ? { accept: METADATA_LIST } : {}),
    });
    if (answer.ok && answer.value.status === 410) return { lost: { remaining } };
    if (!answer.ok || answer.value.status !== 200) {
      const outcome = outcomeOf(answer);
      health.record(outcome);
      return { outcome };
    }
    const frame = readPageFrame(answer.value.bytes);
    const bytes = frame === undefined ? undefined : kind.metadataOnly ? stripPage(answer.value.bytes, kind) : answer.value.bytes;
    if (frame === undefined || bytes === undefined) return { outcome: invalidPage };
    if (namespace !== undefined && isNamespaceKind(kind) && isEmpty(bytes)) return { outcome: NO_SUCH_NAMESPACE };
    const done: Outcome = { status: kind.metadataOnly ? 'metadataOnly' : 'complete', httpStatus: 200 };
    health.record(done);
    remaining = frame.remaining;
    await context.emit({ type: 'page', kind, bytes, remaining, ...(namespace === undefined ? {} : { namespace }) });
    if (frame.continue === '') return { outcome: done };
    // A server that ignores the token would have us turn round for ever.
    if (frame.continue === token) return { outcome: invalidPage };
    token = frame.continue;
  }
}

async function readNamespaces(
  context: KindReaderContext,
  kind: ListedKind,
  names: readonly string[],
  mode: Mode,
): Promise<Attempt> {
  const entries: CoverageEntry[] = [];
  for (const namespace of names) {
    const read = await readCollection(context, kind, namespace, mode);
    if ('lost' in read) return { entries, lost: read.lost };
    entries.push(coverageEntry(kind, read.outcome, namespace));
  }
  return { entries };
}

/** After a refusal across the cluster: the namespaces where the kind may be listed, and one entry for the refusal itself. */
async function readWherePossible(context: KindReaderContext, kind: ListedKind, mode: Mode): Promise<Attempt> {
  const { fallback, signal } = context;
  const names = await fallback.names(signal);
  const open: string[] = [];
  for (const name of names) if (await fallback.mayList(kind, name, signal)) open.push(name);
  const attempt = await readNamespaces(context, kind, open, mode);
  const read = attempt.entries.filter(({ status }) => status === 'complete' || status === 'metadataOnly');
  const refused = attempt.entries.filter(({ status }) => status !== 'forbidden');
  const where =
    read.length === 0
      ? `nor in ${names.length === 1 ? `the namespace ${names[0]}` : `any of the ${names.length} namespaces known`}`
      : `but in ${read.length} of the ${names.length} namespaces known`;
  const reason = `This user may not list them in all namespaces, ${where}. What was not read is not evaluated.`;
  const entry = coverageEntry(kind, { status: 'forbidden', httpStatus: 403, reason });
  return { ...attempt, entries: [entry, ...refused] };
}

async function attemptKind(context: KindReaderContext, kind: ListedKind, mode: Mode): Promise<Attempt> {
  const { namespaces } = context;
  if (namespaces !== undefined && (kind.namespaced || isNamespaceKind(kind)))
    return readNamespaces(context, kind, namespaces, mode);
  const read = await readCollection(context, kind, undefined, mode);
  if ('lost' in read) return { entries: [], lost: read.lost };
  if (read.outcome.status === 'forbidden' && kind.namespaced) return readWherePossible(context, kind, mode);
  return { entries: [coverageEntry(kind, read.outcome)] };
}

/**
 * Reads one kind and hands out its pages and coverage. A place lost between pages (410) restarts the kind once; lost again, the
 * kind is read without pages if few objects are left, else it is `expired`.
 */
export async function readKind(context: KindReaderContext, kind: ListedKind): Promise<void> {
  const modes: Mode[] = ['paged', 'paged', 'whole'];
  let attempt: Attempt = { entries: [] };
  for (const mode of modes) {
    if (mode === 'whole' && (attempt.lost?.remaining ?? 0) >= WHOLE_LIST_MAX) break;
    await context.emit({ type: 'kind', kind });
    attempt = await attemptKind(context, kind, mode);
    if (attempt.lost === undefined) break;
  }
  const expired = attempt.lost === undefined ? [] : [coverageEntry(kind, { ...EXPIRED, httpStatus: 410 })];
  for (const entry of [...attempt.entries, ...expired]) await context.emit({ type: 'coverage', entry });
}

const EXPIRED: Outcome = {
  status: 'expired',
  reason: 'The server lost the place between two pages again and again. What was not read is not evaluated.',
};
