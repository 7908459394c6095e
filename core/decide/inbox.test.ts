import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleDecisions } from '#core/decide/decisions.ts';
import { decidedLately, inboxCounts, inboxOf } from '#core/decide/inbox.ts';
import type { WaiverNotice } from '#core/decide/inbox.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { objectOf, POLICY_RULES, seen } from '#core/policy/small-scan.fixture.ts';
import type { Stage } from '#core/policy/model.ts';
import type { Place } from '#core/ratchet/failing.ts';
import type { Decision } from '#core/workspace/model.ts';

const TODAY = '2026-11-29';
const { projection } = seen([]);
const teamOf = ({ labels }: ScanObject) => labels['team'];

interface Small {
  readonly rule: 0 | 1;
  readonly name: string;
  readonly how: 'open' | 'waived' | 'debt';
}
const placeOf = ({ rule, name, how }: Small): Place => {
  const policyRule = POLICY_RULES[rule];
  if (policyRule === undefined) throw new Error('no such rule');
  return {
    rule: policyRule,
    object: objectOf('Pod', name, {}, { labels: { team: name } }),
    verdict: how === 'waived' ? 'waived' : 'fail',
    path: 'spec',
    debt: how === 'debt',
  };
};
const fixOf = (rule: string, more: Partial<Decision> = {}): Decision => ({
  policy: 'strict',
  rule,
  decision: 'fix',
  decided: '2026-11-01T00:00:00Z',
  ...more,
});
const states = (small: readonly Small[], decisions: readonly Decision[] = []) =>
  ruleDecisions({ policy: 'strict', rules: projection.rules, findings: small.map(placeOf), decisions, today: TODAY });
const stateOf = (small: readonly Small[], decisions: readonly Decision[] = []) => states(small, decisions)[0];
const inbox = (
  small: readonly Small[],
  decisions: readonly Decision[] = [],
  stage: Stage = 'strict',
  waivers: readonly WaiverNotice[] = [],
) =>
  inboxOf({
    policy: 'strict',
    stage,
    decisions: states(small, decisions),
    waivers,
    teamOf,
    since: (rule) => (rule === 'limits' ? '2026-11-20T00:00:00Z' : undefined),
  });

describe('a rule that fails', () => {
  it('is undecided until something is decided', () => {
    expect(stateOf([{ rule: 0, name: 'a', how: 'open' }])).toMatchObject({ state: 'undecided', partly: false });
    expect(
      stateOf([{ rule: 0, name: 'a', how: 'open' }], [fixOf('secrets'), fixOf('limits', { policy: 'other' })]),
    ).toMatchObject({
      state: 'undecided',
    });
  });

  it('is being fixed, until it is overdue', () => {
    const due = (day: string) => stateOf([{ rule: 0, name: 'a', how: 'open' }], [fixOf('limits', { due: day })]);
    expect(due(TODAY)).toMatchObject({ state: 'fix', overdue: false });
    expect(due('2026-11-28')).toMatchObject({ state: 'fix', overdue: true });
    expect(stateOf([{ rule: 0, name: 'a', how: 'open' }], [fixOf('limits')])).toMatchObject({ state: 'fix', overdue: false });
  });

  it('is waived, or debt, wholly or partly', () => {
    const waived = { rule: 0, name: 'a', how: 'waived' } as const;
    const debt = { rule: 0, name: 'b', how: 'debt' } as const;
    expect(stateOf([waived])).toMatchObject({ state: 'waived', waived: 1 });
    expect(stateOf([waived, debt])).toMatchObject({ state: 'debt', waived: 1, debt: 1 });
    expect(stateOf([waived, debt, { rule: 0, name: 'c', how: 'open' }])).toMatchObject({ state: 'undecided', partly: true });
  });

  it('is undecided again when it fails anew although its debt was accepted', () => {
    const accepted = fixOf('limits', { decision: 'debt' });
    expect(stateOf([{ rule: 0, name: 'b', how: 'debt' }], [accepted])).toMatchObject({ state: 'debt' });
    expect(stateOf([{ rule: 0, name: 'c', how: 'open' }], [accepted])).toMatchObject({ state: 'undecided' });
  });

  it('is undecided again when it held after somebody said to fix it, and fails anew', () => {
    const failing = (since: string | undefined) =>
      ruleDecisions({
        policy: 'strict',
        rules: projection.rules,
        findings: [placeOf({ rule: 0, name: 'a', how: 'open' })],
        decisions: [fixOf('limits', { decided: '2026-11-10T00:00:00Z' })],
        today: TODAY,
        since: () => since,
      })[0]?.state;
    expect(failing('2026-11-01T00:00:00Z')).toBe('fix');
    expect(failing(undefined)).toBe('fix');
    expect(failing('2026-11-11T00:00:00Z')).toBe('undecided');
  });

  it('and only such a rule is listed', () => {
    expect(states([])).toEqual([]);
  });
});

describe('the inbox', () => {
  it('has what is undecided, in a baseline as the proposal to demote', () => {
    const small = [
      { rule: 0, name: 'a', how: 'open' },
      { rule: 0, name: 'b', how: 'waived' },
    ] as const;
    expect(inbox(small)).toMatchObject([
      {
        id: 'undecided:strict:limits',
        detail: 'Fails on 1 object in 1 namespace (besides 1 waived)',
        since: '2026-11-20T00:00:00Z',
        teams: ['a'],
        broke: [],
      },
    ]);
    expect(inbox(small, [], 'baseline')).toMatchObject([{ kind: 'demotion', broke: [{ kind: 'Pod', name: 'a' }] }]);
  });

  it('has what is overdue, since the day on which it was due', () => {
    expect(inbox([{ rule: 0, name: 'a', how: 'open' }], [fixOf('limits', { due: '2026-11-02', assignee: 'Ann' })])).toMatchObject(
      [
        {
          kind: 'overdue',
          since: '2026-11-02',
          detail: 'Fails on 1 object in 1 namespace; its fix was due on 2026-11-02, assigned to Ann',
        },
      ],
    );
  });

  it('has waivers that end, ended or are stale, and leaves live ones alone', () => {
    const waiver = (state: WaiverNotice['state']): WaiverNotice => ({
      key: `w-${state}`,
      id: `w-${state}`,
      rule: 'limits',
      title: 'Limits',
      severity: 'low',
      state,
      expires: '2026-11-10',
      created: '2026-10-01T00:00:00Z',
      reason: 'old chart',
      owner: 'Ann',
      objects: 2,
      namespaces: ['shop'],
      teams: [],
    });
    const items = inbox([], [], 'strict', (['live', 'expired', 'expiring', 'stale'] as const).map(waiver));
    expect(items.map(({ id, detail }) => [id, detail])).toEqual([
      ['expiring:w-expiring', 'Waiver of 2 objects ends on 2026-11-10, owned by Ann: old chart'],
      ['stale:w-stale', 'Nothing left to waive, owned by Ann: old chart'],
      ['expired:w-expired', 'Waiver ended on 2026-11-10, owned by Ann: old chart'],
    ]);
    expect(inboxCounts(items)).toEqual({ undecided: 0, waivers: 3, demotions: 0, overdue: 0 });
  });

  it('counts decisions of the last 30 days', () => {
    const decisions = [fixOf('a'), fixOf('b', { decision: 'debt' }), fixOf('c', { decided: '2026-01-01T00:00:00Z' })];
    const waivers = [{ created: '2026-11-28T00:00:00Z' }, {}];
    expect(decidedLately({ decisions, waivers, disabled: ['2026-11-28T00:00:00Z'] }, '2026-11-29T00:00:00Z')).toEqual({
      fix: 1,
      disable: 1,
      waive: 1,
      debt: 1,
    });
  });
});

const small = fc.array(
  fc.record({
    rule: fc.constantFrom<0 | 1>(0, 1),
    name: fc.constantFrom('a', 'b', 'c'),
    how: fc.constantFrom<Small['how']>('open', 'waived', 'debt'),
  }),
  { maxLength: 6 },
);
const stages = fc.constantFrom<Stage>('baseline', 'strict');

describe('law:', () => {
  it('a decision for every item leaves the inbox empty, whatever each decision is', () => {
    const choices = fc.array(fc.constantFrom('fix', 'disable', 'waive', 'debt'), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(small, choices, stages, (places, chosen, stage) => {
        let left: readonly Small[] = places;
        const decisions: Decision[] = [];
        inbox(places, [], stage).forEach(({ rule }, index) => {
          const position = rule === 'limits' ? 0 : 1;
          const choice = chosen[index];
          if (choice === 'fix') decisions.push(fixOf(rule));
          else if (choice === 'disable') left = left.filter((place) => place.rule !== position);
          else {
            const how = choice === 'waive' ? 'waived' : 'debt';
            left = left.map((place) => (place.rule === position && place.how === 'open' ? { ...place, how } : place));
          }
        });
        expect(inbox(left, decisions, stage)).toEqual([]);
      }),
    );
  });

  it('a rule waits exactly while something fails that is neither waived nor debt and nothing was decided', () => {
    fc.assert(
      fc.property(small, fc.subarray(['limits', 'secrets']), stages, (places, fixed, stage) => {
        const waiting = inbox(
          places,
          fixed.map((rule) => fixOf(rule)),
          stage,
        ).map(({ rule }) => rule);
        const open = new Set(places.flatMap(({ rule, how }) => (how === 'open' ? [rule === 0 ? 'limits' : 'secrets'] : [])));
        expect(waiting.toSorted()).toEqual([...open].filter((rule) => !fixed.includes(rule)).toSorted());
      }),
    );
  });

  it('items come oldest first, those of unknown age last', () => {
    fc.assert(
      fc.property(small, (places) => {
        const ages = inbox(places).map(({ since }) => since ?? '9999');
        expect(ages).toEqual(ages.toSorted());
      }),
    );
  });
});
