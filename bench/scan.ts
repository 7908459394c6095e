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
  summary: z.object({ objects: z.number(), evaluated: z.number(), requests: z.number() }),
});

interface Scanned extends Ran {
  readonly objects: number;
  readonly evaluated: number;
  readonly requests: number;
  /** Paths of the kinds that it read. */
  readonly paths: readonly string[];
}

interface Listed {
  readonly seconds: number;
  readonly requests: number;
  readonly bytes: number;
}

/** One `plimsoll scan` as a process of its own, with its database in `folder`. */
async function scan(api: ApiServer, folder: string): Promise<Scanned> {
  const file = join(folder, 'report.json');
  const cli = join(repository, 'out', 'main', 'cli.js');
  const args = [cli, 'scan', '--kubeconfig', api.kubeconfig, '--db', join(folder, 'bench.db'), '--quiet', '-o', `json=${file}`];
  const ran = await runProcess(process.execPath, args, { codes: [0, 2] });
  const { coverage, summary } = report.parse(JSON.parse(readFileSync(file, 'utf8')));
  const read = coverage.filter(({ status }) => status === 'complete' || status === 'metadataOnly');
  return {
    ...ran,
    ...summary,
    paths: read.map(({ group, version, resource }) => `/${group === '' ? 'api' : `apis/${group}`}/${version}/${resource}`),
  };
}

/** The yardstick: the same kinds, page by page, four at a time; bodies are received and thrown away, nothing is parsed. */
async function list(api: ApiServer, paths: readonly string[]): Promise<Listed> {
  const dispatcher = new Agent({ connections: IN_FLIGHT, connect: { ca: readFileSync(api.caFile) } });
  const headers = { authorization: `Bearer ${api.token('admin')}`, accept: 'application/json' };
  const started = performance.now();
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
  return { seconds: (performance.now() - started) / 1000, requests, bytes };
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
    const firsts: Scanned[] = [];
    const agains: Scanned[] = [];
    const lists: Listed[] = [];
    // Not counted: the server's caches are cold the first time.
    const { paths } = await scan(api, mkdtempSync(join(work, 'warm-')));
    for (let turn = 0; turn < RUNS; turn += 1) {
      const folder = mkdtempSync(join(work, 'run-'));
      lists.push(await list(api, paths));
      firsts.push(await scan(api, folder));
      agains.push(await scan(api, folder));
    }
    const listing = median(lists.map((entry) => entry.seconds));
    const row = (name: string, scans: readonly Scanned[], goal: number): readonly string[] => {
      const wall = median(scans.map((entry) => entry.seconds));
      const [one] = scans;
      const objects = one?.objects ?? 0;
      return [
        name,
        seconds(wall),
        ratio(wall / listing, goal),
        perSecond(objects, wall),
        String(objects),
        String(one?.evaluated ?? 0),
        String(one?.requests ?? 0),
        megabytes(Math.max(...scans.map((entry) => entry.peakBytes))),
      ];
    };
    return {
      name: `scan: a real API server with ${OBJECTS} loaded objects, whole processes, median of ${RUNS}`,
      rows: [
        ['what', 'wall', 'of listing', 'objects', 'read', 'evaluated', 'requests', 'peak memory'],
        [
          'listing alone',
          seconds(listing),
          '',
          '',
          '',
          '',
          String(lists[0]?.requests ?? 0),
          `${megabytes(lists[0]?.bytes ?? 0)} read`,
        ],
        row('first scan', firsts, GOAL_FIRST),
        row('scan again, unchanged', agains, GOAL_AGAIN),
      ],
    };
  } finally {
    await api.stop();
    rmSync(work, { recursive: true, force: true });
  }
}
