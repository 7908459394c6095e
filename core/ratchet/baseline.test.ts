import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MATCHERS } from '#core/evaluate/small-rules.fixture.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { CoverageEntry } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { entryOf, objectOf, POLICY_RULES, seen } from '#core/policy/small-scan.fixture.ts';
import { byPlace, proposeBaseline } from '#core/ratchet/baseline.ts';
import { proposalRows } from '#core/ratchet/proposal.ts';

const COMPLETE = [entryOf('Pod'), entryOf('apps/Deployment'), entryOf('ConfigMap')];

const scanOf = (objects: readonly ScanObject[], entries: readonly CoverageEntry[] = COMPLETE, source = 'cluster') => ({
  ...seen(objects).projection,
  findings: seen(objects).findings,
  teamOf: ({ labels }: ScanObject) => labels['team'],
  coverage: viewCoverage(entries),
  source,
});

/** Where the rule `limits` ends up. */
function limits(objects: readonly ScanObject[], entries: readonly CoverageEntry[] = COMPLETE): string {
  const proposal = byPlace(proposeBaseline([scanOf(objects, entries)], MATCHERS));
  if (proposal.holds.includes('limits')) return 'holds';
  if (proposal.fails.includes('limits')) return 'fails';
  if (proposal.notApplicable.includes('limits')) return 'not applicable';
  return proposal.notEvaluated.find(({ rule }) => rule === 'limits')?.reason ?? 'nowhere';
}

const pass = objectOf('Pod', 'good', { limits: 'pass' });
const fail = objectOf('Pod', 'bad', { limits: 'fail' });

describe('a baseline holds a rule', () => {
  it('that applies, passes everywhere and leaves nothing open', () => {
    expect(limits([pass])).toBe('holds');
    expect(limits([pass, objectOf('Pod', 'other', {})])).toBe('holds');
  });

  it('not one that fails somewhere', () => {
    expect(limits([pass, fail])).toBe('fails');
  });

  it('not one that is waived somewhere: a waiver is no pass', () => {
    const waived = { ...fail, waivers: { limits: 'known' } };
    expect(limits([pass, waived])).toBe('fails');
    expect(limits([waived])).toBe('fails');
  });

  it('not one with nothing to judge', () => {
    expect(limits([objectOf('ConfigMap', 'a', {})])).toBe('not applicable');
    expect(limits([])).toBe('not applicable');
  });

  it('not one with a verdict left open', () => {
    expect(limits([pass, objectOf('Pod', 'a', { limits: 'notEvaluated' })])).toBe('1 objects were not evaluated');
    expect(limits([pass, objectOf('Pod', 'a', { limits: 'error' })])).toBe('1 objects could not be judged');
  });

  it('not one whose kinds were not all read, not even when it would not apply', () => {
    const entries = [entryOf('Pod'), entryOf('apps/Deployment', 'forbidden')];
    expect(limits([pass], entries)).toContain('Deployment could not be read');
    expect(limits([], entries)).toContain('Deployment could not be read');
    expect(limits([pass], [entryOf('Pod'), entryOf('apps/*', 'timeout')])).toContain('Deployment could not be read');
  });

  it('and says that one fails even where more was not read', () => {
    expect(limits([pass, fail], [entryOf('Pod', 'forbidden')])).toBe('fails');
  });

  it('and puts each rule of the policy in one place only', () => {
    const proposal = byPlace(proposeBaseline([scanOf([pass, fail])], MATCHERS));
    const all = [
      ...proposal.holds,
      ...proposal.fails,
      ...proposal.notApplicable,
      ...proposal.notEvaluated.map(({ rule }) => rule),
    ];
    expect(all.toSorted()).toEqual(['limits', 'secrets']);
  });
});

describe('a baseline made from several scans', () => {
  const placed = (...scans: readonly ReturnType<typeof scanOf>[]) =>
    proposeBaseline(scans, MATCHERS).find(({ rule }) => rule.rule.id === 'limits');
  const nothing = objectOf('ConfigMap', 'a', {});

  it('holds a rule that applies in one of them and is clean in all', () => {
    expect(placed(scanOf([pass]), scanOf([nothing]))?.place).toBe('holds');
    expect(placed(scanOf([nothing]), scanOf([nothing]))?.place).toBe('notApplicable');
    expect(placed(scanOf([pass]), scanOf([fail]))?.place).toBe('fails');
    expect(placed(scanOf([pass]), scanOf([pass], [entryOf('Pod', 'forbidden')]))?.place).toBe('notEvaluated');
  });

  it('not one that a scan did not judge', () => {
    const other = { ...scanOf([pass]), rules: [] };
    expect(placed(scanOf([pass]), other)).toMatchObject({
      place: 'notEvaluated',
      reason: 'the rule was not judged in every scan',
    });
  });

  it('takes figures from the first scan of each source', () => {
    const counts = placed(scanOf([pass, pass]), scanOf([pass]), scanOf([pass], COMPLETE, 'ci'))?.counts;
    expect(counts?.pass).toBe(3);
  });

  it('law: one more scan never makes a rule hold that did not, unless nothing applied before', () => {
    const verdicts = fc.array(fc.constantFrom('pass', 'fail', 'notEvaluated', 'notApplicable'), { maxLength: 3 });
    const scans = fc.record({ verdicts, read: fc.boolean() }).map((scan) =>
      scanOf(
        scan.verdicts.map((verdict, index) => objectOf('Pod', `p${index}`, { limits: verdict })),
        [entryOf('Pod', scan.read ? 'complete' : 'forbidden'), entryOf('apps/Deployment')],
      ),
    );
    fc.assert(
      fc.property(fc.array(scans, { minLength: 1, maxLength: 4 }), scans, (all, more) => {
        const before = placed(...all)?.place;
        const after = placed(...all, more)?.place;
        if (after === 'holds') expect(['holds', 'notApplicable']).toContain(before);
        expect(placed(...all.toReversed())?.place).toBe(before);
      }),
    );
  });

  it('lists where each rule fails, and whose it is', () => {
    const other = objectOf('Pod', 'worse', { limits: 'fail' }, { namespace: 'pay', labels: { team: 'till' } });
    const rows = proposalRows([scanOf([pass, fail, other])], MATCHERS);
    expect(rows.map(({ rule }) => rule)).toEqual(POLICY_RULES.map(({ rule }) => rule.id));
    expect(rows[0]).toMatchObject({
      place: 'fails',
      failing: 2,
      namespaces: ['pay', 'shop'],
      teams: ['till'],
      effort: POLICY_RULES[0]?.rule.effort,
    });
  });
});
