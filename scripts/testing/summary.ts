import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';

/** vitest's JSON reports, summed. */
export interface Summary {
  readonly passed: number;
  /** Failed tests, and files that failed without one. */
  readonly failed: number;
  readonly skipped: number;
  /** Test files in which nothing ran: no test at all, or every one skipped. */
  readonly empty: readonly { readonly file: string; readonly skipped: boolean }[];
}

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.enum(['passed', 'failed', 'skipped', 'pending', 'todo', 'disabled']) })),
    }),
  ),
});

/** Reads every report in `folder`; none there gives zeros, and a report that cannot be read throws. */
export function readSummary(folder: string, root: string): Summary {
  const files = existsSync(folder) ? globSync('*.json', { cwd: folder }) : [];
  const results = files.flatMap((file) => report.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).testResults);
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const empty: { file: string; skipped: boolean }[] = [];
  for (const { name, status, assertionResults } of results) {
    const count = (wanted: string): number => assertionResults.filter((test) => test.status === wanted).length;
    passed += count('passed');
    failed += count('failed');
    skipped += assertionResults.length - count('passed') - count('failed');
    if (status === 'failed' && count('failed') === 0) failed += 1;
    if (count('passed') + count('failed') === 0 && status !== 'failed') {
      empty.push({ file: relative(root, name), skipped: assertionResults.length > 0 });
    }
  }
  return { passed, failed, skipped, empty };
}

/** `12 passed, 0 failed, 3 skipped`; skips are named only where there are any. */
export const summaryLine = ({ passed, failed, skipped }: Pick<Summary, 'passed' | 'failed' | 'skipped'>): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;

/**
 * Why these tests do not count as passed although none failed, or undefined. Skips are allowed where the machine lacks something
 * (decisions.md 29), but not where `strict`: then every test file must have run a test.
 */
export function emptiness({ passed, failed, empty }: Summary, strict: boolean): string | undefined {
  const named = empty.filter(({ skipped }) => strict || !skipped).map(({ file }) => file);
  if (named.length > 0) return `no test ran in: ${named.join(', ')}`;
  return passed + failed === 0 ? 'no test ran' : undefined;
}
