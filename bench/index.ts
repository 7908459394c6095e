import { globSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatTable, type BenchTable } from './table.ts';

/**
 * `npm run bench [-- name...] [-- --slow]`: runs the benchmarks of this folder whose file name is given, or all. A benchmark is an
 * exported function called `bench...` that compares what it measures side by side, in one run, and gives a table.
 * `--slow` adds peers that take minutes; `--objects=100000` has `scan` look at that many.
 */

export interface BenchOptions {
  readonly slow: boolean;
  readonly objects?: number;
}

type Bench = (options: BenchOptions) => Promise<BenchTable>;

const isBench = (entry: readonly [string, unknown]): entry is [string, Bench] =>
  entry[0].startsWith('bench') && typeof entry[1] === 'function';

const here = fileURLToPath(new URL('.', import.meta.url));

async function find(): Promise<Map<string, readonly Bench[]>> {
  const found = new Map<string, readonly Bench[]>();
  for (const file of globSync('*.ts', { cwd: here }).toSorted()) {
    if (file === 'index.ts' || file.endsWith('.test.ts')) continue;
    const module = (await import(new URL(file, import.meta.url).href)) as Record<string, unknown>;
    const benches = Object.entries(module).filter(isBench);
    if (benches.length > 0) {
      found.set(
        basename(file, '.ts'),
        benches.map(([, bench]) => bench),
      );
    }
  }
  return found;
}

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith('-'));
  const objects = args.find((arg) => arg.startsWith('--objects='))?.split('=')[1];
  const options = { slow: args.includes('--slow'), ...(objects === undefined ? {} : { objects: Number(objects) }) };
  const known = await find();
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${[...known.keys()].join(', ')}\n`);
    return 1;
  }
  process.stdout.write(
    `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}, Node ${process.versions.node}, ${process.platform}\n`,
  );
  let failed = 0;
  for (const name of names.length > 0 ? names : known.keys()) {
    for (const bench of known.get(name) ?? []) {
      try {
        process.stdout.write(`\n${formatTable(await bench(options))}\n`);
      } catch (error) {
        failed += 1;
        process.stdout.write(`\n${name}: failed: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
