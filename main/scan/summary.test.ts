import { describe, expect, it } from 'vitest';
import { LIBRARY, objectOf, ownedBy, POLICY, RULE_SET } from '#core/policy/small-scan.fixture.ts';
import { policyRules } from '#core/policy/project.ts';
import { buildReport, reportFrom } from '#core/report/build.ts';
import { RESULT } from '#core/report/report.fixture.ts';
import { figuresFrom, figuresOf } from './summary.ts';

const owner = objectOf('apps/Deployment', 'web', { limits: 'fail', secrets: 'fail' }, { uid: 'u-web' });
const OBJECTS = [
  owner,
  objectOf('Pod', 'web-1', { limits: 'fail', secrets: 'pass' }, ownedBy(owner)),
  objectOf('Pod', 'alone', { limits: 'notEvaluated' }, { namespace: 'other' }),
  objectOf('Pod', 'waived', { limits: 'fail' }, { waivers: { limits: 'soon' } }),
  objectOf('Namespace', 'shop', { secrets: 'error' }),
];

describe('a run that kept its summary', () => {
  const { objects: _objects, ...rest } = RESULT;
  const result = { ...rest, ruleSet: RULE_SET };
  const whole = buildReport({ ...result, objects: OBJECTS }, POLICY, LIBRARY);
  const { summary, objects } = figuresOf(OBJECTS, LIBRARY, RULE_SET, POLICY);
  const rules = policyRules(POLICY, LIBRARY.rules, RULE_SET);

  it('is reported from it as from its objects, which are read only when they are asked for', () => {
    const figures = figuresFrom(summary, objects, rules);
    if (figures === undefined) throw new Error('no figures');
    let reads = 0;
    const read = () => {
      reads += 1;
      return OBJECTS;
    };
    const report = reportFrom(result, figures, read, POLICY, LIBRARY);
    expect(report.summary).toEqual(whole.summary);
    expect(report.summary).toMatchObject({ owned: 1, verdicts: { fail: 2, waived: 1, error: 1, notEvaluated: 1 } });
    expect(report.baseline).toEqual(whole.baseline);
    expect(report.counts).toEqual(whole.counts);
    expect(reads).toBe(0);
    expect(report).toEqual(whole);
    expect(reads).toBe(1);
  });

  it('is read where its summary is older than a rule of the policy, or than the count of owned objects', () => {
    const { owned: _owned, ...older } = summary;
    expect(figuresFrom(older, objects, rules)).toBeUndefined();
    expect(figuresFrom({ ...summary, rules: ['limits'] }, objects, rules)).toBeUndefined();
  });
});
