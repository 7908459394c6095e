import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { z } from 'zod';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { envtestBinary, envtestPlaces } from '#test/envtest.ts';
import { buildIfStale } from '../scripts/testing/build.ts';
import type { BenchOptions } from './index.ts';
import { loadCluster } from './list-load.ts';
import { WAYS, type Listed, type Lists, type Way } from './listing.ts';
import { runProcess, type Ran } from './run-process.ts';
import { repository } from './shared.ts';
import { median, megabytes, perSecond, ratio, seconds, type BenchTable } from './table.ts';

const OBJECTS = 10_000;
const RUNS = 5;
/** More objects than usual are looked at once: it takes minutes. */
const RUNS_OF_MANY = 1;
const GOAL_FIRST = 2.5;
const GOAL_AGAIN = 1.3;

const report = z.object({
  coverage: z.array(
    z.object({ group: z.string(), version: z.string(), resource: z.string(), kind: z.string(), status: z.string() }),
  ),
});
const history = z.object({
  runs: z.array(z.object({ objects: z.number(), evaluated: z.number(), requests: z.number() })),
});
type Figures = z.infer<typeof history>['runs'][number];

type Yardsticks = Readonly<Record<Way, Ran[]>>;

/** One `plimsoll scan` as a process of its own, with its database in `folder`. */
function scan(api: ApiServer, folder: string, ...more: readonly string[]): Promise<Ran> {
  return plimsoll(['scan', '--kubeconfig', api.kubeconfig, '--db', join(folder, 'bench.db'), '--quiet', ...more]);
}

const plimsoll = (args: readonly string[], keep = false): Promise<Ran> =>
  runProcess(process.execPath, [join(repository, 'out', 'main', 'cli.js'), ...args], { codes: [0, 2], keep });

/** What the history says of the runs in `folder`, the newest first. */
async function figures(folder: string): Promise<readonly Figures[]> {
  const { stdout } = await plimsoll(['history', '--db', join(folder, 'bench.db'), '-o', 'json'], true);
  return history.parse(JSON.parse(stdout)).runs;
}

/** The kinds that a scan reads, from the coverage in its report. */
async function listsOf(api: ApiServer, folder: string): Promise<Lists> {
  const file = join(folder, 'report.json');
  await scan(api, folder, '-o', `json=${file}`);
  const { coverage } = report.parse(JSON.parse(readFileSync(file, 'utf8')));
  return {
    url: api.url,
    caFile: api.caFile,
    token: api.token('admin'),
    kubeconfig: api.kubeconfig,
    kinds: coverage
      .filter(({ status }) => status === 'complete' || status === 'metadataOnly')
      .map(({ group, version, resource, kind }) => {
        const apiVersion = group === '' ? version : `${group}/${version}`;
        return { apiVersion, kind, path: `/${group === '' ? 'api' : 'apis'}/${apiVersion}/${resource}` };
      }),
  };
}

/** The yardsticks as one would ship them: bundled, as Plimsoll is. */
async function buildListing(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: repository,
    ssr: { target: 'node', noExternal: true },
    build: {
      ssr: join(repository, 'bench', 'listing.ts'),
      target: 'node24',
      outDir: folder,
      emptyOutDir: true,
      minify: true,
    },
  });
  return join(folder, 'listing.js');
}

/** Scan and re-scan of objects from a real API server, taking turns with merely listing them in three ways. */
export async function benchScan({ objects = OBJECTS }: BenchOptions): Promise<BenchTable> {
  if (envtestBinary('kube-apiserver') === undefined) throw new Error(`no API server: sought in ${envtestPlaces()}`);
  if (!buildIfStale(repository)) throw new Error('the build failed');
  const work = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  const runs = objects > OBJECTS ? RUNS_OF_MANY : RUNS;
  const api = await startApiServer();
  try {
    await loadCluster(api, objects);
    const listing = await buildListing(join(work, 'listing'));
    // Not counted: the server's caches are cold the first time.
    const lists = join(work, 'lists.json');
    writeFileSync(lists, JSON.stringify(await listsOf(api, mkdtempSync(join(work, 'warm-')))));
    const yardsticks: Yardsticks = { bytes: [], parsed: [], client: [] };
    const firsts: Ran[] = [];
    const agains: Ran[] = [];
    let told: readonly Figures[] = [];
    for (let turn = 0; turn < runs; turn += 1) {
      const folder = mkdtempSync(join(work, 'run-'));
      for (const way of WAYS) {
        const options = { codes: [0], keep: true, env: { NODE_COMPILE_CACHE: join(work, 'code') } };
        yardsticks[way].push(await runProcess(process.execPath, [listing, way, lists], options));
      }
      firsts.push(await scan(api, folder));
      agains.push(await scan(api, folder));
      told = await figures(folder);
    }
    const [again, first] = told;
    return {
      name: `scan: a real API server with ${objects.toLocaleString('en')} loaded objects, whole processes, median of ${runs}`,
      rows: [
        ['what', 'wall', 'of client', 'of parsed', 'of bytes', 'cpu', 'objects', 'read', 'evaluated', 'requests', 'peak memory'],
        listingRow('listing, bytes thrown away', yardsticks.bytes, yardsticks),
        listingRow('listing, JSON.parse', yardsticks.parsed, yardsticks),
        listingRow('listing, @kubernetes/client-node', yardsticks.client, yardsticks),
        scanRow('first scan', firsts, yardsticks, GOAL_FIRST, first),
        scanRow('scan again, unchanged', agains, yardsticks, GOAL_AGAIN, again),
      ],
    };
  } finally {
    await api.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

const wallOf = (runs: readonly Ran[]): number => median(runs.map((run) => run.seconds));

/** The goals are about listing objects, which is what a client library's calls give. */
const ratios = (runs: readonly Ran[], { client, parsed, bytes }: Yardsticks, goal?: number): readonly string[] => [
  ratio(wallOf(runs) / wallOf(client), goal),
  ratio(wallOf(runs) / wallOf(parsed)),
  ratio(wallOf(runs) / wallOf(bytes)),
];

const costs = (runs: readonly Ran[]): { readonly cpu: string; readonly peak: string } => ({
  cpu: seconds(median(runs.map((run) => run.cpuSeconds))),
  peak: megabytes(Math.max(...runs.map((run) => run.peakBytes))),
});

function listingRow(name: string, runs: readonly Ran[], yardsticks: Yardsticks): readonly string[] {
  const { objects, requests } = JSON.parse(runs[0]?.stdout ?? '') as Listed;
  const { cpu, peak } = costs(runs);
  const [count, speed] = objects === 0 ? ['', ''] : [String(objects), perSecond(objects, wallOf(runs))];
  return [name, seconds(wallOf(runs)), ...ratios(runs, yardsticks), cpu, count, speed, '', String(requests), peak];
}

function scanRow(
  name: string,
  runs: readonly Ran[],
  yardsticks: Yardsticks,
  goal: number,
  told: Figures | undefined,
): readonly string[] {
  const { objects = 0, evaluated = 0, requests = 0 } = told ?? {};
  const { cpu, peak } = costs(runs);
  const speed = perSecond(objects, wallOf(runs));
  return [
    name,
    seconds(wallOf(runs)),
    ...ratios(runs, yardsticks, goal),
    cpu,
    String(objects),
    speed,
    String(evaluated),
    String(requests),
    peak,
  ];
}
