import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadShippedLibrary } from '#main/library.ts';
import { cpuMs, manyRules, writeManifests } from '#test/enforce-load.ts';
import { openTestApp, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';

/** `npm run bench -- enforce` has the figures, on 10,000 objects; this holds them to their order of magnitude. */

it('plans, replays and exports 300 rules in seconds, and another mode in less than one', { timeout: 600_000 }, async () => {
  using folder = temporaryFolder();
  const manifests = join(folder.path, 'manifests');
  writeManifests(manifests, 2000);
  await using app = openTestApp({ library: manyRules(unwrap(loadShippedLibrary()), 300) });
  const scanId = unwrap(await tryScan(app, { type: 'folder', path: manifests }, { policy: 'all' })).run.id;
  const asked = { policy: 'all', target: 'vap', failurePolicy: 'Ignore' as const, scanId };
  const first = await cpuMs(async () => {
    const { rules, replay, liveFailures } = unwrap(await app.client.enforce.preview(asked));
    expect(rules.length).toBeGreaterThan(290);
    expect(replay?.counts.denied).toBeGreaterThan(300);
    const confirmed = liveFailures.map(({ rule }) => rule);
    unwrap(await app.client.enforce.save({ ...asked, confirmed, folder: join(folder.path, 'out') }));
  });
  expect(first).toBeLessThan(12_000);
  const again: number[] = [];
  for (const mode of ['warn', 'audit', 'deny'] as const) {
    const steps = [{ mode }, { mode: 'deny' as const, namespaces: ['team-1'] }];
    again.push(await cpuMs(async () => unwrap(await app.client.enforce.preview({ ...asked, steps }))));
  }
  expect(Math.min(...again)).toBeLessThan(800);
});
