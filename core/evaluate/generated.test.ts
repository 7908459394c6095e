import { describe, expect, it } from 'vitest';
import { Random } from '#core/cel/fixtures/random.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { Double, isArray, isObject, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { generatedAfter, generatedAtOnce } from '#main/scan/generated-code.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const plan = buildPlan(library.rules, library.matchers, { minor: FLOOR_MINOR });
if (!plan.ok) throw new Error('the library does not compile: npm run rules:check says why');
const normalise = normaliser(library.defaults, library.matchers);

const examples = library.rules.flatMap((rule) => {
  const { pass, fail, notApplicable, error } = rule.examples;
  return [...pass, ...fail, ...notApplicable, ...error].map((example) => example.object);
});

const CHANGES: readonly JsonValue[] = [
  null,
  true,
  0,
  1.5,
  new Double(1),
  '',
  'x',
  ':latest',
  [],
  [null],
  {},
  new Redacted('env'),
];
const ROUNDS = 6;

/** With one value in a few changed, at any depth. */
function changed(value: JsonValue, random: Random): JsonValue {
  if (random.chance(0.03)) return random.pick(CHANGES);
  if (isArray(value)) return value.map((one) => changed(one, random));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, changed(one, random)]));
}

const mutated = (object: JsonObject, random: Random): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([key, one]) => [key, key === 'apiVersion' || key === 'kind' ? one : changed(one, random)]),
  );

describe('rules as generated code', { timeout: 60_000 }, () => {
  const reference = new Evaluator(plan.value);

  it.each([
    ['from the first object on', generatedAtOnce],
    ['once they have run often', generatedAfter(300)],
  ])(
    '%s give the verdicts, places and reasons of the closures, on every example and on what changes make of it',
    (_, makeSet) => {
      const evaluator = new Evaluator(plan.value, makeSet);
      const random = new Random(5);
      let erred = 0;
      for (const example of examples)
        for (let round = 0; round < ROUNDS; round++) {
          const object = normalise(round === 0 ? example : mutated(example, random));
          const [one, other] = [evaluator.evaluate(object), reference.evaluate(object)];
          expect(one.findings).toEqual(other.findings);
          expect([...one.verdicts]).toEqual([...other.verdicts]);
          erred += other.findings.filter(({ reason }) => reason !== undefined).length;
        }
      expect(examples.length).toBeGreaterThan(200);
      expect(erred).toBeGreaterThan(100);
    },
  );
});
