import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EvaluatedObject, RuleSet } from '#core/inventory/model.ts';
import { FAIL, PASS } from '#core/inventory/model.ts';
import type { JsonValue } from '#core/json.ts';
import type { Result } from '#core/result.ts';
import { encodeBody, openStore } from '#main/store/index.ts';
import type { NewRun, RunEnd, ScanWriter, Store, StoreOptions, StoredRun } from '#main/store/index.ts';

/** Helpers for tests of the store: real SQLite files in folders of their own. */

export function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`expected a value: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** A folder that is gone after the test: `using folder = temporaryFolder()`. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-store-'));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

export const openAt = (folder: string, options: StoreOptions = {}): Store =>
  unwrap(openStore({ file: path.join(folder, 'plimsoll.db'), ...options }));

export const rulesOf = (...ids: readonly string[]): RuleSet => ({ rules: ids.map((id) => ({ id, factKey: `${id}@1` })) });

const ULID_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const newId = (): string =>
  Array.from(randomBytes(26), (byte, index) => (index === 0 ? '0' : ULID_LETTERS[byte % 32])).join('');

export interface Described {
  readonly name: string;
  /** What the object says: another text is another content. */
  readonly content?: string;
  readonly namespace?: string;
  readonly kind?: string;
  /** Rules (by index) that fail, at `spec.replicas` unless said otherwise. */
  readonly fails?: readonly number[];
  readonly paths?: Readonly<Record<number, readonly string[]>>;
  readonly resourceVersion?: string;
  readonly body?: JsonValue;
}

/** An evaluated object as a worker would hand it over. */
export function evaluated(described: Described, rules: number): EvaluatedObject {
  const { name, content = '', namespace = 'shop', kind = 'Deployment', fails = [], paths = {} } = described;
  const body = encodeBody(described.body ?? { apiVersion: 'apps/v1', kind, metadata: { name, namespace }, spec: { content } });
  const findings = fails.flatMap((rule) => (paths[rule] ?? ['spec.replicas']).map((at) => ({ rule, path: at, value: '1' })));
  const digest = createHash('sha256').update(name);
  const uid = digest.digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return {
    apiVersion: 'apps/v1',
    kind,
    namespace,
    name,
    uid,
    labels: { app: name },
    waivers: {},
    idle: false,
    assumedNamespace: false,
    key: createHash('sha256').update(`${kind} ${namespace} ${name} ${content}`).digest(),
    resourceVersion: described.resourceVersion ?? '1',
    verdicts: Uint8Array.from({ length: rules }, (_, rule) => (fails.includes(rule) ? FAIL : PASS)),
    findings,
    body,
    bodyHash: createHash('sha256').update(body).digest(),
    declared: [],
  };
}

export function newRun(sourceId: number, over: Partial<NewRun> = {}): NewRun {
  return {
    id: newId(),
    sourceId,
    origin: 'scan',
    startedAt: '2026-11-24T08:00:00.000Z',
    toolVersion: '0.1.0',
    bundleDigest: 'digest',
    libraryHash: 'library',
    policy: 'default',
    labels: {},
    ...over,
  };
}

export const clusterSource = (store: Store, identity = 'uid-1'): number =>
  unwrap(store.sources.open({ kind: 'cluster', name: 'kind-kind', identity, provisional: false })).id;

export const ended = (over: Partial<RunEnd> = {}): RunEnd => ({
  status: 'complete',
  finishedAt: '2026-11-24T08:01:00.000Z',
  ...over,
});

/** Begins a run and its writer. */
export function startScan(
  store: Store,
  ruleset: RuleSet,
  over: Partial<NewRun> = {},
): { readonly run: StoredRun; readonly writer: ScanWriter } {
  const run = unwrap(store.runs.begin(newRun(over.sourceId ?? clusterSource(store), over)));
  return { run, writer: unwrap(store.beginWrite(run, ruleset)) };
}

/** A whole scan in one go. */
export function scan(
  store: Store,
  objects: readonly Described[],
  options: { readonly ruleset?: RuleSet; readonly run?: Partial<NewRun>; readonly end?: Partial<RunEnd> } = {},
): StoredRun {
  const ruleset = options.ruleset ?? rulesOf('a', 'b', 'c');
  const { writer } = startScan(store, ruleset, options.run);
  unwrap(writer.add(objects.map((object) => evaluated(object, ruleset.rules.length))));
  return unwrap(writer.finish(ended(options.end)));
}
