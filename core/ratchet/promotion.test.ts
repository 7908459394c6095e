import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScanObject } from '#core/inventory/model.ts';
import { MODES } from '#core/model.ts';
import { comparePolicies } from '#core/policy/compare.ts';
import { policyBook, settingOf } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import { LIBRARY, objectOf, POLICY, seen } from '#core/policy/small-scan.fixture.ts';
import type { Eligibility } from '#core/ratchet/eligible.ts';
import { accepted, promote, switchOff, withEdit } from '#core/ratchet/promotion.ts';
import type { PromotionInput } from '#core/ratchet/promotion.ts';
import { heldRows, regressions } from '#core/ratchet/regressions.ts';
import { promotedAt, ticksOf } from '#core/ratchet/ticks.ts';
import type { Policy } from '#core/rules/model.ts';

const documentOf = (rules: PolicyDocument['rules'], more: Partial<PolicyDocument> = {}): PolicyDocument => ({
  name: 'base',
  title: 'Base',
  description: '',
  stage: 'baseline',
  rules,
  ...more,
});
const effective = (document: PolicyDocument, others: readonly PolicyDocument[] = []): EffectivePolicy => {
  const found = policyBook(LIBRARY, [document, ...others]).find(document.name);
  if (!found.ok) throw new Error(found.error.what);
  return found.value;
};
const READY: Omit<Eligibility, 'rule'> = { eligible: true, streaks: [], evidence: ['run-2', 'run-1'] };
const SHORT: Omit<Eligibility, 'rule'> = {
  eligible: false,
  streaks: [{ source: 'prod', kind: 'cluster', runs: 2, days: 1.26, enough: false, ended: '1 object failed', evidence: [] }],
  evidence: ['run-2'],
};
const STRICT: Policy = { ...POLICY, name: 'strict' };
const promoted = (document: PolicyDocument, more: Partial<PromotionInput> = {}) =>
  promote({
    rules: ['limits'],
    to: effective(document),
    strict: STRICT,
    eligibility: (rule) => ({ ...READY, rule }),
    reason: 'it passes',
    force: false,
    ...more,
  });

describe('a promotion', () => {
  it('starts at warn and keeps its evidence and reason', () => {
    expect(promoted(documentOf({}))).toEqual({
      ok: true,
      value: { rules: { limits: { mode: 'warn', reason: 'it passes' } }, evidence: ['run-2', 'run-1'], forced: [] },
    });
  });

  it('is never stricter than the strict policy, unless it is said', () => {
    const strict: Policy = { ...STRICT, rules: { limits: { mode: 'audit' } } };
    expect(promoted(documentOf({}), { strict })).toMatchObject({ value: { rules: { limits: { mode: 'audit' } } } });
    expect(promoted(documentOf({}), { strict, mode: 'deny' })).toMatchObject({ value: { rules: { limits: { mode: 'deny' } } } });
  });

  it('is refused for what is not ready, with the reason for each rule', () => {
    const eligibility = (rule: string) => ({ ...(rule === 'limits' ? SHORT : READY), rule });
    expect(promoted(documentOf({}), { eligibility, rules: ['limits', 'secrets'] })).toMatchObject({
      ok: false,
      error: {
        code: 'invalidInput',
        where: 'limits',
        why: 'limits has 2 clean runs over 1.2 days in prod (before: 1 object failed).',
      },
    });
  });

  it('can be forced, which is said', () => {
    const found = promoted(documentOf({}), { eligibility: (rule) => ({ ...SHORT, rule }), force: true });
    expect(found).toMatchObject({ ok: true, value: { forced: ['limits'], evidence: ['run-2'] } });
  });

  it('is refused for what the strict policy does not judge, or the baseline holds', () => {
    expect(promoted(documentOf({}), { rules: ['limit'] })).toMatchObject({
      error: { code: 'notFound', next: "Did you mean 'limits'?" },
    });
    expect(promoted(documentOf({ limits: { mode: 'audit' } }))).toMatchObject({
      error: { code: 'invalidInput', what: expect.stringContaining('already') },
    });
  });

  it('law: the baseline then judges the rule as the strict policy does, at a mode that is no stricter, and nothing else changes', () => {
    const settings: fc.Arbitrary<OwnSetting> = fc.record(
      {
        mode: fc.constantFrom(...MODES),
        severity: fc.constantFrom('low' as const, 'critical' as const),
        message: fc.constantFrom('one', 'two'),
        params: fc.constantFrom({ most: 1 }, { most: 2 }),
        scope: fc.constantFrom({ namespaces: ['a'] }, {}),
      },
      { requiredKeys: ['mode'] },
    );
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom<OwnSetting | undefined>(undefined, { mode: 'off', severity: 'high' }),
        settings,
        (strictly, before, other) => {
          fc.pre(strictly.mode !== 'off');
          const strict = effective(documentOf({ limits: strictly }, { name: 'strict' }));
          const document = documentOf({ secrets: other, ...(before === undefined ? {} : { limits: before }) });
          const edit = promoted(document, { strict });
          if (!edit.ok) throw new Error(edit.error.what);
          const [was, is] = [effective(document), effective(withEdit(document, edit.value))];
          expect({ ...settingOf(is, 'limits'), mode: strictly.mode, reason: undefined }).toEqual({
            ...settingOf(strict, 'limits'),
            reason: undefined,
          });
          expect(MODES.indexOf(settingOf(is, 'limits')?.mode ?? 'deny')).toBeLessThanOrEqual(
            MODES.indexOf(strictly.mode ?? 'off'),
          );
          expect(comparePolicies(LIBRARY, was, is).map(({ rule, change }) => [rule, change])).toEqual([['limits', 'added']]);
        },
      ),
    );
  });
});

describe('a demotion', () => {
  it('switches the rule off in the policy, inherited or not, and keeps the rest', () => {
    const outer = documentOf({ limits: { mode: 'deny', severity: 'low' } }, { name: 'outer' });
    const document = documentOf({ secrets: { mode: 'warn', message: 'no' } }, { extends: 'outer' });
    const policy = effective(document, [outer]);
    const edit = switchOff(policy, ['limits', 'secrets'], 'it broke');
    expect(edit).toMatchObject({
      value: {
        rules: { limits: { mode: 'off', reason: 'it broke' }, secrets: { mode: 'off', message: 'no', reason: 'it broke' } },
      },
    });
    if (edit.ok) expect(effective(withEdit(document, edit.value), [outer]).rules).toMatchObject({ limits: { mode: 'off' } });
  });

  it('is refused for what is off', () => {
    expect(switchOff(effective(documentOf({})), ['limits'], 'x')).toMatchObject({ error: { code: 'notFound' } });
  });

  it('law: promoted after it, a rule that was judged as in the strict policy is back as it was', () => {
    const document = documentOf({ limits: { mode: 'warn' }, secrets: { mode: 'warn' } });
    const down = switchOff(effective(document), ['limits'], 'it broke');
    if (!down.ok) throw new Error(down.error.what);
    const demoted = withEdit(document, down.value);
    const up = promoted(demoted);
    if (!up.ok) throw new Error(up.error.what);
    expect(comparePolicies(LIBRARY, effective(document), effective(withEdit(demoted, up.value)))).toEqual([]);
  });
});

describe('an accepted proposal', () => {
  it('judges its rules as the strict policy does, at one mode', () => {
    const strict: Policy = {
      ...STRICT,
      rules: { limits: { mode: 'deny', severity: 'low', reason: 'x' }, secrets: { mode: 'deny' } },
    };
    expect(accepted(['limits'], strict, 'warn')).toEqual({ limits: { mode: 'warn', severity: 'low' } });
  });
});

describe('a regression', () => {
  const teamOf = ({ labels }: ScanObject) => labels['team'];
  const since = () => '2026-11-01T00:00:00Z';
  const objects = [
    objectOf('Pod', 'new', { limits: 'fail' }, { labels: { team: 'till' } }),
    objectOf('Pod', 'known', { limits: 'fail' }),
    objectOf('Pod', 'waived', { secrets: 'fail' }, { waivers: { secrets: 'known' } }),
  ];
  const { projection, findings } = seen(objects);
  const places = findings.map(({ rule, object, verdict, path }) => ({
    rule,
    object,
    verdict,
    path,
    debt: object.name === 'known',
  }));

  it('is what fails and is neither waived nor debt, with the objects that broke it and since when', () => {
    expect(regressions(places, teamOf, since)).toEqual([
      {
        rule: 'limits',
        objects: [{ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'new' }],
        total: 1,
        namespaces: ['shop'],
        teams: ['till'],
        since: since(),
      },
    ]);
    expect(
      regressions(
        places.filter(({ object }) => object.name !== 'new'),
        teamOf,
        since,
      ),
    ).toEqual([]);
  });

  it('stands first among the rules held, with the debt beside it', () => {
    const rows = heldRows({
      rules: projection.rules.toReversed(),
      findings: places,
      teamOf,
      since,
      history: (rule) => (rule === 'secrets' ? { heldSince: '2026-10-01T00:00:00Z' } : {}),
    });
    expect(rows.map(({ rule, debt }) => [rule, debt])).toEqual([
      ['limits', 1],
      ['secrets', 0],
    ]);
    expect(rows[0]?.regressed?.total).toBe(1);
    expect(rows[1]).toMatchObject({ heldSince: '2026-10-01T00:00:00Z', counts: { waived: 1 } });
    expect(rows[1]?.regressed).toBeUndefined();
  });
});

describe('the load line', () => {
  const past = (number: number, ...rules: readonly string[]) => ({
    number,
    at: `day ${number}`,
    policy: { ...POLICY, rules: Object.fromEntries(rules.map((rule) => [rule, { mode: 'warn' as const }])) },
  });
  const revisions = [past(3, 'limits'), past(1, 'secrets'), past(2, 'limits'), past(4, 'limits', 'secrets')];

  it('has a tick wherever it moved', () => {
    expect(ticksOf(revisions)).toEqual([
      { at: 'day 1', rules: 1 },
      { at: 'day 4', rules: 2 },
    ]);
    expect(ticksOf([])).toEqual([]);
  });

  it('knows when a rule came in', () => {
    expect(promotedAt(revisions, 'limits')).toEqual({ at: 'day 2', number: 2 });
    expect(promotedAt(revisions, 'secrets')).toEqual({ at: 'day 4', number: 4 });
    expect(promotedAt(revisions.slice(0, 1), 'limits')).toBeUndefined();
    expect(promotedAt(revisions, 'other')).toBeUndefined();
  });
});
