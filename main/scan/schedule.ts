import type { ScanTarget } from '#core/api/scans.ts';
import { nextTime, parseCron } from '#core/schedule/cron.ts';
import type { SourceEntry } from '#core/workspace/model.ts';
import type { ScanManager } from '#main/scan/manager.ts';
import type { Store, StoredSource } from '#main/store/index.ts';

export interface SchedulerDeps {
  readonly store: Pick<Store, 'sources' | 'runs'>;
  readonly scans: Pick<ScanManager, 'start' | 'wait'>;
  /** Sources of the workspace as it is now. */
  readonly sources: () => readonly SourceEntry[];
  /** Name of the policy that runs are made with. */
  readonly policy: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How often the clock is looked at. */
const TICK_MS = 20_000;

/** Starts the scans that the workspace schedules, while a host is open: one after the other, and nothing for the time it was closed. */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  /** When each source was looked at last, by its schedule. */
  readonly #seen = new Map<string, number>();
  readonly #due = new Map<string, { readonly entry: SourceEntry; readonly at: number }>();
  #running: Promise<void> | undefined;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#look();
  }

  /** Until closed; never keeps the process alive. */
  run(): { close(): void } {
    const timer = setInterval(() => void this.tick(), TICK_MS).unref();
    return { close: () => clearInterval(timer) };
  }

  /** Starts what is due, if nothing that was started here still runs; resolves when that scan is over. */
  tick(): Promise<void> {
    this.#look();
    const [next] = this.#due.values();
    if (this.#running !== undefined || next === undefined) return this.#running ?? Promise.resolve();
    this.#due.delete(next.entry.name);
    this.#running = this.#scan(next.entry, next.at).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #look(): void {
    const now = this.#deps.now();
    const entries = this.#deps.sources();
    for (const entry of entries) {
      const cron = entry.schedule === undefined ? undefined : parseCron(entry.schedule);
      if (cron?.ok !== true) continue;
      const key = [entry.name, entry.schedule].join('\u0000');
      const at = nextTime(cron.value, this.#seen.get(key) ?? now);
      this.#seen.set(key, now);
      // Missed more than once it is still scanned once.
      if (at !== undefined && at <= now) this.#due.set(entry.name, { entry, at });
    }
    for (const [name, { entry }] of this.#due) {
      if (!entries.some((one) => one.name === name && one.schedule === entry.schedule)) this.#due.delete(name);
    }
  }

  async #scan(entry: SourceEntry, due: number): Promise<void> {
    const { store, scans, policy } = this.#deps;
    const source = store.sources.list().find(({ kind, name }) => kind === entry.kind && name === entry.name);
    if (source !== undefined && this.#isScanned(source, due)) return;
    const target = targetOf(entry, source);
    if (target === undefined) return;
    const started = await scans.start(target, {
      policy: policy(),
      origin: 'schedule',
      labels: entry.labels,
      ...(source === undefined ? {} : { name: source.name }),
    });
    // What went wrong was told to everyone who listens to scans.
    if (started.ok) await scans.wait(started.value.scanId);
  }

  /** Another Plimsoll with the same workspace was quicker, or somebody scans it by hand. */
  #isScanned(source: StoredSource, due: number): boolean {
    const { runs } = this.#deps.store.runs.list({ sources: [source.id], limit: 1 });
    return runs.some(({ status, startedAt }) => status === 'running' || Date.parse(startedAt) >= due);
  }
}

/** A cluster that was not scanned yet is sought as a context of its name; files and snapshots are where they were. */
function targetOf(entry: SourceEntry, source: StoredSource | undefined): Exclude<ScanTarget, { type: 'sample' }> | undefined {
  switch (entry.kind) {
    case 'cluster':
      return { type: 'context', context: source?.context ?? entry.name };
    case 'manifests':
      return source?.path === undefined ? undefined : { type: 'folder', path: source.path };
    case 'snapshot':
      return source?.path === undefined ? undefined : { type: 'snapshot', path: source.path };
    case 'ci':
      return undefined;
  }
}
