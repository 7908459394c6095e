import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, MATCHERS, pod, ruleOf } from '#core/evaluate/small-rules.fixture.ts';
import { VERDICT_CODES } from '#core/inventory/model.ts';
import { Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { isVaried, variantFacts, variantJudge } from '#core/policy/variants.ts';
import { objectOf, ownedBy } from '#core/policy/small-scan.fixture.ts';
import type { Rule } from '#core/rules/model.ts';

const LIBRARY = { matchers: MATCHERS, defaults: [] };
const rule = ruleOf({ require: 'object.spec.size >= params.lowest', field: 'spec.size', params: { lowest: 2, word: 'x' } });
const sized = (size: JsonValue): JsonObject => pod({ size });

const judged = (params: JsonObject, body: JsonValue | undefined, of: Rule = rule, kind = 'Pod') => {
  const { verdicts, findings } = variantJudge(
    { rule: of, params },
    LIBRARY,
    30,
  )(objectOf(kind, 'web', {}), () => (body === undefined ? undefined : { body, declared: [] }));
  return { verdict: VERDICT_CODES[verdicts[0] ?? 0], findings };
};

describe('a rule with parameters of a policy', () => {
  it('is judged on what was stored, as a scan with these parameters would', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), (lowest, size) => {
        const params = { ...rule.params, lowest };
        const scanned = judge([{ ...rule, params }], sized(size));
        expect(judged(params, sized(size))).toEqual({ verdict: scanned.verdicts[0], findings: scanned.findings });
      }),
    );
    expect(judged({ lowest: 3 }, sized(2))).toMatchObject({ verdict: 'fail', findings: [{ path: 'spec.size', value: '2' }] });
  });

  it('passes nothing that it cannot know: redacted values, bodies that are not stored', () => {
    expect(judged({ lowest: 3 }, sized(new Redacted('env')))).toMatchObject({
      verdict: 'notEvaluated',
      findings: [{ reason: expect.stringContaining('redacted') }],
    });
    expect(judged({ lowest: 3 }, undefined)).toMatchObject({
      verdict: 'notEvaluated',
      findings: [{ reason: 'its content is not stored' }],
    });
  });

  it('is an error, never a pass, where the values do not fit', () => {
    for (const params of [{}, { lowest: 'three' }, { lowest: null }]) expect(judged(params, sized(9)).verdict).toBe('error');
  });

  it('asks for no body of a kind that it does not match', () => {
    const bodyOf = (): never => {
      throw new Error('asked');
    };
    const facts = variantJudge({ rule, params: { lowest: 3 } }, LIBRARY, 30)(objectOf('ConfigMap', 'web', {}), bodyOf);
    expect([...facts.verdicts]).toEqual([0]);
  });

  it('needs a scan where it looks at other objects', () => {
    expect(judged({ lowest: 1 }, sized(9), { ...rule, scope: 'cluster' }).verdict).toBe('notEvaluated');
  });
});

describe('whether facts of a scan stand for a policy', () => {
  it('hangs on the parameters that the expressions read, and on no others', () => {
    const params = rule.params;
    expect(isVaried({ rule, params })).toBe(false);
    expect(isVaried({ rule, params: { ...params } })).toBe(false);
    expect(isVaried({ rule, params: { ...params, word: 'y', more: 1 } })).toBe(false);
    expect(isVaried({ rule, params: { ...params, lowest: 3 } })).toBe(true);
    expect(isVaried({ rule, params: {} })).toBe(true);
  });
});

describe('facts of varied rules', () => {
  it('are rolled up to owners like those of a scan', () => {
    const owner = objectOf('apps/Deployment', 'web', {}, { uid: 'd' });
    const owned = objectOf('Pod', 'web-1', {}, ownedBy(owner));
    const fails = { verdicts: Uint8Array.of(2), findings: [{ rule: 0, path: '' }] };
    const { open } = variantFacts([owner, owned], () => fails);
    expect(open.map(({ object, owned: more }) => [object.name, more])).toEqual([['web', 1]]);
  });
});
