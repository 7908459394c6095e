import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { envtestBinary } from '#test/envtest.ts';
import { buildIfStale } from '../scripts/testing/build.ts';
import type { BenchOptions } from './index.ts';
import { runProcess, type Ran } from './run-process.ts';
import { repository, sharedFile } from './shared.ts';
import { median, megabytes, perSecond, ratio, seconds, type BenchTable } from './table.ts';

const RUNS = 9;

interface Contestant {
  readonly name: string;
  readonly what: string;
  /** How often; the slow ones once. */
  readonly runs: number;
  readonly run: () => Promise<Ran>;
}

/** Writes one YAML file per object of shared/bench/cel-objects.json, in folders of 100, and returns their number. */
function writeManifests(folder: string): number {
  const objects = JSON.parse(readFileSync(sharedFile('bench', 'cel-objects.json'), 'utf8')) as object[];
  for (const [index, object] of objects.entries()) {
    const inner = join(folder, `app-${String(Math.floor(index / 100)).padStart(2, '0')}`);
    if (index % 100 === 0) mkdirSync(inner);
    writeFileSync(join(inner, `${String(index).padStart(4, '0')}.yaml`), dump(object, { lineWidth: -1 }));
  }
  return objects.length;
}

function contestants(folder: string, work: string, slow: boolean): Contestant[] {
  const files = globSync('**/*.yaml', { cwd: folder }).map((file) => join(folder, file));
  const cli = join(repository, 'out', 'main', 'cli.js');
  const test = (...options: readonly string[]): Promise<Ran> =>
    runProcess(process.execPath, [cli, 'test', folder, '--policy', 'all', ...options], {
      codes: [0, 2],
      env: { XDG_DATA_HOME: work, XDG_CACHE_HOME: work },
    });
  const list: Contestant[] = [
    { name: 'plimsoll', what: 'test DIR --policy all --quiet', runs: RUNS, run: () => test('--quiet') },
    { name: 'plimsoll, in full', what: 'the same with every finding and its line', runs: RUNS, run: () => test() },
  ];
  const kubeScore = envtestBinary('kube-score');
  if (kubeScore !== undefined) {
    list.push({
      name: 'kube-score',
      what: 'score, its 40 checks',
      runs: RUNS,
      run: () => runProcess(kubeScore, ['score', '--output-format', 'ci', ...files], { codes: [0, 1] }),
    });
  }
  const datree = envtestBinary('datree');
  if (slow && datree !== undefined) {
    list.push({
      name: 'datree',
      what: 'test, its 21 default rules',
      runs: 1,
      run: () =>
        runProcess(datree, ['test', '--no-record', ...files], { codes: [0, 2], env: { DATREE_OFFLINE: 'local', HOME: work } }),
    });
  }
  return list;
}

/** Whole processes over 2,000 one-document YAML manifests, taking turns. Goals: no slower than kube-score, datree 100 times as long. */
export async function benchManifests({ slow }: BenchOptions): Promise<BenchTable> {
  if (!buildIfStale(repository)) throw new Error('the build failed');
  const work = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  try {
    const folder = join(work, 'manifests');
    mkdirSync(folder);
    const count = writeManifests(folder);
    const field = contestants(folder, work, slow);
    const runs = new Map<string, Ran[]>(field.map(({ name }) => [name, []]));
    for (let turn = 0; turn < RUNS; turn += 1) {
      for (const { name, runs: wanted, run } of field) if (turn < wanted) runs.get(name)?.push(await run());
    }
    const wall = (name: string): number => median((runs.get(name) ?? []).map((ran) => ran.seconds));
    const goalOf = (name: string): number => (name === 'kube-score' ? 1 : 0.01);
    return {
      name: `manifests: ${count} YAML files, whole processes, median of ${RUNS}`,
      rows: [
        ['tool', 'what', 'wall', 'cpu', 'manifests', 'peak memory', 'plimsoll takes', 'in full'],
        ...field.map(({ name, what }) => [
          name,
          what,
          seconds(wall(name)),
          seconds(median((runs.get(name) ?? []).map((ran) => ran.cpuSeconds))),
          perSecond(count, wall(name)),
          megabytes(Math.max(...(runs.get(name) ?? []).map((ran) => ran.peakBytes))),
          ...(name.startsWith('plimsoll')
            ? ['', '']
            : [ratio(wall('plimsoll') / wall(name), goalOf(name)), ratio(wall('plimsoll, in full') / wall(name))]),
        ]),
      ],
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
