import { describe, expect, it } from 'vitest';
import { MATCHERS } from '#core/evaluate/small-rules.fixture.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { CoverageEntry } from '#core/model.ts';
import { proposeBaseline } from '#core/policy/baseline.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { entryOf, objectOf, seen } from '#core/policy/small-scan.fixture.ts';

const COMPLETE = [entryOf('Pod'), entryOf('apps/Deployment'), entryOf('ConfigMap')];

/** Where the rule `limits` ends up. */
function limits(objects: readonly ScanObject[], entries: readonly CoverageEntry[] = COMPLETE): string {
  const proposal = proposeBaseline(seen(objects).projection, MATCHERS, viewCoverage(entries));
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
    const proposal = proposeBaseline(seen([pass, fail]).projection, MATCHERS, viewCoverage(COMPLETE));
    const all = [
      ...proposal.holds,
      ...proposal.fails,
      ...proposal.notApplicable,
      ...proposal.notEvaluated.map(({ rule }) => rule),
    ];
    expect(all.toSorted()).toEqual(['limits', 'secrets']);
  });
});
