import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeze, indexDebt, isDebt, shrink } from '#core/decide/debt.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { cluster, DAY, debts, waivers } from '#test/random-scans.ts';
import { findingsOf } from '#core/policy/finding.ts';
import type { Finding } from '#core/policy/finding.ts';
import { projectLens } from '#core/policy/project.ts';
import { indexScan } from '#core/policy/scan-index.ts';
import { objectOf, POLICY_RULES, RULE_SET } from '#core/policy/small-scan.fixture.ts';
import { fingerprintText } from '#core/rules/fingerprint.ts';
import type { DebtEntry, Waiver } from '#core/workspace/model.ts';

const through = (
  objects: readonly ScanObject[],
  debt: readonly DebtEntry[] = [],
  some: readonly Waiver[] = [],
): readonly Finding[] =>
  projectLens(indexScan(objects, RULE_SET.rules.length), {
    rules: POLICY_RULES,
    debt,
    waivers: some,
    today: DAY,
  }).judgements.flatMap(findingsOf);
const placesOf = (debt: readonly DebtEntry[]): readonly string[] =>
  debt.flatMap(({ rule, object, paths }) =>
    paths.map((path) => fingerprintText({ ruleId: rule, namespace: '', ...object, path })),
  );
const seesAll = (): undefined => undefined;
const at = (...paths: readonly string[]) =>
  objectOf(
    'Pod',
    'web',
    { limits: paths.length === 0 ? 'pass' : 'fail' },
    { findings: paths.map((path) => ({ rule: 0, path })) },
  );

describe('freezing', () => {
  it('makes debt of every failure and of nothing else', () => {
    fc.assert(
      fc.property(cluster, waivers, (objects, some) => {
        const findings = through(objects, [], some);
        const failing = findings.filter(({ verdict }) => verdict === 'fail').map(({ identity }) => identity);
        expect(placesOf(freeze(findings)).toSorted()).toEqual(failing.toSorted());
      }),
    );
  });

  it('leaves nothing that counts as new in the same scan', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const debt = freeze(through(objects));
        for (const finding of through(objects, debt)) {
          expect(finding.debt).toBe(finding.verdict === 'fail');
          expect(isDebt(indexDebt(debt), finding)).toBe(finding.debt);
        }
      }),
    );
  });

  it('does not depend on the order of objects', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        expect(freeze(through(objects.toReversed()))).toEqual(freeze(through(objects)));
      }),
    );
  });
});

describe('debt', () => {
  it('is a mark on a failure: it changes no verdict', () => {
    fc.assert(
      fc.property(cluster, debts, (objects, debt) => {
        const plain = (findings: readonly Finding[]) => findings.map(({ identity, verdict }) => [identity, verdict]);
        expect(plain(through(objects, debt))).toEqual(plain(through(objects)));
      }),
    );
  });

  it('does not cover a new place of the same object', () => {
    const debt = freeze(through([at('spec.a')]));
    expect(through([at('spec.a', 'spec.b')], debt).map(({ path, debt: known }) => [path, known])).toEqual([
      ['spec.a', true],
      ['spec.b', false],
    ]);
  });

  it('never grows by shrinking, whatever a run sees or does not see', () => {
    fc.assert(
      fc.property(cluster, debts, waivers, fc.boolean(), (objects, debt, some, isBlind) => {
        const { entries, paid } = shrink(debt, through(objects, debt, some), (place) =>
          isBlind && place.kind === 'Pod' ? 'forbidden' : undefined,
        );
        const [before, after] = [placesOf(debt), placesOf(entries)];
        expect(before).toEqual(expect.arrayContaining([...after]));
        expect(after.length + paid.length).toBe(before.length);
        expect(paid.some(({ kind }) => isBlind && kind === 'Pod')).toBe(false);
      }),
    );
  });

  it('keeps what is still found, also where it is waived or cannot be judged', () => {
    fc.assert(
      fc.property(cluster, debts, waivers, (objects, debt, some) => {
        const findings = through(objects, debt, some);
        const left = new Set(placesOf(shrink(debt, findings, seesAll).entries));
        const owed = new Set(placesOf(debt));
        for (const { identity } of findings) if (owed.has(identity)) expect(left).toContain(identity);
      }),
    );
  });

  it('stays whole where nothing could be seen', () => {
    fc.assert(
      fc.property(debts, (debt) => {
        expect(shrink(debt, [], () => 'the other run is cancelled')).toEqual({ entries: debt, paid: [] });
      }),
    );
  });

  it('that was paid is gone: what breaks again is new', () => {
    const frozen = freeze(through([at('spec.a', 'spec.b')]));
    const { entries } = shrink(frozen, through([at('spec.b')], frozen), seesAll);
    expect(through([at('spec.a', 'spec.b')], entries).map(({ path, debt }) => [path, debt])).toEqual([
      ['spec.a', false],
      ['spec.b', true],
    ]);
    expect(shrink(entries, through([at()], entries), seesAll).entries).toEqual([]);
  });
});
