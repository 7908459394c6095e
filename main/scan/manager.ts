import { ulid } from 'ulid';
import type { Progress, ScanEvent, ScanTarget } from '#core/api/scans.ts';
import type { AppError, RunRecord } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { findPolicy } from '#core/policy/policies.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { AdaptiveJudging } from '#main/scan/judging.ts';
import { bundleDigest, forWorkers, minorNumber, ruleSetOf } from '#main/scan/library-facts.ts';
import type { KnownSetup } from '#main/scan/messages.ts';
import { runScan, unexpected } from '#main/scan/scan.ts';
import type { ScanOutcome } from '#main/scan/scan.ts';
import { figuresOf } from '#main/scan/summary.ts';
import type { RunFigures } from '#main/scan/summary.ts';
import { openTarget } from '#main/scan/targets.ts';
import type { OpenTarget } from '#main/scan/targets.ts';
import { carriedRules } from '#main/store/facts.ts';
import type { Store } from '#main/store/index.ts';
import type { ClusterTuning } from '#main/sources/cluster/open.ts';
import type { RunOrigin, StoredRun } from '#main/store/run-model.ts';
import type { Known, ScanWriter } from '#main/store/writer.ts';

export interface ScanManagerDeps {
  readonly store: Store;
  readonly library: Library;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly dropEnvValues: () => boolean;
  /** For tests and benchmarks. */
  readonly tuning?: ClusterTuning;
}

/** What a scan is made with, beyond its target. */
export interface StartOptions {
  readonly policy: string;
  readonly origin?: RunOrigin;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly git?: RunRecord['git'];
  readonly ci?: RunRecord['ci'];
  readonly paths?: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  readonly defaultNamespace?: string;
}

export interface FinishedScan {
  readonly run: StoredRun;
  readonly errors: readonly ReadProblem[];
  readonly notes: readonly ReadProblem[];
}

interface Running {
  readonly controller: AbortController;
  readonly done: Promise<Result<FinishedScan, AppError>>;
}

const HEARTBEAT_MS = 10_000;
const CANCELLED: AppError = {
  code: 'cancelled',
  what: 'The scan was cancelled.',
  where: 'this scan',
  why: 'It was asked to stop.',
  next: 'Scan again when you like; what was read is kept apart.',
};

/** Runs scans and tells about them. Several may run side by side, one per source. */
export class ScanManager {
  readonly #deps: ScanManagerDeps;
  readonly #running = new Map<string, Running>();
  /** Threads of scans that are over. */
  readonly #ending = new Set<Promise<void>>();
  readonly #listeners = new Set<(event: ScanEvent) => void>();

  constructor(deps: ScanManagerDeps) {
    this.#deps = deps;
  }

  subscribe(listener: (event: ScanEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(event: ScanEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Connects, begins the run and returns its id; the scan goes on in the background. */
  async start(
    target: Exclude<ScanTarget, { type: 'sample' }>,
    options: StartOptions,
  ): Promise<Result<{ readonly scanId: string }, AppError>> {
    const policy = findPolicy(this.#deps.library, options.policy);
    if (!policy.ok) return policy;
    const scanId = ulid(this.#deps.now());
    const controller = new AbortController();
    const connecting = Promise.withResolvers<Result<FinishedScan, AppError>>();
    this.#running.set(scanId, { controller, done: connecting.promise });
    this.#progress(connectingProgress(scanId));
    const opened = await this.#open(target, options, controller.signal);
    const end = (result: Result<FinishedScan, AppError>): void => {
      this.#running.delete(scanId);
      connecting.resolve(result);
      this.#tellEnd(scanId, result);
    };
    if (!opened.ok) {
      end(opened);
      return opened;
    }
    const begun = this.#begin(scanId, opened.value, policy.value, options);
    if (!begun.ok) {
      await opened.value.feed.close();
      end(begun);
      return begun;
    }
    void this.#supervise(begun.value, opened.value, policy.value, options, controller.signal).then(end);
    return ok({ scanId });
  }

  /** The end of a running scan; undefined where it does not run here. */
  wait(scanId: string): Promise<Result<FinishedScan, AppError>> | undefined {
    return this.#running.get(scanId)?.done;
  }

  cancel(scanId: string): boolean {
    const running = this.#running.get(scanId);
    running?.controller.abort();
    return running !== undefined;
  }

  /** Cancels everything and waits for the ends: for a host that closes. */
  async close(): Promise<void> {
    const all = [...this.#running.values()];
    for (const { controller } of all) controller.abort();
    await Promise.all(all.map(({ done }) => done));
    await Promise.all(this.#ending);
  }

  /** Threads end by themselves; one that is just starting does so only once it runs, and no run waits for that. */
  #letEnd(judging: AdaptiveJudging): void {
    const ended = judging.close().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  async #open(
    target: Exclude<ScanTarget, { type: 'sample' }>,
    options: StartOptions,
    signal: AbortSignal,
  ): Promise<Result<OpenTarget, AppError>> {
    const { env, library, tuning } = this.#deps;
    const opened = await openTarget(target, {
      env,
      library,
      signal,
      ...(tuning === undefined ? {} : { tuning }),
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.paths === undefined ? {} : { paths: options.paths }),
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    });
    return signal.aborted && !opened.ok ? err(CANCELLED) : opened;
  }

  #begin(scanId: string, target: OpenTarget, policy: Policy, options: StartOptions): Result<StoredRun, AppError> {
    const { store, library, version, now } = this.#deps;
    const source = store.sources.open(target.source);
    if (!source.ok) return source;
    return store.runs.begin({
      id: scanId,
      sourceId: source.value.id,
      origin: options.origin ?? 'scan',
      policy: policy.name,
      libraryHash: library.hash,
      startedAt: target.startedAt ?? new Date(now()).toISOString(),
      toolVersion: version,
      bundleDigest: bundleDigest(policy, library),
      labels: options.labels ?? {},
      ...(target.kubernetesMinor === undefined ? {} : { kubernetesMinor: target.kubernetesMinor }),
      ...(target.server === undefined ? {} : { server: target.server }),
      ...(target.user === undefined ? {} : { user: target.user }),
      ...(options.git === undefined ? {} : { git: options.git }),
      ...(options.ci === undefined ? {} : { ci: options.ci }),
    });
  }

  /** A run ends in its record and in a value, whatever happens to it. */
  async #supervise(
    run: StoredRun,
    target: OpenTarget,
    policy: Policy,
    options: StartOptions,
    signal: AbortSignal,
  ): Promise<Result<FinishedScan, AppError>> {
    try {
      return await this.#run(run, target, policy, options, signal);
    } catch (cause) {
      return this.#fail(run, unexpected(cause));
    }
  }

  async #run(
    run: StoredRun,
    target: OpenTarget,
    policy: Policy,
    options: StartOptions,
    signal: AbortSignal,
  ): Promise<Result<FinishedScan, AppError>> {
    const { store, library } = this.#deps;
    const ruleSet = ruleSetOf(library, target.kubernetesMinor);
    const opened = store.beginWrite(run, ruleSet);
    if (!opened.ok) return this.#fail(run, opened.error);
    const writer = opened.value;
    const judging = new AdaptiveJudging({ setup: this.#setup(options, target), known: knownSetup(writer.known(), ruleSet) });
    const heartbeat = setInterval(() => quietly(() => store.runs.heartbeat(run.id)), HEARTBEAT_MS);
    const stop = (): void => void judging.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const outcome = await runScan(target.feed, judging, writer, {
        scanId: run.id,
        signal,
        now: this.#deps.now,
        onProgress: (progress) => this.#progress(progress),
      });
      return outcome.ok ? this.#finish(run, writer, target, policy, outcome.value) : this.#fail(run, outcome.error);
    } finally {
      clearInterval(heartbeat);
      signal.removeEventListener('abort', stop);
      this.#letEnd(judging);
      await target.feed.close();
    }
  }

  #setup(options: StartOptions, target: OpenTarget) {
    const { store, library, dropEnvValues } = this.#deps;
    return {
      library: forWorkers(library),
      minor: minorNumber(target.kubernetesMinor),
      store: { hmacKey: store.hmacKey, dropEnvValues: dropEnvValues() },
      defaultNamespace: options.defaultNamespace ?? 'default',
      located: new Uint8Array(library.rules.length).fill(1),
    };
  }

  #finish(
    run: StoredRun,
    writer: ScanWriter,
    target: OpenTarget,
    policy: Policy,
    outcome: ScanOutcome,
  ): Result<FinishedScan, AppError> {
    const { now } = this.#deps;
    const covered = viewCoverage(outcome.coverage).share;
    // Projecting what was read of a large cluster takes seconds, and nobody counts on a part: no trend, no comparison.
    const figures = outcome.cancelled ? { objects: outcome.objects } : this.#figures(writer, policy);
    const finished = writer.finish({
      status: outcome.cancelled ? 'cancelled' : covered < 1 || outcome.errors.length > 0 ? 'incomplete' : 'complete',
      finishedAt: target.finishedAt ?? new Date(now()).toISOString(),
      evaluated: outcome.evaluated,
      covered,
      coverage: outcome.coverage,
      requests: target.requests(),
      ...figures,
      ...(outcome.cancelled ? { error: CANCELLED } : {}),
    });
    return finished.ok
      ? ok({ run: finished.value, errors: outcome.errors, notes: outcome.notes })
      : this.#fail(run, finished.error);
  }

  /** Those of the run before, where nothing changed since: reading and projecting 10,000 objects takes as long as listing a third of them. */
  #figures(writer: ScanWriter, policy: Policy): RunFigures {
    const { store, library } = this.#deps;
    const before = writer.unchangedSince();
    const run = before === undefined ? undefined : store.runs.get(before);
    const summary = before === undefined ? undefined : store.summaries.of(before);
    if (run !== undefined && summary !== undefined && run.bundleDigest === bundleDigest(policy, library)) {
      return { summary, failing: run.failing, posture: run.posture, objects: run.objects };
    }
    return figuresOf([...writer.objects()], library, writer.ruleset, policy);
  }

  #fail(run: StoredRun, error: AppError): Result<FinishedScan, AppError> {
    // The run may be beyond help (a full disk, a deleted file): its lease ends it then.
    quietly(() =>
      this.#deps.store.runs.finish(run.id, { status: 'failed', finishedAt: new Date(this.#deps.now()).toISOString(), error }),
    );
    return err(error);
  }

  #progress(progress: Progress): void {
    this.emit({ type: 'progress', progress });
  }

  #tellEnd(scanId: string, result: Result<FinishedScan, AppError>): void {
    this.emit(
      result.ok
        ? { type: 'finished', scanId, status: result.value.run.status }
        : { type: 'finished', scanId, status: result.error.code === 'cancelled' ? 'cancelled' : 'failed', error: result.error },
    );
    this.emit({ type: 'changed', what: 'runs' });
  }
}

/** For what a scan can do without: a database that is busy for long, or gone, shows at the next batch anyway. */
function quietly(work: () => unknown): void {
  try {
    work();
  } catch {
    // said by whatever needs the database next
  }
}

const connectingProgress = (scanId: string): Progress => ({
  scanId,
  phase: 'connecting',
  kindsDone: 0,
  kindsTotal: 0,
  objects: 0,
  evaluated: 0,
  rate: 0,
  requests: 0,
  elapsedMs: 0,
});

/** What the earlier run's facts leave to judge: nothing (no mask) while all of them still stand. */
function knownSetup(known: Known, ruleSet: ScanWriter['ruleset']): KnownSetup | undefined {
  if (known.ruleset === undefined) return undefined;
  const carried = carriedRules(known.ruleset, ruleSet);
  const mask = Uint8Array.from(carried, (place) => (place < 0 ? 1 : 0));
  return { index: known.index, mask: mask.includes(1) ? mask : undefined };
}
