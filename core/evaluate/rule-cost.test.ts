import { describe, expect, it } from 'vitest';
import { children, compile, createEnvironment, format, parse } from '#core/cel/index.ts';
import type { Expr } from '#core/cel/index.ts';
import { oneExpression } from '#core/evaluate/one-expression.ts';
import { FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { COST_OF_FORM, COST_PER_ITEM, textUnits } from '#core/evaluate/rule-cost.ts';
import { evaluatorOf, judge, MATCHERS, pod, ruleOf, verdictOf } from '#core/evaluate/small-rules.fixture.ts';
import { composedVariables } from '#core/evaluate/variables.ts';
import type { JsonObject } from '#core/json.ts';
import type { Matchers } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const containers = (count: number, more: JsonObject = {}): JsonObject =>
  pod({ containers: range(count).map((index) => ({ name: `c${index}`, ...more })) });

describe('a rule that costs more than the API server allows (decisions.md 15)', () => {
  const everyPair = { forEach: 'containers', require: 'object.spec.containers.all(other, other.name != it.name || other == it)' };

  it('is an error, though each of its elements could be judged', () => {
    expect(verdictOf(everyPair, containers(100))).toBe('pass');
    expect(verdictOf(everyPair, containers(500))).toBe('error');
    const { findings } = judge([ruleOf(everyPair)], containers(500));
    expect(findings).toEqual([
      { rule: 0, path: '', reason: 'as one expression the rule costs more here than the API server allows (1,000,000)' },
    ]);
  });

  it('is an error even where elements fail, but not where the expression ends with the first that fails', () => {
    const lateFault = { ...everyPair, require: `${everyPair.require} && it.name != 'c499'` };
    const earlyFault = { ...everyPair, require: `${everyPair.require} && it.name != 'c0'` };
    expect(verdictOf(lateFault, containers(500))).toBe('error');
    expect(verdictOf(earlyFault, containers(500))).toBe('fail');
  });

  it('counts `when` too, and rules over the object itself', () => {
    const when = 'object.spec.containers.all(a, object.spec.containers.all(b, a.name != b.name || a == b))';
    const require = when;
    expect(verdictOf({ require }, containers(250))).toBe('pass');
    expect(verdictOf({ when, require }, containers(250))).toBe('error');
  });

  it('is judged by the exact cost, not by its bound', () => {
    // Of every comparison the bound supposes that both texts are 64 characters long.
    const cheap = { forEach: 'containers', require: 'it.name != it.name + it.name && it.name + it.name != it.name' };
    expect(verdictOf(cheap, containers(8000))).toBe('pass');
  });

  it('counts the lists and texts that the walk only comes by', () => {
    const secret = {
      match: 'any',
      forEach: 'strings',
      exportAs: ['labels'],
      require: "!it.contains('x') || !it.matches('(a|b)+x')",
    };
    const labels = (length: number): JsonObject => ({ ...pod({}), metadata: { name: 'web', labels: { a: 'y'.repeat(length) } } });
    expect(verdictOf(secret, labels(1_000_000))).toBe('pass');
    expect(verdictOf(secret, labels(11_000_000))).toBe('error');
  });

  it('does not stick: the next object is judged by itself', () => {
    const evaluator = evaluatorOf([ruleOf(everyPair)]);
    const verdicts = [500, 10, 500].map((count) => evaluator.evaluate(containers(count)).verdicts[0]);
    expect(verdicts[0]).toBe(verdicts[2]);
    expect(verdicts[0]).not.toBe(verdicts[1]);
  });
});

describe('what a form costs besides the rule’s own expressions is covered', () => {
  const shipped = loadShippedLibrary();
  if (!shipped.ok) throw new Error('the library does not load');

  /** Every node of an expression, evaluated once, and every round of its loops once. */
  function costOfAll(text: string, matchers: Matchers): number {
    const named = (node: Expr): string[] => [
      ...(node.kind === 'macro' ? node.variables.map((variable) => variable.name) : []),
      ...children(node).flatMap(named),
    ];
    const parsed = parse(text);
    // The variables of its loops are declared, so that the bodies can be compiled by themselves.
    const variables = [...new Set(['object', 'it', 'key', 'parent', ...(parsed.ok ? named(parsed.value) : [])])];
    const made = createEnvironment({ minor: FLOOR_MINOR, variables, composed: composedVariables(matchers) });
    if (!made.ok) throw new Error(made.error.message);
    const leastBound = (source: string): number => {
      const compiled = compile(made.value, source);
      return compiled.ok ? compiled.value.leastBound : Number.POSITIVE_INFINITY;
    };
    const loops = (node: Expr): number =>
      children(node).reduce((sum, child) => sum + loops(child), node.kind === 'macro' ? 13 + bodies(node) : 0);
    const bodies = (node: Extract<Expr, { kind: 'macro' }>): number =>
      [node.filter, node.body].reduce((sum, part) => sum + (part === undefined ? 0 : leastBound(format(part))), 0);
    const whole = compile(made.value, text);
    return whole.ok ? whole.value.leastBound + loops(whole.value.ast) : Number.POSITIVE_INFINITY;
  }

  const cases: readonly (readonly [string, Matchers])[] = [
    ...Object.keys(MATCHERS.collections).map((name) => [name, MATCHERS] as const),
    ...Object.keys(shipped.value.matchers.collections).map((name) => [name, shipped.value.matchers] as const),
  ];

  it.each(cases)('of the collection %s', (forEach, matchers) => {
    const exportAs = matchers.collections[forEach]?.type === 'host' && forEach === 'strings' ? ['labels'] : [];
    const form = oneExpression(ruleOf({ forEach, exportAs, require: 'true' }), matchers);
    if (!form.ok) throw new Error(form.error.message);
    expect(costOfAll(form.value.expression, matchers)).toBeLessThanOrEqual(COST_PER_ITEM);
  });

  it.each(composedVariables(shipped.value.matchers))('of the variable $name', ({ name, expression }) => {
    const limit = name === 'podSpec' || name === 'podAnnotations' ? COST_OF_FORM / 2 : COST_PER_ITEM;
    expect(costOfAll(expression, shipped.value.matchers)).toBeLessThanOrEqual(limit);
  });
});

it('annotations that the walk leaves out are counted by their length', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(640), note: '' };
  expect(textUnits({ metadata: { annotations } })).toBe(12);
  expect(textUnits({ metadata: null })).toBe(0);
});
