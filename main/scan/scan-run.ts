import { setImmediate } from 'node:timers/promises';
import { viewCoverage } from '#core/policy/coverage.ts';
import type { Progress } from '#core/api/scans.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { AppError } from '#core/model.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { Feed, FeedEvent } from '#main/scan/feed.ts';
import { AdaptiveJudging } from '#main/scan/judging.ts';
import { forWorkers, minorNumber, ruleSetOf } from '#main/scan/library-facts.ts';
import type { JudgeSetup, KnownSetup } from '#main/scan/messages.ts';
import { runScan, unexpected } from '#main/scan/scan.ts';
import type { ScanOutcome } from '#main/scan/scan.ts';
import { figuresAgain, figuresOf } from '#main/scan/summary.ts';
import type { RunFigures } from '#main/scan/summary.ts';
import type { OpenTarget } from '#main/scan/targets.ts';
import { carriedRules } from '#main/store/facts.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';
import type { Known, ScanWriter } from '#main/store/writer.ts';

export interface FinishedScan {
  readonly run: StoredRun;
  readonly errors: readonly ReadProblem[];
  readonly notes: readonly ReadProblem[];
  /** The run's objects, where they had to be read for its figures anyway and stand at no place in a file. */
  readonly objects?: readonly ScanObject[];
}

/** One run that has begun: what it reads, judges by and writes to. */
export interface ScanRunInput {
  readonly store: Store;
  readonly library: Library;
  readonly now: () => number;
  readonly dropEnvValues: () => boolean;
  readonly defaultNamespace: string;
  readonly run: StoredRun;
  readonly target: OpenTarget;
  readonly policy: Policy;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Threads end by themselves; one that is just starting does so only once it runs, and no run waits for that. */
  readonly onThreadsLeft: (ended: Promise<void>) => void;
}

const HEARTBEAT_MS = 10_000;

export const CANCELLED: AppError = {
  code: 'cancelled',
  what: 'The scan was cancelled.',
  where: 'this scan',
  why: 'It was asked to stop.',
  next: 'Scan again when you like; what was read is kept apart.',
};

/** Leads a run that has begun to its end. It ends in its record and in a value, whatever happens to it; the target is closed. */
export async function carryOut(input: ScanRunInput): Promise<Result<FinishedScan, AppError>> {
  const { store, library, run, target } = input;
  const feed = begun(target.feed);
  const heartbeat = setInterval(() => quietly(() => store.runs.heartbeat(run.id)), HEARTBEAT_MS);
  try {
    // The first requests leave before this thread is busy with what is known of the source.
    await setImmediate();
    const writer = store.beginWrite(run, ruleSetOf(library, target.kubernetesMinor));
    if (!writer.ok) return fail(input, writer.error);
    const outcome = await judgeAll(input, feed, writer.value);
    return outcome.ok ? finish(input, writer.value, outcome.value) : fail(input, outcome.error);
  } catch (cause) {
    return fail(input, unexpected(cause));
  } finally {
    clearInterval(heartbeat);
    await target.feed.close();
  }
}

/** The same feed, whose reading has begun. */
function begun(feed: Feed): Feed {
  const events = feed.events[Symbol.asyncIterator]();
  const first = events.next();
  // Said where the feed is read; it may never be.
  first.catch(() => undefined);
  return { ...feed, events: following(first, events) };
}

async function* following(
  first: Promise<IteratorResult<FeedEvent>>,
  events: AsyncIterator<FeedEvent>,
): AsyncGenerator<FeedEvent> {
  try {
    for (let next = await first; next.done !== true; next = await events.next()) yield next.value;
  } finally {
    await events.return?.();
  }
}

async function judgeAll(input: ScanRunInput, feed: Feed, writer: ScanWriter): Promise<Result<ScanOutcome, AppError>> {
  const { run, target, signal, now, onProgress } = input;
  const known = knownSetup(writer.known(), writer.ruleset);
  const judging = new AdaptiveJudging({ setup: setupOf(input), known }, { live: target.source.kind === 'cluster' });
  const stop = (): void => void judging.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await runScan(feed, judging, writer, { scanId: run.id, signal, now, onProgress });
  } finally {
    signal.removeEventListener('abort', stop);
    input.onThreadsLeft(judging.close());
  }
}

const setupOf = ({ store, library, target, dropEnvValues, defaultNamespace }: ScanRunInput): JudgeSetup => ({
  library: forWorkers(library),
  minor: minorNumber(target.kubernetesMinor),
  store: { hmacKey: store.hmacKey, dropEnvValues: dropEnvValues() },
  defaultNamespace,
  located: new Uint8Array(library.rules.length).fill(1),
});

/** What the earlier run's facts leave to judge: nothing (no mask) while all of them still stand. */
function knownSetup(known: Known, ruleSet: ScanWriter['ruleset']): KnownSetup | undefined {
  if (known.ruleset === undefined) return undefined;
  const carried = carriedRules(known.ruleset, ruleSet);
  const mask = Uint8Array.from(carried, (place) => (place < 0 ? 1 : 0));
  return { index: known.index, mask: mask.includes(1) ? mask : undefined };
}

function finish(input: ScanRunInput, writer: ScanWriter, outcome: ScanOutcome): Result<FinishedScan, AppError> {
  const { target, now } = input;
  const covered = viewCoverage(outcome.coverage).share;
  // Projecting what was read of a large cluster takes seconds, and nobody counts on a part: no trend, no comparison.
  const { read, figures } = outcome.cancelled
    ? { read: undefined, figures: { objects: outcome.objects } }
    : figuresNow(input, writer);
  const finished = writer.finish({
    status: outcome.cancelled ? 'cancelled' : covered < 1 || outcome.errors.length > 0 ? 'incomplete' : 'complete',
    finishedAt: target.finishedAt ?? new Date(now()).toISOString(),
    evaluated: outcome.evaluated,
    covered,
    coverage: outcome.coverage,
    requests: target.requests(),
    problems: outcome.errors,
    ...figures,
    ...(outcome.cancelled ? { error: CANCELLED } : {}),
  });
  if (!finished.ok) return fail(input, finished.error);
  const { errors, notes } = outcome;
  const kept = read === undefined || writer.placed ? {} : { objects: read };
  return ok({ run: finished.value, errors, notes, ...kept });
}

/** Out of the summary of the run before, where nothing changed since: reading and projecting 10,000 objects takes as long as listing a third of them. */
function figuresNow(
  { store, library, policy }: ScanRunInput,
  writer: ScanWriter,
): { readonly figures: RunFigures; readonly read: readonly ScanObject[] | undefined } {
  const before = writer.unchangedSince();
  const objects = before === undefined ? undefined : store.runs.get(before)?.objects;
  const summary = before === undefined ? undefined : store.summaries.of(before);
  const kept =
    objects === undefined || summary === undefined ? undefined : figuresAgain(summary, objects, library, writer.ruleset, policy);
  if (kept !== undefined) return { figures: kept, read: undefined };
  const read = [...writer.objects()];
  return { figures: figuresOf(read, library, writer.ruleset, policy), read };
}

function fail({ store, run, now }: ScanRunInput, error: AppError): Result<FinishedScan, AppError> {
  // The run may be beyond help (a full disk, a deleted file): its lease ends it then.
  quietly(() => store.runs.finish(run.id, { status: 'failed', finishedAt: new Date(now()).toISOString(), error }));
  return err(error);
}

/** For what a scan can do without: a database that is busy for long, or gone, shows at the next batch anyway. */
function quietly(work: () => unknown): void {
  try {
    work();
  } catch {
    // said by whatever needs the database next
  }
}
