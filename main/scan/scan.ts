import type { Progress } from '#core/api/scans.ts';
import type { AppError, CoverageEntry } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { ReadProblem } from '#core/report/report.ts';
import type { Feed, FeedEvent } from '#main/scan/feed.ts';
import { groupKey, Groups } from '#main/scan/groups.ts';
import type { Batch, Chunk, Judged } from '#main/scan/messages.ts';
import type { Judging } from '#main/scan/judging.ts';
import type { RequestEntry } from '#main/sources/source.ts';
import { StoreFailure } from '#main/store/errors.ts';

/** Where judged objects go: the store, or memory for a `test` that is not recorded. */
export interface Sink {
  add(judged: readonly Judged[], group: string): Result<void, AppError>;
  /** The group's list begins anew: what it gave so far is void. */
  discard(group: string): void;
}

export interface ScanOutcome {
  readonly coverage: readonly CoverageEntry[];
  readonly requests: readonly RequestEntry[];
  readonly errors: readonly ReadProblem[];
  readonly notes: readonly ReadProblem[];
  /** Objects read; an object found twice counts twice. */
  readonly objects: number;
  /** Objects judged anew, by all rules or some. */
  readonly evaluated: number;
  readonly cancelled: boolean;
}

export interface ScanOptions {
  readonly scanId: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onProgress: (progress: Progress) => void;
}

/** For each thread: enough that it never waits for the next while this thread stores or the server thinks. */
const CHUNKS_WAITING = 4;

/** Progress is told at most this often. */
const PROGRESS_MS = 100;

/** Leads a feed through the workers into a sink. At most a few chunks per worker wait, so a slow store slows the reading down. */
export async function runScan(
  feed: Feed,
  pool: Judging,
  sink: Sink,
  options: ScanOptions,
): Promise<Result<ScanOutcome, AppError>> {
  const run = new Run(feed, pool, sink, options);
  try {
    await run.read();
  } catch (cause) {
    if (!options.signal.aborted) return err(run.failure ?? unexpected(cause));
  }
  return run.failure === undefined ? ok(run.outcome()) : err(run.failure);
}

/** The error behind a thrown value: the store's own, or a fault of ours. */
export const unexpected = (cause: unknown): AppError =>
  cause instanceof StoreFailure
    ? cause.error
    : {
        code: 'internal',
        what: 'The scan ended unexpectedly.',
        where: 'main/scan',
        why: cause instanceof Error ? cause.message : String(cause),
        next: 'Scan again; if it happens again, please report it with this text.',
      };

class Run {
  failure: AppError | undefined;
  readonly #feed: Feed;
  readonly #pool: Judging;
  readonly #sink: Sink;
  readonly #options: ScanOptions;
  readonly #coverage: CoverageEntry[] = [];
  readonly #requests: RequestEntry[] = [];
  readonly #errors: ReadProblem[] = [];
  readonly #notes: ReadProblem[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #groups = new Groups();
  readonly #covered = new Set<string>();
  readonly #started: number;
  #told = 0;
  #kind: string | undefined;

  constructor(feed: Feed, pool: Judging, sink: Sink, options: ScanOptions) {
    this.#feed = feed;
    this.#pool = pool;
    this.#sink = sink;
    this.#options = options;
    this.#started = options.now();
  }

  async read(): Promise<void> {
    this.#tell('reading', true);
    for await (const event of this.#feed.events) {
      if (this.failure !== undefined) break;
      // A cancelled feed ends soon; until then it says what it did not come to read.
      if (!this.#options.signal.aborted || event.type === 'coverage' || event.type === 'request') await this.#take(event);
    }
    if (this.#options.signal.aborted) return;
    this.#tell('storing', true);
    await Promise.all(this.#inFlight);
  }

  outcome(): ScanOutcome {
    return {
      coverage: this.#coverage.map((entry) => this.#groups.cover(entry)),
      requests: this.#requests,
      errors: this.#errors,
      notes: this.#notes,
      objects: this.#groups.objects,
      evaluated: this.#groups.evaluated,
      cancelled: this.#options.signal.aborted,
    };
  }

  async #take(event: FeedEvent): Promise<void> {
    switch (event.type) {
      case 'group':
        this.#kind = event.kind;
        if (this.#groups.begin(event.group)) this.#sink.discard(event.group);
        return;
      case 'chunk':
        await this.#judge(event.group, event.namespace ?? '', event.chunk);
        return;
      case 'batch':
        this.#groups.send(event.group, '');
        this.#accept(event.group, '', event.batch, false);
        return;
      case 'coverage':
        if (event.entry.status !== 'leftOut') this.#covered.add(groupKey(event.entry));
        this.#coverage.push(event.entry);
        return;
      case 'problem':
        (event.severity === 'error' ? this.#errors : this.#notes).push(event.problem);
        return;
      case 'request':
        this.#requests.push(event.entry);
    }
  }

  async #judge(group: string, namespace: string, chunk: Chunk): Promise<void> {
    const beginning = this.#groups.beginning(group);
    this.#groups.send(group, namespace);
    const done = this.#pool
      .judge(chunk)
      .then((batch) => {
        if (this.#groups.beginning(group) === beginning) this.#accept(group, namespace, batch, chunk.type === 'page');
      })
      .catch((cause: unknown) => {
        if (!this.#options.signal.aborted) this.failure ??= unexpected(cause);
      })
      .finally(() => this.#inFlight.delete(done));
    this.#inFlight.add(done);
    if (this.#inFlight.size >= this.#pool.size * CHUNKS_WAITING) await Promise.race(this.#inFlight);
  }

  #accept(group: string, namespace: string, batch: Batch, live: boolean): void {
    if (this.failure !== undefined || this.#options.signal.aborted) return;
    const added = this.#sink.add(batch.judged, group);
    if (!added.ok) {
      this.failure = added.error;
      return;
    }
    this.#groups.receive(group, namespace, batch, live);
    // What is wrong with a live list stands in its coverage entry.
    if (!live) this.#errors.push(...batch.errors);
    this.#notes.push(...batch.notes);
    this.#tell('reading', false);
  }

  #tell(phase: Progress['phase'], always: boolean): void {
    const now = this.#options.now();
    if (!always && now - this.#told < PROGRESS_MS) return;
    this.#told = now;
    const elapsedMs = now - this.#started;
    const { objects, evaluated } = this.#groups;
    this.#options.onProgress({
      scanId: this.#options.scanId,
      phase,
      ...(this.#kind === undefined ? {} : { kind: this.#kind }),
      kindsDone: this.#covered.size,
      kindsTotal: this.#feed.groups,
      objects,
      evaluated,
      rate: elapsedMs === 0 ? 0 : (objects * 1000) / elapsedMs,
      requests: this.#requests.length,
      elapsedMs,
    });
  }
}
