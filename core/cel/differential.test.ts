import { describe, expect, test } from 'vitest';
import { compareCases, describeDifference, shrink } from '#test/cel-differential.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { caseOf } from './fixtures/cases.ts';

/** More, or others: `PLIMSOLL_CEL_CASES=50000 PLIMSOLL_CEL_SEED=7`; `scripts/cel-differential.ts` does the same and prints its way. */
const CASES = Number(process.env['PLIMSOLL_CEL_CASES'] ?? 10_000);
const SEED = Number(process.env['PLIMSOLL_CEL_SEED'] ?? 1);
const BATCH = 1000;
const SHOWN = 10;

describe.skipIf(!requireEnvtest(['cel-oracle']).available)(
  'generated expressions against the API server itself (cel-oracle), at the compatibility minors 1.29 to 1.36',
  { timeout: 120_000 + CASES * 20 },
  () => {
    test(`${CASES} are taken or refused alike, and give the same type, value or error, and cost (seed ${SEED})`, async () => {
      const differing = [];
      for (let from = 0; from < CASES; from += BATCH) {
        const cases = Array.from({ length: Math.min(BATCH, CASES - from) }, (_, i) => caseOf(SEED, from + i));
        differing.push(...(await compareCases(cases, from)));
      }
      const least = await Promise.all(differing.slice(0, SHOWN).map(shrink));
      expect(least.map((each) => describeDifference(each, SEED)).join('\n\n')).toBe('');
    });
  },
);
