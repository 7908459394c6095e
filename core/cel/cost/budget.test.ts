import { describe, expect, test } from 'vitest';
import {
  BINDING_COST_LIMIT,
  CelError,
  compile,
  CostBudget,
  createEnvironment,
  EXPRESSION_COST_LIMIT,
  MATCH_CONDITIONS_COST_LIMIT,
  type CountedResult,
} from '../index.ts';

/** Costs 960,404: each limit of several expressions is reached after a whole number of them, and no expression reaches its own. */
const DEAR = 'object.text.contains(object.part)';
const COST = 960_404;
const CHEAP = 'true';
const object = { text: 'a'.repeat(9800), part: 'b'.repeat(9800), items: Array.from({ length: 370 }, (_, i) => i) };

const made = createEnvironment({
  minor: 35,
  variables: ['object'],
  composed: [{ name: 'dear', expression: DEAR }],
});
if (!made.ok) throw new Error(made.error.message);
const env = made.value;

/** The expressions of one binding on one object, as a policy has them. */
function binding(sources: readonly string[], limit: number): readonly CountedResult[] {
  const frame = env.frame();
  frame.set(env.slot('object'), object);
  const budget = new CostBudget(limit);
  const variables = env.countedVariables();
  return sources.map((source) => {
    const compiled = compile(env, source, { type: 'bool' });
    if (!compiled.ok) throw new Error(compiled.error.message);
    return compiled.value.evaluateCounted(frame, { budget, variables });
  });
}

const answer = ({ value }: CountedResult): unknown => (value instanceof CelError ? 'error' : value);
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('what several expressions may cost together', () => {
  test('one of them is within its own limit', () => {
    const [only] = binding([DEAR], BINDING_COST_LIMIT);
    expect(only).toMatchObject({ value: false, cost: COST, exceeded: false });
    expect(COST).toBeLessThan(EXPRESSION_COST_LIMIT);
  });

  test.each([
    ['of a binding', BINDING_COST_LIMIT],
    ['of match conditions', MATCH_CONDITIONS_COST_LIMIT],
  ])('the limit %s: the expression that exceeds it is an error, not false, and so is all that follows', (_, limit) => {
    const within = Math.floor(limit / COST);
    const results = binding([...times(within + 1, DEAR), CHEAP, `false && ${CHEAP}`], limit);
    expect(results.map(answer)).toEqual([...times(within, false), 'error', 'error', 'error']);
    expect(results.map((result) => result.exceeded)).toEqual([...times(within, false), true, true, true]);
    expect(results.at(-1)).toMatchObject({ cost: 0, value: { message: expect.stringContaining(limit.toLocaleString('en')) } });
  });

  test('nothing in an expression absorbs it', () => {
    const dear = times(Math.floor(MATCH_CONDITIONS_COST_LIMIT / COST), DEAR);
    expect(binding([...dear, `true || ${DEAR}`, `${DEAR} || true`], MATCH_CONDITIONS_COST_LIMIT).map(answer)).toEqual([
      ...dear.map(() => false),
      true,
      'error',
    ]);
  });

  test('variables are charged once, to the expression that reads them first', () => {
    const costs = binding(['variables.dear', 'variables.dear', CHEAP], BINDING_COST_LIMIT).map(({ cost }) => cost);
    expect(costs).toEqual([COST + 2, 2, 0]);
  });

  test('exactly the limit is allowed, one more is not', () => {
    expect(binding([DEAR], COST).map(answer)).toEqual([false]);
    expect(binding([DEAR], COST - 1).map(answer)).toEqual(['error']);
  });

  test('an expression of its own exceeds its own limit by error, whatever is left of the budget', () => {
    const triple = 'object.items.all(x, object.items.all(y, object.items.all(z, true)))';
    const results = binding([triple, `${triple} || true`, CHEAP], BINDING_COST_LIMIT);
    expect(results.map(answer)).toEqual(['error', 'error', true]);
  });
});
