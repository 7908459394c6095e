import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gatekeeperPlan } from '#core/enforce/gatekeeper/index.ts';
import type { PlannedRule } from '#core/enforce/model.ts';
import { parityPlan, refusedAnyway } from '#core/enforce/parity/cases.fixture.ts';
import { resultsTable } from '#core/enforce/parity/results.fixture.ts';
import type { EngineResults } from '#core/enforce/parity/results.fixture.ts';
import { loadShippedLibrary } from '#main/library.ts';

/* What the engines said when they were last asked, for machines that do not have them: golden/, and the table of docs/parity.md. */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const whole = parityPlan(shipped.value);

const kept = (name: string): EngineResults =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`golden/${name}.json`, import.meta.url)), 'utf8')) as EngineResults;

const audited = kept('gatekeeper-audit');
const results = {
  'kube-apiserver 1.30': kept('kube-apiserver-1.30'),
  'kube-apiserver 1.36': kept('kube-apiserver-1.36'),
  gatekeeper: Object.fromEntries(
    Object.entries(kept('gatekeeper')).map(([rule, axes]) => [rule, { ...axes, ...audited[rule] }]),
  ) as EngineResults,
  kyverno: kept('kyverno'),
};

/** Axes that ask all rules about all objects. */
const OF_ALL = ['audit', 'allRules'];

describe('the results that are kept', () => {
  it.each([
    ['kube-apiserver 1.30', whole.rules, refusedAnyway('1.30')],
    ['kube-apiserver 1.36', whole.rules, refusedAnyway('1.36')],
    ['gatekeeper', gatekeeperPlan(whole).rules, []],
    ['kyverno', whole.rules, []],
  ] as readonly (readonly [keyof typeof results, readonly PlannedRule[], readonly string[]])[])(
    'speak of every rule that %s gets, passing and failing',
    (engine, rules, neverFails) => {
      expect(Object.keys(results[engine]).toSorted()).toEqual(rules.map(({ rule }) => rule).toSorted());
      for (const [rule, axes] of Object.entries(results[engine])) {
        const requested = Object.entries(axes).flatMap(([axis, counts]) => (OF_ALL.includes(axis) ? [] : [counts]));
        const sum = (of: 'passes' | 'fails'): number => requested.reduce((total, counts) => total + counts[of], 0);
        // What a server refuses by itself passes it by, and nothing of it fails.
        const expected = neverFails.includes(rule) ? [rule, expect.any(Boolean), false] : [rule, true, true];
        expect([rule, sum('passes') > 0, sum('fails') > 0]).toEqual(expected);
      }
    },
  );

  it('are the table of docs/parity.md', () => {
    const page = readFileSync(fileURLToPath(new URL('../../../docs/parity.md', import.meta.url)), 'utf8');
    const table = page.split('<!-- results -->')[1]?.split('<!-- end of results -->')[0] ?? '';
    const rows = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((row) => row.split('|').map((cell) => cell.trim()))
        .filter((row) => !row.some((cell) => cell.startsWith('---')));
    expect(rows(table)).toEqual(rows(resultsTable(results)));
  });
});
