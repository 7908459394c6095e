import { describe, expect, it } from 'vitest';
import type { ScanTarget } from '#core/api/scans.ts';
import { ok } from '#core/result.ts';
import type { SourceEntry } from '#core/workspace/model.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTestApp, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';
import { deployment } from '#test/scan-objects.ts';
import { Scheduler } from './schedule.ts';
import type { SchedulerDeps } from './schedule.ts';

const at = (time: string): number => new Date(`2027-01-04T${time}`).getTime();
const entry = (name: string, schedule?: string): SourceEntry => ({
  name,
  kind: 'cluster',
  labels: {},
  branches: [],
  ...(schedule === undefined ? {} : { schedule }),
});

/** Scans that end when the test says. */
function scripted(sources: readonly SourceEntry[]) {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const state = { now: at('08:00'), sources };
  const deps: SchedulerDeps = {
    store: { sources: { list: () => [] }, runs: { list: () => ({ runs: [], total: 0 }) } } as unknown as SchedulerDeps['store'],
    scans: {
      start: async (target: ScanTarget) => {
        started.push(target.type === 'context' ? target.context : target.type);
        return ok({ scanId: String(started.length) });
      },
      wait: () => new Promise((resolve) => ends.push(() => resolve(ok({} as never)))),
    },
    sources: () => state.sources,
    policy: () => 'default',
    now: () => state.now,
  };
  return { state, started, scheduler: new Scheduler(deps), end: () => ends.shift()?.() };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('scheduled scans', () => {
  it('start when they are due, once each, and not for the time before the host was open', async () => {
    const { state, started, scheduler, end } = scripted([entry('prod', '0 * * * *'), entry('idle')]);
    await scheduler.tick();
    expect(started).toEqual([]);
    for (const time of ['08:59', '09:00', '09:01']) {
      state.now = at(time);
      void scheduler.tick();
      await settled();
    }
    expect(started).toEqual(['prod']);
    end();
    state.now = at('12:30');
    await settled();
    void scheduler.tick();
    await settled();
    expect(started).toEqual(['prod', 'prod']);
  });

  it('are never two at once: what is due meanwhile waits', async () => {
    const { state, started, scheduler, end } = scripted([entry('a', '0 9 * * *'), entry('b', '0 9 * * *')]);
    state.now = at('09:00');
    void scheduler.tick();
    await settled();
    state.now = at('09:05');
    void scheduler.tick();
    await settled();
    expect(started).toEqual(['a']);
    end();
    await settled();
    void scheduler.tick();
    await settled();
    expect(started).toEqual(['a', 'b']);
  });

  it('are forgotten where the workspace does not want them any more', async () => {
    const { state, started, scheduler, end } = scripted([entry('a', '0 9 * * *'), entry('b', '0 9 * * *')]);
    state.now = at('09:00');
    void scheduler.tick();
    await settled();
    state.sources = [entry('a', '0 9 * * *')];
    end();
    await settled();
    state.now = at('09:01');
    void scheduler.tick();
    await settled();
    expect(started).toEqual(['a']);
  });

  it('are runs of origin `schedule` of the same source; one that was scanned since is left alone', async () => {
    using root = temporaryFolder();
    const manifests = join(root.path, 'shop');
    mkdirSync(manifests);
    writeFileSync(join(manifests, 'web.yaml'), JSON.stringify(deployment('web')));
    let now = at('08:00');
    await using app = openTestApp({ now: () => now });
    unwrap(await tryScan(app, { type: 'folder', path: manifests }, { name: 'shop' }));
    const sources = [{ ...entry('shop', '0 * * * *'), kind: 'manifests' as const }];
    const deps = { store: app.store, scans: app.scans, sources: () => sources, policy: () => 'default', now: () => now };
    const [one, two] = [new Scheduler(deps), new Scheduler(deps)];
    now = at('09:00');
    await one.tick();
    await two.tick();
    const { runs } = app.store.runs.list();
    expect(runs.map(({ origin, number, source }) => [origin, number, source.name])).toEqual([
      ['schedule', 2, 'shop'],
      ['scan', 1, 'shop'],
    ]);
  });
});
