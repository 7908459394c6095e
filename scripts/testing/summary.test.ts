import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { emptiness, readSummary, summaryLine } from './summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, status: string, tests: readonly string[]): unknown => ({
  name: `/repo/${name}`,
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe('the sum of two reports', () => {
  writeFileSync(
    join(folder, 'unit.json'),
    JSON.stringify({
      testResults: [
        file('a.test.ts', 'passed', ['passed', 'passed', 'skipped']),
        file('b.test.ts', 'failed', ['failed', 'passed']),
      ],
    }),
  );
  writeFileSync(
    join(folder, 'e2e.json'),
    JSON.stringify({
      testResults: [file('c.test.ts', 'failed', []), file('d.test.ts', 'passed', []), file('e.test.ts', 'passed', ['pending'])],
    }),
  );
  const summary = readSummary(folder, '/repo');

  it('counts a file that failed before its first test as one failure', () => {
    expect(summaryLine(summary)).toBe('3 passed, 2 failed, 2 skipped');
  });

  it('names files without a test always, and files of skipped tests only where strict', () => {
    expect(emptiness(summary, false)).toBe('no test ran in: d.test.ts');
    expect(emptiness(summary, true)).toBe('no test ran in: d.test.ts, e.test.ts');
  });
});

it('does not take nothing for success', () => {
  const nothing = readSummary(join(folder, 'nowhere'), '/repo');
  expect(summaryLine(nothing)).toBe('0 passed, 0 failed');
  expect(emptiness(nothing, false)).toBe('no test ran');
});
