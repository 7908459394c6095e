import { describe, expect, it } from 'vitest';
import { guideStep } from '#core/api/workspace.ts';
import { guideSteps } from '#core/workspace/guide.ts';
import type { GuideFacts } from '#core/workspace/guide.ts';

const NOTHING: GuideFacts = {
  teams: 0,
  products: 0,
  environments: 0,
  needs: 0,
  enforced: 0,
  cells: 0,
  feedback: { rounds: 0, isDue: false },
};
const ALL: GuideFacts = {
  teams: 2,
  products: 3,
  environments: 1,
  needs: 2,
  scan: { source: 'harbour', objects: 120, complete: true },
  baseline: { name: 'base', rules: 14, evidence: 1 },
  strict: { name: 'strict', rules: 40 },
  gap: { missing: 0, ready: 0 },
  decisions: { failing: 3, undecided: 0 },
  enforced: 1,
  tokens: 2,
  cells: 2,
  feedback: { rounds: 1, isDue: false, due: '2027-01-01' },
};
const step = (id: string, facts: Partial<GuideFacts>) => {
  const found = guideSteps({ ...NOTHING, ...facts }).find((one) => one.id === id);
  return `${found?.done === true ? 'done' : 'open'}: ${found?.detail ?? ''}`;
};

describe('the guide', () => {
  it('has every step, in the order of the loop, in the shape of the contract', () => {
    expect(guideSteps(NOTHING).map(({ id }) => id)).toEqual(guideStep.shape.id.options);
    for (const one of [...guideSteps(NOTHING), ...guideSteps(ALL)]) expect(guideStep.parse(one)).toEqual(one);
  });

  it('ticks off nothing before something was done, and everything after all was', () => {
    expect(guideSteps(NOTHING).filter((one) => one.done)).toEqual([]);
    expect(guideSteps(ALL).filter((one) => !one.done)).toEqual([]);
  });

  it.each<[string, Partial<GuideFacts>, string]>([
    ['teams', { teams: 1 }, 'open: 1 team, 0 products, 0 environments: not all is listed yet'],
    ['teams', { teams: 1, products: 1, environments: 2 }, 'open: 1 team, 1 product, 2 environments; no team says what it needs'],
    [
      'scan',
      { scan: { source: 'harbour', objects: 1, complete: false } },
      'done: 1 object of harbour judged; not everything could be read',
    ],
    ['baseline', { baseline: { name: 'base', rules: 0, evidence: 0 } }, "open: 'base' holds no rule yet"],
    ['baseline', { baseline: { name: 'base', rules: 1, evidence: 2 } }, "done: 'base' holds 1 rule, with 2 scans as evidence"],
    ['gap', { gap: { missing: 1, ready: 0 } }, 'open: Needs a baseline and a strict policy'],
    ['gap', { ...ALL, gap: { missing: 9, ready: 2 } }, 'open: 9 rules to go, 2 are ready'],
    ['decisions', { decisions: { failing: 9, undecided: 4 } }, 'open: 4 of 9 failing rules undecided'],
    ['decisions', { decisions: { failing: 0, undecided: 0 } }, 'done: Nothing fails'],
    [
      'enforce',
      { enforced: 0 },
      'open: Nothing is exported yet: Enforce shows first what would be denied, as does plimsoll enforce replay',
    ],
    ['enforce', { enforced: 2 }, 'done: 2 exports made'],
    ['separate', { products: 1 }, 'open: Every product and environment has the same policies'],
    ['share', {}, 'open: Comes with a later version'],
    ['feedback', { feedback: { rounds: 1, isDue: true, due: '2026-11-01' } }, 'open: A round is due since 2026-11-01'],
    ['feedback', { feedback: { rounds: 0, isDue: false, due: '2027-01-01' } }, 'open: The first round is due on 2027-01-01'],
  ])('says of %s what is there and what is missing', (id, facts, expected) => {
    expect(step(id, facts)).toBe(expected);
  });
});
