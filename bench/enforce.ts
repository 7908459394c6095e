import { join } from 'node:path';
import type { EnforceInput } from '#core/api/enforce.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { cpuMs, manyRules, writeManifests } from '#test/enforce-load.ts';
import { openTestApp, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';
import type { BenchOptions } from './index.ts';
import { median, type BenchTable } from './table.ts';

const OBJECTS = 10_000;
const RULES = 300;
const ROUNDS = 7;
/** The scan of a folder is judged as for the newest. */
const OTHER_VERSION = '1.30';

/** Plan, replay and export through the services, in a process that has done nothing yet; then another mode, another scope. */
export async function benchEnforce({ objects = OBJECTS }: BenchOptions): Promise<BenchTable> {
  using folder = temporaryFolder();
  const manifests = join(folder.path, 'manifests');
  writeManifests(manifests, objects);
  await using app = openTestApp({ library: manyRules(unwrap(loadShippedLibrary()), RULES) });
  const scanId = unwrap(await tryScan(app, { type: 'folder', path: manifests }, { policy: 'all' })).run.id;
  const plain = { policy: 'all', target: 'vap', failurePolicy: 'Ignore' as const };
  const asked = { ...plain, scanId };
  const preview = (more: Partial<EnforceInput>) => app.client.enforce.preview({ ...asked, ...more });
  let denied = 0;
  const planned = await cpuMs(async () => unwrap(await app.client.enforce.preview(plain)));
  const replayed = await cpuMs(async () => {
    denied = unwrap(await preview({})).replay?.counts.denied ?? 0;
  });
  const confirmed = unwrap(await preview({})).liveFailures.map(({ rule }) => rule);
  const exported = await cpuMs(async () =>
    unwrap(await app.client.enforce.save({ ...asked, confirmed, folder: join(folder.path, 'out') })),
  );
  const rounds = async (work: (round: number) => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await cpuMs(() => work(round)));
    return median(times);
  };
  const mode = await rounds((round) => preview({ steps: [{ mode: round % 2 === 0 ? 'warn' : 'audit' }] }));
  const scope = await rounds((round) =>
    preview({ steps: [{ mode: 'warn' }, { mode: 'deny', namespaces: [`team-${round}`] }], excludedNamespaces: ['team-70'] }),
  );
  const page = await rounds((round) => app.client.enforce.objects({ ...asked, offset: round * 1000, limit: 100 }));
  const elsewhere = await cpuMs(async () => unwrap(await preview({ kubernetes: OTHER_VERSION })));
  const row = (what: string, ms: number, goal: string): readonly string[] => [what, `${ms.toFixed(0)} ms`, goal];
  return {
    name: `enforcement of ${RULES} rules on ${objects} objects (${denied} of them denied), CPU time`,
    rows: [
      ['', 'time', 'goal'],
      row('the plan', planned, ''),
      row('the same replayed on the scan, for the first time', replayed, ''),
      row('the export, written', exported, ''),
      row('plan, replay and export', planned + replayed + exported, '2000 ms'),
      row('preview after a change of mode', mode, '200 ms'),
      row('preview after a change of scope', scope, '200 ms'),
      row(`plan and replay for another version (${OTHER_VERSION})`, elsewhere, '2000 ms'),
      row('a page of 100 objects with their messages', page, ''),
    ],
  };
}
