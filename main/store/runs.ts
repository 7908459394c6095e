import type { AppError, CoverageEntry, RunStatus, SourceKind } from '#core/model.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { RequestEntry } from '#main/sources/source.ts';
import { jsonOrNull, packJson, unpackJson } from './blobs.ts';
import type { Connection } from './database.ts';
import { attempt, missing, StoreFailure } from './errors.ts';
import type { Lease } from './lease.ts';
import { staleRuns } from './lease.ts';
import { WHOLE } from './run-model.ts';
import type { NewRun, RunEnd, RunFilter, RunOrigin, StoredRun } from './run-model.ts';
import type { Summaries } from './summaries.ts';

interface RunRow {
  id: number;
  ulid: string;
  source_id: number;
  number: number;
  origin: RunOrigin;
  status: RunStatus;
  started_ms: number;
  finished_ms: number | null;
  tool_version: string;
  kubernetes_minor: string | null;
  bundle_digest: string;
  library_hash: string;
  policy: string;
  labels: string;
  git: string | null;
  ci: string | null;
  server: string | null;
  user: string | null;
  ruleset_id: number | null;
  objects: number;
  evaluated: number;
  requests: number;
  covered: number;
  critical: number;
  high: number;
  medium: number;
  low: number;
  pass: number;
  fail: number;
  error: string | null;
  source_kind: SourceKind;
  source_name: string;
  colour: string;
  production: number;
  token_label: string | null;
  token_type: 'read' | 'write' | null;
}

/** Without the two large columns, which only their own readers want. */
const SELECT = `SELECT r.id, r.ulid, r.source_id, r.number, r.origin, r.status, r.started_ms, r.finished_ms, r.tool_version, r.kubernetes_minor,
  r.bundle_digest, r.library_hash, r.policy, r.labels, r.git, r.ci, r.server, r.user, r.ruleset_id, r.objects, r.evaluated, r.requests, r.covered,
  r.critical, r.high, r.medium, r.low, r.pass, r.fail, r.error,
  s.kind AS source_kind, s.name AS source_name, s.colour, s.production, t.label AS token_label, t.type AS token_type
  FROM runs r JOIN sources s ON s.id = r.source_id LEFT JOIN tokens t ON t.id = r.token_id`;

/** What stands in quotes may be a piece of the file, and so a secret: the place says where to look. */
const withoutQuotes = (problem: ReadProblem): ReadProblem => ({
  ...problem,
  message: problem.message.replaceAll(/'[^']{4,}'|"[^"]{4,}"/g, '…'),
});

/** Runs: their records, leases and ends. */
export class Runs {
  readonly #db: Connection;
  readonly #summaries: Summaries;
  readonly #lease: Lease;
  readonly #now: () => number;

  constructor(db: Connection, summaries: Summaries, lease: Lease, now: () => number) {
    this.#db = db;
    this.#summaries = summaries;
    this.#lease = lease;
    this.#now = now;
  }

  /** Opens a run with a lease of this process. A run id that is there already is refused. */
  begin(run: NewRun): Result<StoredRun, AppError> {
    if (this.get(run.id) !== undefined) {
      return err({
        code: 'invalidInput',
        what: `Run ${run.id} is in the history already`,
        where: this.#db.name,
        why: 'Every run has an id of its own.',
        next: 'Nothing: it was taken in once.',
      });
    }
    return attempt(this.#db.name, () => this.#db.transaction(() => this.#insert(run)).immediate());
  }

  /** Renews the lease. False where the run is no longer ours: it was cancelled, or taken for dead. Call at least every 15 s. */
  heartbeat(runId: string): boolean {
    return (
      this.#db.prepare(`UPDATE runs SET heartbeat_ms = ? WHERE ulid = ? AND status = 'running'`).run(this.#now(), runId)
        .changes === 1
    );
  }

  /** Ends a run whose set is stored already, or that never had one. The writer's `finish` is the usual way. */
  finish(runId: string, end: RunEnd): Result<StoredRun, AppError> {
    const done = attempt(this.#db.name, () => this.#db.transaction(() => this.close(runId, end)).immediate());
    return done.ok && !done.value ? err(notRunning(runId, this.#db.name)) : this.#found(runId);
  }

  /** The statement behind `finish`, for use inside a transaction. False where the run is not running. */
  close(runId: string, end: RunEnd): boolean {
    const failing = end.failing ?? { critical: 0, high: 0, medium: 0, low: 0 };
    const values = {
      ulid: runId,
      status: end.status,
      finished_ms: Date.parse(end.finishedAt),
      kubernetes_minor: end.kubernetesMinor ?? null,
      server: end.server ?? null,
      user: end.user ?? null,
      summary_id: end.summary === undefined ? null : this.#summaries.put(end.summary),
      objects: end.objects ?? null,
      evaluated: end.evaluated ?? 0,
      requests: end.requests?.length ?? 0,
      covered: end.covered ?? 0,
      ...failing,
      pass: end.posture?.pass ?? 0,
      fail: end.posture?.fail ?? 0,
      coverage: end.coverage === undefined ? null : packJson(end.coverage),
      request_log: end.requests === undefined ? null : packJson(end.requests),
      problems: end.problems === undefined || end.problems.length === 0 ? null : packJson(end.problems.map(withoutQuotes)),
      error: jsonOrNull(end.error),
    };
    const changed = this.#db
      .prepare(
        `UPDATE runs SET status = @status, finished_ms = @finished_ms, kubernetes_minor = coalesce(@kubernetes_minor, kubernetes_minor),
           server = coalesce(@server, server), user = coalesce(@user, user), summary_id = @summary_id,
           objects = coalesce(@objects, (SELECT size FROM run_sets WHERE run_id = runs.id), 0), evaluated = @evaluated, requests = @requests,
           covered = @covered, critical = @critical, high = @high, medium = @medium, low = @low, pass = @pass, fail = @fail,
           coverage = @coverage, request_log = @request_log, problems = @problems, error = @error, lease_pid = NULL, lease_host = NULL, heartbeat_ms = NULL
         WHERE ulid = @ulid AND status = 'running'`,
      )
      .run(values);
    return changed.changes === 1;
  }

  /** What a run says of itself in lists, counted again. */
  setFigures(runId: string, failing: NonNullable<RunEnd['failing']>, posture: NonNullable<RunEnd['posture']>): void {
    this.#db
      .prepare(
        'UPDATE runs SET critical = @critical, high = @high, medium = @medium, low = @low, pass = @pass, fail = @fail WHERE ulid = @ulid',
      )
      .run({ ulid: runId, ...failing, ...posture });
  }

  get(runId: string): StoredRun | undefined {
    const row = this.#db.prepare<[string], RunRow>(`${SELECT} WHERE r.ulid = ?`).get(runId);
    return row === undefined ? undefined : toRun(row);
  }

  /** Newest first, with the count of all that the filter lets through. */
  list(filter: RunFilter = {}): { readonly runs: readonly StoredRun[]; readonly total: number } {
    const { where, values } = conditions(filter);
    const rows = this.#db
      .prepare<unknown[], RunRow>(`${SELECT} ${where} ORDER BY r.started_ms DESC, r.id DESC LIMIT ? OFFSET ?`)
      .all(...values, filter.limit ?? 200, filter.offset ?? 0);
    const total = this.#db
      .prepare<unknown[], number>(`SELECT count(*) FROM runs r JOIN sources s ON s.id = r.source_id ${where}`)
      .pluck()
      .get(...values);
    return { runs: rows.map(toRun), total: total ?? 0 };
  }

  /** The newest whole run of a source. */
  latest(sourceId: number): StoredRun | undefined {
    const row = this.#db
      .prepare<[number], RunRow>(
        `${SELECT} WHERE r.source_id = ? AND r.status IN ${WHOLE} ORDER BY r.started_ms DESC, r.id DESC LIMIT 1`,
      )
      .get(sourceId);
    return row === undefined ? undefined : toRun(row);
  }

  /** The whole run of the same source that started last before this one. */
  previous(runId: string): StoredRun | undefined {
    const row = this.#db
      .prepare<[string], RunRow>(
        `${SELECT} JOIN runs later ON later.ulid = ? AND later.source_id = r.source_id
         WHERE r.status IN ${WHOLE} AND (r.started_ms, r.id) < (later.started_ms, later.id) ORDER BY r.started_ms DESC, r.id DESC LIMIT 1`,
      )
      .get(runId);
    return row === undefined ? undefined : toRun(row);
  }

  coverage(runId: string): readonly CoverageEntry[] {
    const data = this.#db.prepare<[string], Buffer | null>('SELECT coverage FROM runs WHERE ulid = ?').pluck().get(runId);
    return data === undefined || data === null ? [] : unpackJson(data);
  }

  requests(runId: string): readonly RequestEntry[] {
    const data = this.#db.prepare<[string], Buffer | null>('SELECT request_log FROM runs WHERE ulid = ?').pluck().get(runId);
    return data === undefined || data === null ? [] : unpackJson(data);
  }

  /** Documents that could not be read, objects that could not be judged; none for runs of a database from before schema 2. */
  problems(runId: string): readonly ReadProblem[] {
    const data = this.#db.prepare<[string], Buffer | null>('SELECT problems FROM runs WHERE ulid = ?').pluck().get(runId);
    return data === undefined || data === null ? [] : unpackJson(data);
  }

  /** Marks runs whose lease is stale; gives their ids. `isAlive` asks the system for a process of this machine. */
  markInterrupted(isAlive: (pid: number) => boolean = processLives): string[] {
    return this.#db
      .transaction(() => {
        const stale = staleRuns(this.#db, this.#lease.host, this.#now(), isAlive);
        const mark = this.#db.prepare(
          `UPDATE runs SET status = 'interrupted', finished_ms = heartbeat_ms, lease_pid = NULL, lease_host = NULL, heartbeat_ms = NULL WHERE id = ?`,
        );
        for (const run of stale) mark.run(run.id);
        return stale.map((run) => run.ulid);
      })
      .immediate();
  }

  #insert(run: NewRun): StoredRun {
    const number = this.#db
      .prepare<[number], number>('UPDATE sources SET last_number = last_number + 1 WHERE id = ? RETURNING last_number')
      .pluck()
      .get(run.sourceId);
    if (number === undefined) throw new StoreFailure(missing(`Source ${run.sourceId} is not known`, this.#db.name));
    this.#db
      .prepare(
        `INSERT INTO runs (ulid, source_id, number, origin, status, started_ms, tool_version, kubernetes_minor, bundle_digest, library_hash, policy,
           labels, git, ci, server, user, lease_pid, lease_host, heartbeat_ms)
         VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        run.id,
        run.sourceId,
        number,
        run.origin,
        Date.parse(run.startedAt),
        run.toolVersion,
        run.kubernetesMinor ?? null,
        run.bundleDigest,
        run.libraryHash,
        run.policy,
        JSON.stringify(run.labels),
        jsonOrNull(run.git),
        jsonOrNull(run.ci),
        run.server ?? null,
        run.user ?? null,
        this.#lease.pid,
        this.#lease.host,
        this.#now(),
      );
    const stored = this.get(run.id);
    if (stored === undefined) throw new StoreFailure(missing(`Run ${run.id} is not known`, this.#db.name));
    return stored;
  }

  #found(runId: string): Result<StoredRun, AppError> {
    const run = this.get(runId);
    return run === undefined ? err(missing(`Run ${runId} is not known`, this.#db.name)) : ok(run);
  }
}

/** Whether a process of this machine lives: signal 0 asks without sending anything (kill(2)). */
function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

export const notRunning = (runId: string, where: string): AppError => ({
  code: 'cancelled',
  what: `Run ${runId} is no longer running`,
  where,
  why: 'It was ended, deleted, or taken for dead by another Plimsoll because it gave no sign of life.',
  next: 'Start the scan again.',
});

function conditions(filter: RunFilter): { readonly where: string; readonly values: unknown[] } {
  const parts: string[] = [];
  const values: unknown[] = [];
  const oneOf = (column: string, list: readonly (string | number)[] | undefined): void => {
    if (list === undefined || list.length === 0) return;
    parts.push(`${column} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(list));
  };
  oneOf('r.source_id', filter.sources);
  oneOf('s.kind', filter.kinds);
  oneOf('r.status', filter.statuses);
  oneOf('r.policy', filter.policies);
  for (const label of filter.labels ?? []) {
    const cut = label.indexOf('=');
    parts.push(`EXISTS (SELECT 1 FROM json_each(r.labels) l WHERE l.key = ?${cut < 0 ? '' : ' AND l.value = ?'})`);
    values.push(cut < 0 ? label : label.slice(0, cut));
    if (cut >= 0) values.push(label.slice(cut + 1));
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

function toRun(row: RunRow): StoredRun {
  return {
    rowId: row.id,
    id: row.ulid,
    number: row.number,
    origin: row.origin,
    status: row.status,
    startedAt: new Date(row.started_ms).toISOString(),
    ...(row.finished_ms === null ? {} : { finishedAt: new Date(row.finished_ms).toISOString() }),
    source: {
      id: row.source_id,
      kind: row.source_kind,
      name: row.source_name,
      colour: row.colour,
      production: row.production === 1,
    },
    toolVersion: row.tool_version,
    ...optional('kubernetesMinor', row.kubernetes_minor),
    bundleDigest: row.bundle_digest,
    libraryHash: row.library_hash,
    policy: row.policy,
    labels: JSON.parse(row.labels) as Record<string, string>,
    ...(row.git === null ? {} : { git: JSON.parse(row.git) as NonNullable<StoredRun['git']> }),
    ...(row.ci === null ? {} : { ci: JSON.parse(row.ci) as NonNullable<StoredRun['ci']> }),
    ...optional('server', row.server),
    ...optional('user', row.user),
    ...(row.token_label === null || row.token_type === null ? {} : { token: { label: row.token_label, type: row.token_type } }),
    ...optional('rulesetId', row.ruleset_id),
    objects: row.objects,
    evaluated: row.evaluated,
    requests: row.requests,
    covered: row.covered,
    failing: { critical: row.critical, high: row.high, medium: row.medium, low: row.low },
    posture: { pass: row.pass, fail: row.fail },
    ...(row.error === null ? {} : { error: JSON.parse(row.error) as AppError }),
  };
}

function optional<K extends string, V>(key: K, value: V | null): Partial<Record<K, V>> {
  return value === null ? {} : ({ [key]: value } as Record<K, V>);
}
