import { parseArgs } from 'node:util';
import { caseOf } from '#core/cel/fixtures/cases.ts';
import { compareCases, describeDifference, shrink } from '#test/cel-differential.ts';

/**
 * Holds the expression engine against cel-oracle on generated expressions. All of a series: `node scripts/cel-differential.ts
 * --seed 1 --cases 50000`; one of it: `--seed 1 --from 4711 --cases 1`. `--shrink` looks for the least that still differs.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    shrink: { type: 'boolean', default: false },
  },
});
const BATCH = 2000;
const seed = Number(values.seed);
const start = Number(values.from);
const end = start + Number(values.cases);
let differing = 0;
for (let from = start; from < end; from += BATCH) {
  const cases = Array.from({ length: Math.min(BATCH, end - from) }, (_, i) => caseOf(seed, from + i));
  for (const found of await compareCases(cases, from)) {
    differing += 1;
    const least = values.shrink ? await shrink(found) : found;
    process.stdout.write(`${describeDifference(least, seed)}\n`);
  }
  process.stderr.write(`${Math.min(from + BATCH, end) - start} cases, ${differing} differing\n`);
}
process.exitCode = differing === 0 ? 0 : 1;
