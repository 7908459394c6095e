import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, createEnvironment, parse, TEST_TRUE } from '#core/cel/index.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import type { Plan } from '#core/evaluate/plan.ts';
import { decides, prefilter } from '#core/evaluate/prefilter.ts';
import { isArray, isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';

const expressionOf = (text: string) => {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};

describe('what a string must hold before a predicate can be false', () => {
  it.each<[string, readonly string[] | undefined]>([
    ["!it.contains('A')", ['A']],
    ["!it.startsWith('A')", ['A']],
    ["!it.contains('A') || !it.matches('x')", ['A']],
    ["!(it.contains('A') || it.contains('B')) || !it.matches('x')", ['A', 'B']],
    ["!it.contains('A') && !it.contains('B')", ['A', 'B']],
    ["!(it.contains('A') && it.contains('B'))", ['A']],
    ["!it.contains('A') && !it.matches('x')", undefined],
    ["it.contains('A')", undefined],
    ["!it.matches('A')", undefined],
    ["!other.contains('A')", undefined],
    ['!it.contains(other)', undefined],
    ['it.size() < 3', undefined],
  ])('%s', (text, literals) => {
    expect(decides(expressionOf(text), 'true')?.exact).toEqual(literals);
  });

  it('keeps apart what is searched for in any case', () => {
    expect(decides(expressionOf("!(it.contains('A') || it.lowerAscii().contains('b'))"), 'true')).toEqual({
      exact: ['A'],
      anyCase: ['b'],
    });
  });

  it('is nothing for a set of predicates of which one gives no literals, or the empty one', () => {
    expect(prefilter([expressionOf("!it.contains('A')"), expressionOf("!it.matches('x')")])).toBeUndefined();
    expect(prefilter([expressionOf("!it.contains('')")])).toBeUndefined();
  });

  it('takes every literal as it is written', () => {
    const odd = String.raw`.*+?^$|()[]{}\-/`;
    const test = prefilter([expressionOf(`!it.contains(r'${odd}')`)]);
    expect(test?.(`a${odd}b`)).toBe(true);
    expect(test?.('anything else')).toBe(false);
  });
});

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const rules = library.rules.filter(({ forEach }) => forEach === 'strings');
const made = createEnvironment({ minor: FLOOR_MINOR, variables: ['it'] });
if (!made.ok) throw new Error(made.error.message);
const environment = made.value;
const frame = environment.frame();

function* stringsOf(value: JsonValue): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (isArray(value)) for (const item of value) yield* stringsOf(item);
  else if (isObject(value)) for (const key of Object.keys(value)) yield* stringsOf(value[key] ?? null);
}

/** What fails some rule, or nearly does; also cut, joined, in another case, inside another text. */
const samples = [
  ...new Set(
    rules.flatMap(({ examples }) => [...examples.fail, ...examples.pass].flatMap(({ object }) => [...stringsOf(object)])),
  ),
];
const sample = fc.constantFrom(...samples);
const text = fc.oneof(
  sample,
  fc.tuple(fc.string(), sample, fc.string({ unit: 'binary' })).map((parts) => parts.join('')),
  fc.tuple(sample, sample).map((parts) => parts.join(' = ')),
  sample.map((value) => value.toUpperCase()),
  sample.map((value) => value.toLowerCase()),
  fc.tuple(sample, fc.nat(200)).map(([value, cut]) => value.slice(cut % (value.length + 1))),
);

describe('the prefilter of the shipped secret rules hides nothing', () => {
  it('of no rule: what it lets go, the rule passes', () => {
    expect(rules.length).toBeGreaterThanOrEqual(18);
    const judges = rules.map((rule) => {
      const program = compile(environment, rule.require);
      if (!program.ok) throw new Error(`${rule.id}: ${program.error.message}`);
      const worthJudging = prefilter([program.value.ast]);
      if (worthJudging === undefined)
        throw new Error(`${rule.id} has no literals: it would be tried on every string of a cluster`);
      return { id: rule.id, program: program.value, worthJudging };
    });
    const together = prefilter(judges.map(({ program }) => program.ast));
    const failed = new Set<string>();
    fc.assert(
      fc.property(text, (value) => {
        frame.set(environment.slot('it'), value);
        for (const { id, program, worthJudging } of judges) {
          const passes = program.test(frame) === TEST_TRUE;
          if (!passes) failed.add(id);
          expect(passes || worthJudging(value), id).toBe(true);
          expect(passes || together?.(value), id).toBe(true);
        }
      }),
      { numRuns: 3000, examples: samples.map((value) => [value]) },
    );
    expect([...failed].toSorted()).toEqual(rules.map(({ id }) => id));
  });

  it('in a walk: verdicts and findings are those of a walk without it', () => {
    const built = buildPlan(library.rules, library.matchers, { minor: FLOOR_MINOR });
    if (!built.ok) throw new Error('the library does not compile');
    const plan = built.value;
    const without: Plan = {
      ...plan,
      forKind: (group, kind) => {
        const planned = plan.forKind(group, kind);
        return { ...planned, walks: planned.walks.map((walk) => ({ ...walk, worthJudging: undefined })) };
      },
    };
    expect(plan.forKind('', 'ConfigMap').walks.some(({ worthJudging }) => worthJudging !== undefined)).toBe(true);
    const [quick, thorough] = [new Evaluator(plan), new Evaluator(without)];
    fc.assert(
      fc.property(fc.dictionary(fc.string(), text, { maxKeys: 6 }), (data) => {
        const object: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' }, data };
        const [one, other] = [quick.evaluate(object), thorough.evaluate(object)];
        expect(one.findings).toEqual(other.findings);
        expect([...one.verdicts]).toEqual([...other.verdicts]);
      }),
      { numRuns: 300 },
    );
  });
});
