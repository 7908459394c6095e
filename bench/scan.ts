import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { envtestBinary, envtestPlaces } from '#test/envtest.ts';
import { buildIfStale } from '../scripts/testing/build.ts';
import { loadCluster } from './list-load.ts';
import { runProcess, type Ran } from './run-process.ts';
import { repository } from './shared.ts';
import { median, megabytes, perSecond, ratio, seconds, type BenchTable } from './table.ts';

const OBJECTS = 10_000;
const RUNS = 5;
const PAGE = 500;
const IN_FLIGHT = 4;
const GOAL_FIRST = 2.5;
const GOAL_AGAIN = 1.3;

const report = z.object({
  coverage: z.array(z.object({ group: z.string(), version: z.string(), resource: z.string(), status: z.string() })),
});
const history = z.object({
  runs: z.array(z.object({ objects: z.number(), evaluated: z.number(), requests: z.number() })),
});
type Figures = z.infer<typeof history>['runs'][number];

interface Listed {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly requests: number;
  readonly bytes: number;
}

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

/** Paths of the kinds that a scan reads, from the coverage in its report. */
async function pathsOf(api: ApiServer, folder: string): Promise<readonly string[]> {
  const file = join(folder, 'report.json');
  await scan(api, folder, '-o', `json=${file}`);
  return report
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .coverage.filter(({ status }) => status === 'complete' || status === 'metadataOnly')
    .map(({ group, version, resource }) => `/${group === '' ? 'api' : `apis/${group}`}/${version}/${resource}`);
}

/** The yardstick: the same kinds, page by page, four at a time; bodies are received and thrown away, nothing is parsed. */
async function list(api: ApiServer, paths: readonly string[]): Promise<Listed> {
  const dispatcher = new Agent({ connections: IN_FLIGHT, connect: { ca: readFileSync(api.caFile) } });
  const headers = { authorization: `Bearer ${api.token('admin')}`, accept: 'application/json' };
  const started = performance.now();
  const cpu = process.cpuUsage();
  let requests = 0;
  let bytes = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      let token = '';
      do {
        const response = await request(
          `${api.url}${path}?limit=${PAGE}${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`,
          { dispatcher, headers },
        );
        const body = new Uint8Array(await response.body.arrayBuffer());
        if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
        requests += 1;
        bytes += body.length;
        token = continueToken(body);
      } while (token !== '');
    }
  };
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  } finally {
    await dispatcher.destroy();
  }
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6, requests, bytes };
}

/** Built-in kinds carry it at the front of the page, custom resources at the end. */
function continueToken(body: Uint8Array): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const ends = `${bytes.subarray(0, 2000).toString('latin1')}\n${bytes.subarray(-2000).toString('latin1')}`;
  return /"continue":"([^"]*)"/.exec(ends)?.[1] ?? '';
}

/** Scan and re-scan of 10,000 objects from a real API server, taking turns with merely listing them. */
export async function benchScan(): Promise<BenchTable> {
  if (envtestBinary('kube-apiserver') === undefined) throw new Error(`no API server: sought in ${envtestPlaces()}`);
  if (!buildIfStale(repository)) throw new Error('the build failed');
  const work = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  const api = await startApiServer();
  try {
    await loadCluster(api, OBJECTS);
    // Not counted: the server's caches are cold the first time.
    const paths = await pathsOf(api, mkdtempSync(join(work, 'warm-')));
    const lists: Listed[] = [];
    const firsts: Ran[] = [];
    const agains: Ran[] = [];
    let told: readonly Figures[] = [];
    for (let turn = 0; turn < RUNS; turn += 1) {
      const folder = mkdtempSync(join(work, 'run-'));
      lists.push(await list(api, paths));
      firsts.push(await scan(api, folder));
      agains.push(await scan(api, folder));
      told = await figures(folder);
    }
    const listing = median(lists.map((entry) => entry.seconds));
    const [again, first] = told;
    return {
      name: `scan: a real API server with ${OBJECTS.toLocaleString('en')} loaded objects, whole processes, median of ${RUNS}`,
      rows: [
        ['what', 'wall', 'of listing', 'cpu', 'objects', 'read', 'evaluated', 'requests', 'peak memory'],
        [
          'listing alone',
          seconds(listing),
          '',
          seconds(median(lists.map((entry) => entry.cpuSeconds))),
          '',
          '',
          '',
          String(lists[0]?.requests ?? 0),
          `${megabytes(lists[0]?.bytes ?? 0)} read`,
        ],
        row('first scan', firsts, listing, GOAL_FIRST, first),
        row('scan again, unchanged', agains, listing, GOAL_AGAIN, again),
      ],
    };
  } finally {
    await api.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

function row(name: string, scans: readonly Ran[], listing: number, goal: number, told: Figures | undefined): readonly string[] {
  const wall = median(scans.map((entry) => entry.seconds));
  const objects = told?.objects ?? 0;
  const peak = Math.max(...scans.map((entry) => entry.peakBytes));
  return [
    name,
    seconds(wall),
    ratio(wall / listing, goal),
    seconds(median(scans.map((entry) => entry.cpuSeconds))),
    String(objects),
    perSecond(objects, wall),
    String(told?.evaluated ?? 0),
    String(told?.requests ?? 0),
    megabytes(peak),
  ];
}
