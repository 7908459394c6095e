import { describe, expect, test } from 'vitest';
import { EXPRESSIONS } from '../fixtures/expressions.ts';
import { environment, program } from '../fixtures/evaluate.ts';
import { Generator } from '../fixtures/generate.ts';
import { OBJECTS } from '../fixtures/objects.ts';
import { Random } from '../fixtures/random.ts';
import { CelError, compile, describe as show, TEST_ERROR, TEST_TRUE, Unknown, type Program } from '../index.ts';
import { Redacted, type JsonValue } from '../json.ts';
import { FIGURES, OBJECT } from './figures.fixture.ts';
import { CostBudget, EXPRESSION_COST_LIMIT } from './limits.ts';

const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue;
const object = parse(OBJECT);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function counted(source: string, value: JsonValue = object, env = environment(), limit = EXPRESSION_COST_LIMIT) {
  const frame = env.frame();
  frame.set(env.slot('object'), value);
  return program(source, env).evaluateCounted(frame, { limit });
}

const outcome = (value: unknown): string =>
  value instanceof CelError ? 'error' : value instanceof Unknown ? 'unknown' : show(value as never);

describe('the cost of an expression is the API server’s', () => {
  test.each(FIGURES)('at minor %i, %s costs %i', (minor, source, cost, hasValue) => {
    const result = counted(source, object, environment({}, minor));
    expect([result.cost, !(result.value instanceof CelError)]).toEqual([cost, hasValue]);
  });
});

describe('composed variables', () => {
  // Figures of cel-oracle.
  const items = { name: 'n', items: [1, 2, 3], big: range(200) };
  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['variables.a.size() == 3 && variables.a[0] == 2', { a: 'object.items.map(x, x + 1)' }, 53, 'true'],
    ['variables.a == 1 || true', { a: '1 / 0' }, 4, 'true'],
    ['has(variables.a) || variables.a == 2', { a: '1 / 0' }, 5, 'error'],
    [
      'variables.c == 5 && variables.b.all(x, x in variables.a)',
      { a: 'object.items', b: 'variables.a.filter(x, x > 1)', c: 'variables.b.size() + variables.a.size()' },
      64,
      'true',
    ],
    ['variables.a.exists(x, variables.a.size() == x)', { a: 'object.big.map(a, a)' }, 4406, 'false'],
  ])('%s pays once for what it reads', (source, variables, cost, value) => {
    const result = counted(source, items, environment(variables));
    expect([result.cost, outcome(result.value)]).toEqual([cost, value]);
  });

  test('one that exceeds its own limit is an error where it is read, and the fast way agrees', () => {
    const env = environment({ a: 'object.big.all(a, object.big.all(b, object.big.all(c, true)))' });
    const result = counted('variables.a || true', items, env);
    expect([result.cost, result.exceeded, outcome(result.value)]).toEqual([1_000_003, true, 'true']);
    const frame = env.frame();
    frame.set(env.slot('object'), items);
    expect(program('variables.a || true', env).test(frame)).toBe(TEST_TRUE);
    expect(program('variables.a', env).test(frame)).toBe(TEST_ERROR);
  });

  test('expressions of one binding share them', () => {
    const env = environment({ a: 'object.items.map(x, x + 1)' });
    const frame = env.frame();
    frame.set(env.slot('object'), items);
    const variables = env.countedVariables();
    const costs = range(2).map(() => program('variables.a.size() == 3', env).evaluateCounted(frame, { variables }).cost);
    expect(costs).toEqual([4 + 45, 4]);
  });
});

describe('the limit', () => {
  const runaway = 'object.all(a, object.all(b, object.all(c, true)))';
  const list = range(200);

  test.each([runaway, `${runaway} || true`, `false && true || ${runaway} || true`, `[1].exists(x, ${runaway} || true)`])(
    'is an error that nothing absorbs: %s',
    (source) => {
      const env = environment();
      const frame = env.frame();
      frame.set(env.slot('object'), list);
      const compiled = program(source, env);
      expect(compiled.test(frame)).toBe(TEST_ERROR);
      expect(compiled.lastError(frame)?.message).toBe('the expression costs more than the limit of 1,000,000');
      expect(compiled.evaluateCounted(frame)).toMatchObject({ ownCost: 1_000_001, exceeded: true });
    },
  );

  test.each([
    'object.all(a, a < 1000)',
    "object.map(a, string(a)).join(',').contains('199')",
    'object.exists(a, object.exists(b, a + b == 398))',
    'object.filter(a, a > 100).map(b, {b: b}).size() == 99',
  ])('is held to the unit, however high the bound of the fast way is: %s', (source) => {
    const env = environment();
    const frame = env.frame();
    frame.set(env.slot('object'), list);
    const { ownCost } = program(source, env).evaluateCounted(frame);
    const answers = [ownCost, ownCost - 1].map((budget) => {
      const compiled = compile(env, source, { budget });
      return compiled.ok ? compiled.value.test(frame) : undefined;
    });
    expect(answers).toEqual([TEST_TRUE, TEST_ERROR]);
  });

  test('work that costs nothing by the API server’s reckoning has a limit of Plimsoll’s own', () => {
    const doubling = `[[1, 2, 3]]${'.map(x, x + x)'.repeat(40)}.size() == 1`;
    expect(outcome(counted(doubling).value)).toBe('error');
    expect(counted(doubling).exceeded).toBe(true);
  });

  test('a budget is shared by several expressions', () => {
    const budget = new CostBudget(100);
    expect([budget.charge(60), budget.left, budget.charge(41), budget.left, budget.spent]).toEqual([true, 40, false, 0, 101]);
  });
});

describe('a trace', () => {
  test('has the value of each subexpression with its place, errors and unknowns too', () => {
    const source = "has(object.a.b) && object.a.b > 1 || object.no == 'x' || object.hidden == 1";
    const env = environment();
    const frame = env.frame();
    frame.set(env.slot('object'), { a: { b: 1 }, hidden: new Redacted('env') });
    const { steps } = program(source, env).evaluateCounted(frame, { trace: true });
    const values = new Map(steps.map(({ start, end, value }) => [source.slice(start, end), outcome(value)]));
    expect(Object.fromEntries(values)).toMatchObject({
      'has(object.a.b)': 'true',
      'object.a.b': '1',
      'object.a.b > 1': 'false',
      'object.no': 'error',
      'object.hidden': 'unknown',
      [source]: 'unknown',
    });
  });

  test('has a body once for each round', () => {
    const env = environment();
    const frame = env.frame();
    frame.set(env.slot('object'), [1, 2, 3]);
    const source = 'object.all(x, x < 3)';
    const { steps } = program(source, env).evaluateCounted(frame, { trace: true });
    const body = steps.filter(({ start, end }) => source.slice(start, end) === 'x < 3');
    expect(body.map(({ value }) => value)).toEqual([true, true, false]);
  });
});

describe('the bound of the fast way', () => {
  const large = {
    apiVersion: 'v1',
    kind: 'P'.repeat(300),
    metadata: { name: 'n'.repeat(1000), labels: Object.fromEntries(range(150).map((i) => [`k${i}`, 'v'.repeat(i)])) },
    spec: {
      list: range(60).map((i) => 'é😀'.repeat(i)),
      numbers: range(60).map((i) => i % 7),
      containers: range(20).map((i) => ({ name: 'c'.repeat(200) + i, image: '😀'.repeat(100) })),
    },
  };
  const objects: readonly JsonValue[] = [...OBJECTS.map(parse), large];
  const env = environment({}, 36);
  const frame = env.frame();
  const NO_LIMIT = 1e12;

  /** What is wrong with one evaluation: a bound below the exact cost, or another value than the counted way gives. */
  function wrong(source: string, compiled: Program, value: JsonValue): string | undefined {
    frame.reset();
    frame.set(env.slot('object'), value);
    const exact = compiled.evaluateCounted(frame, { limit: NO_LIMIT });
    const fast = compiled.evaluate(frame);
    const bound = compiled.costBound(frame);
    if (bound < exact.ownCost) return `${source}: bound ${bound}, cost ${exact.ownCost}`;
    return outcome(fast) === outcome(exact.value) ? undefined : `${source}: ${outcome(fast)}, counted ${outcome(exact.value)}`;
  }

  const faults = (sources: readonly string[], values: (at: number) => readonly JsonValue[]): string[] =>
    sources.flatMap((source, at) => {
      const compiled = compile(env, source, { budget: NO_LIMIT });
      return compiled.ok ? values(at).flatMap((value) => wrong(source, compiled.value, value) ?? []) : [];
    });

  test('is never below the exact cost, and the two ways give the same', () => {
    expect(faults(EXPRESSIONS, () => objects)).toEqual([]);
  });

  test('for 3,000 generated expressions too', () => {
    const random = new Random(20_261_124);
    const generator = new Generator(random);
    const sources = range(3000).map(() => generator.expression(1 + random.below(4)));
    expect(faults(sources, () => [random.pick(objects), large])).toEqual([]);
  });
});
