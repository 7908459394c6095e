import { ulid } from 'ulid';
import type { Progress, ScanEvent, ScanTarget } from '#core/api/scans.ts';
import type { AppError, RunRecord } from '#core/model.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { ScanPolicies } from '#main/scan/policies.ts';
import { unexpected } from '#main/scan/scan.ts';
import { CANCELLED, carryOut } from '#main/scan/scan-run.ts';
import type { FinishedScan } from '#main/scan/scan-run.ts';
import { openTarget } from '#main/scan/targets.ts';
import type { OpenTarget } from '#main/scan/targets.ts';
import type { Store } from '#main/store/index.ts';
import type { ClusterTuning } from '#main/sources/cluster/open.ts';
import type { NotAsked } from '#main/sources/source.ts';
import type { RunOrigin, StoredRun } from '#main/store/run-model.ts';

export interface ScanManagerDeps {
  readonly store: Store;
  readonly library: Library;
  readonly policies: ScanPolicies;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly dropEnvValues: () => boolean;
  /** What follows a run that came to its end; what it has to say joins the run's notes. */
  readonly afterRun?: (run: StoredRun) => Promise<readonly ReadProblem[]>;
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
  readonly exclude?: (name: string) => boolean;
  /** Of a cluster: kinds that are not asked for. */
  readonly notAsked?: NotAsked;
  /** The Kubernetes minor that is judged for, e.g. `1.34`; default: that of the server or snapshot. */
  readonly kubernetesMinor?: string;
}

export type { FinishedScan } from '#main/scan/scan-run.ts';

interface Running {
  readonly controller: AbortController;
  readonly done: Promise<Result<FinishedScan, AppError>>;
}

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
    const policy = this.#deps.policies.find(options.policy);
    if (!policy.ok) return policy;
    const scanId = ulid(this.#deps.now());
    const controller = new AbortController();
    const connecting = Promise.withResolvers<Result<FinishedScan, AppError>>();
    this.#running.set(scanId, { controller, done: connecting.promise });
    this.#progress(connectingProgress(scanId));
    const end = (result: Result<FinishedScan, AppError>): void => {
      this.#running.delete(scanId);
      connecting.resolve(result);
      this.#tellEnd(scanId, result);
    };
    const begun = await this.#openAndBegin(scanId, target, policy.value, options, controller.signal);
    if (!begun.ok) {
      end(begun);
      return begun;
    }
    void this.#carryOut(begun.value.run, begun.value.opened, policy.value, options, controller.signal).then(end);
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

  async #carryOut(
    run: StoredRun,
    target: OpenTarget,
    policy: Policy,
    options: StartOptions,
    signal: AbortSignal,
  ): Promise<Result<FinishedScan, AppError>> {
    const { store, library, now, dropEnvValues, afterRun } = this.#deps;
    const result = await carryOut({
      store,
      library,
      now,
      dropEnvValues,
      defaultNamespace: options.defaultNamespace ?? 'default',
      run,
      target,
      policy,
      signal,
      onProgress: (progress) => this.#progress(progress),
      onThreadsLeft: (ended) => {
        const left = ended.finally(() => this.#ending.delete(left));
        this.#ending.add(left);
      },
    });
    if (!result.ok || afterRun === undefined) return result;
    const notes = await afterRun(result.value.run);
    const after = store.runs.get(run.id) ?? result.value.run;
    return ok({ ...result.value, run: after, notes: [...result.value.notes, ...notes] });
  }

  async #openAndBegin(
    scanId: string,
    target: Exclude<ScanTarget, { type: 'sample' }>,
    policy: Policy,
    options: StartOptions,
    signal: AbortSignal,
  ): Promise<Result<{ readonly opened: OpenTarget; readonly run: StoredRun }, AppError>> {
    try {
      const opened = await this.#open(target, options, signal);
      if (!opened.ok) return opened;
      const begun = this.#begin(scanId, opened.value, policy, options);
      if (begun.ok) return ok({ opened: opened.value, run: begun.value });
      await opened.value.feed.close();
      return begun;
    } catch (cause) {
      return err(unexpected(cause));
    }
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
      ...(options.exclude === undefined ? {} : { exclude: options.exclude }),
      ...(options.notAsked === undefined ? {} : { notAsked: options.notAsked }),
      ...(options.kubernetesMinor === undefined ? {} : { kubernetesMinor: options.kubernetesMinor }),
    });
    return signal.aborted && !opened.ok ? err(CANCELLED) : opened;
  }

  #begin(scanId: string, target: OpenTarget, policy: Policy, options: StartOptions): Result<StoredRun, AppError> {
    const { store, library, policies, version, now } = this.#deps;
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
      bundleDigest: policies.digest(policy),
      labels: options.labels ?? {},
      ...(target.kubernetesMinor === undefined ? {} : { kubernetesMinor: target.kubernetesMinor }),
      ...(target.server === undefined ? {} : { server: target.server }),
      ...(target.user === undefined ? {} : { user: target.user }),
      ...(options.git === undefined ? {} : { git: options.git }),
      ...(options.ci === undefined ? {} : { ci: options.ci }),
    });
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
