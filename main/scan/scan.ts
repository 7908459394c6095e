import type { Progress } from '#core/api/scans.ts';
import type { AppError, CoverageEntry } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { ReadProblem } from '#core/report/report.ts';
import type { Feed, FeedEvent } from '#main/scan/feed.ts';
import type { Batch, Judged } from '#main/scan/messages.ts';
import type { Judging } from '#main/scan/judging.ts';
import type { RequestEntry } from '#main/sources/source.ts';

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

/** Progress is told at most this often. */
const PROGRESS_MS = 100;

/** Leads a feed through the workers into a sink. At most a few chunks per worker wait, so a slow store slows the reading down. */
export async function runScan(feed: Feed, pool: Judging, sink: Sink, options: ScanOptions): Promise<Result<ScanOutcome, AppError>> {
  const run = new Run(feed, pool, sink, options);
  try {
    await run.read();
  } catch (cause) {
    if (!options.signal.aborted) return err(run.failure ?? internal(cause));
  }
  return run.failure === undefined ? ok(run.outcome()) : err(run.failure);
}

const internal = (cause: unknown): AppError => ({
  code: 'internal',
  what: 'The scan ended unexpectedly.',
  where: 'main/scan',
  why: cause instanceof Error ? cause.message : String(cause),
  next: 'Scan again; if it happens again, please report it with this text.',
});

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
  /** How often each group began: a batch of an earlier beginning is void. */
  readonly #beginnings = new Map<string, number>();
  /** Objects by list: a group, and within it a namespace where the group was asked namespace by namespace. */
  readonly #objectsOf = new Map<string, Map<string, number>>();
  readonly #started: number;
  #told = 0;
  #kind: string | undefined;
  #groupsDone = 0;
  #objects = 0;
  #evaluated = 0;

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
      if (this.failure !== undefined || this.#options.signal.aborted) break;
      await this.#take(event);
    }
    this.#tell('storing', true);
    if (!this.#options.signal.aborted) await Promise.all(this.#inFlight);
  }

  outcome(): ScanOutcome {
    return {
      coverage: this.#coverage.map((entry) => this.#counted(entry)),
      requests: this.#requests,
      errors: this.#errors,
      notes: this.#notes,
      objects: this.#objects,
      evaluated: this.#evaluated,
      cancelled: this.#options.signal.aborted,
    };
  }

  async #take(event: FeedEvent): Promise<void> {
    switch (event.type) {
      case 'group':
        this.#kind = event.kind;
        this.#begin(event.group);
        return;
      case 'chunk':
        await this.#judge(event.group, event.namespace ?? '', this.#pool.judge(event.chunk));
        return;
      case 'batch':
        this.#accept(event.group, '', event.batch);
        return;
      case 'coverage':
        if (event.entry.status !== 'leftOut') this.#groupsDone += 1;
        this.#coverage.push(event.entry);
        return;
      case 'problem':
        (event.severity === 'error' ? this.#errors : this.#notes).push(event.problem);
        return;
      case 'request':
        this.#requests.push(event.entry);
    }
  }

  #begin(group: string): void {
    const before = this.#beginnings.get(group) ?? 0;
    this.#beginnings.set(group, before + 1);
    if (before === 0) return;
    for (const count of this.#objectsOf.get(group)?.values() ?? []) this.#objects -= count;
    this.#objectsOf.delete(group);
    this.#sink.discard(group);
  }

  async #judge(group: string, namespace: string, judged: Promise<Batch>): Promise<void> {
    const beginning = this.#beginnings.get(group) ?? 0;
    const done = judged
      .then((batch) => {
        if ((this.#beginnings.get(group) ?? 0) === beginning) this.#accept(group, namespace, batch);
      })
      .catch((cause: unknown) => {
        if (!this.#options.signal.aborted) this.failure ??= internal(cause);
      })
      .finally(() => this.#inFlight.delete(done));
    this.#inFlight.add(done);
    if (this.#inFlight.size >= this.#pool.size * 2) await Promise.race(this.#inFlight);
  }

  #accept(group: string, namespace: string, batch: Batch): void {
    if (this.failure !== undefined || this.#options.signal.aborted) return;
    const added = this.#sink.add(batch.judged, group);
    if (!added.ok) {
      this.failure = added.error;
      return;
    }
    this.#errors.push(...batch.errors);
    this.#notes.push(...batch.notes);
    this.#objects += batch.judged.length;
    const counts = this.#objectsOf.get(group) ?? new Map<string, number>();
    this.#objectsOf.set(group, counts.set(namespace, (counts.get(namespace) ?? 0) + batch.judged.length));
    for (const object of batch.judged) if ('verdicts' in object) this.#evaluated += 1;
    this.#tell('reading', false);
  }

  /** The lister does not count what it hands on unread. */
  #counted(entry: CoverageEntry): CoverageEntry {
    const objects = this.#objectsOf.get(groupKey(entry))?.get(entry.namespace ?? '');
    return objects === undefined || entry.objects > 0 ? entry : { ...entry, objects };
  }

  #tell(phase: Progress['phase'], always: boolean): void {
    const now = this.#options.now();
    if (!always && now - this.#told < PROGRESS_MS) return;
    this.#told = now;
    const elapsedMs = now - this.#started;
    this.#options.onProgress({
      scanId: this.#options.scanId,
      phase,
      ...(this.#kind === undefined ? {} : { kind: this.#kind }),
      kindsDone: this.#groupsDone,
      kindsTotal: this.#feed.groups,
      objects: this.#objects,
      evaluated: this.#evaluated,
      rate: elapsedMs === 0 ? 0 : (this.#objects * 1000) / elapsedMs,
      requests: this.#requests.length,
      elapsedMs,
    });
  }
}

/** The list that a kind's objects come from. */
export const groupKey = (entry: { readonly group: string; readonly kind: string }): string => `${entry.group}/${entry.kind}`;
