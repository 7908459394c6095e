import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, createEnvironment, TEST_ERROR, TEST_FALSE, TEST_TRUE } from '#core/cel/index.ts';
import type { Program } from '#core/cel/index.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { oneExpression } from '#core/evaluate/one-expression.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { composedVariables } from '#core/evaluate/variables.ts';
import { FAIL, VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactFinding, FactVerdict } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { isArray, isObject, own, Redacted, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import { libraryFor } from '#core/rules/kubernetes.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

/*
 * decisions.md 14: the element-wise form, which scans use, and the one expression, which exporters emit, are two forms of one rule.
 * They agree on every shipped rule, every example, and everything that one change makes of an example: true is pass or not
 * applicable, false is fail, error is error, unknown is not evaluated.
 *
 * They may differ in three cases, which are stated here and held to:
 * - A list (or the map of a collection of values) that is none, or was redacted, or cannot be filtered: the one expression makes
 *   the collection before it judges, so that it has no answer although another element fails; and CEL can walk a map where a list
 *   should be. Element-wise still sees the failing element, and takes the wrong type for an error. Never is it a pass, and no API
 *   server lets such an object in.
 * - Of two places that cannot be looked at, one redacted and one of a wrong type, either may be what a form says; both have no answer.
 * - A host collection is narrowed to the collections that stand for it: the one expression sees less. It never sees more.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = libraryFor(shipped.value, NEWEST_MINOR);
const plan = buildPlan(library.rules, library.matchers, { minor: FLOOR_MINOR });
if (!plan.ok) throw new Error('the library does not compile: npm run rules:check says why');
const evaluator = new Evaluator(plan.value);
const normalise = normaliser(library.defaults, library.matchers);
const made = createEnvironment({ minor: FLOOR_MINOR, variables: ['object'], composed: composedVariables(library.matchers) });
if (!made.ok) throw new Error(made.error.message);
const environment = made.value;
const frame = environment.frame();

interface Forms {
  readonly rule: Rule;
  readonly index: number;
  readonly mask: Uint8Array;
  readonly program: Program;
  readonly narrowed: boolean;
}

function formsOf(rule: Rule, index: number): Forms {
  const form = oneExpression(rule, library.matchers);
  if (!form.ok) throw new Error(`${rule.id}: ${form.error.message}`);
  const program = compile(environment, form.value.expression, { type: 'bool' });
  if (!program.ok) throw new Error(`${rule.id}: ${program.error.message}`);
  const mask = Uint8Array.from(library.rules, (_, at) => (at === index ? 1 : 0));
  return { rule, index, mask, program: program.value, narrowed: form.value.narrowed !== undefined };
}

const forms = library.rules.map(formsOf);

interface ElementWise {
  readonly verdict: FactVerdict;
  readonly findings: readonly FactFinding[];
}

function elementWise({ index, mask }: Forms, normal: JsonObject): ElementWise {
  const { verdicts, findings } = evaluator.evaluate(normal, { mask });
  return { verdict: VERDICT_CODES[verdicts[index] ?? 0] ?? 'error', findings };
}

type Outcome = 'true' | 'false' | 'error' | 'unknown';

function atOnce({ program }: Forms, normal: JsonObject): Outcome {
  frame.reset();
  frame.set(environment.slot('object'), normal);
  const result = program.test(frame);
  return result === TEST_TRUE ? 'true' : result === TEST_FALSE ? 'false' : result === TEST_ERROR ? 'error' : 'unknown';
}

const SAME: Readonly<Record<FactVerdict, Outcome>> = {
  pass: 'true',
  notApplicable: 'true',
  fail: 'false',
  error: 'error',
  notEvaluated: 'unknown',
};

const WRONG_TYPE = 'the field has a type that its kind does not allow';

/** Empty where the two forms agree, or differ only as stated above. `several`: places were changed, and each may be why there is no answer. */
function disagreement(form: Forms, object: JsonObject, several = false): string {
  const normal = normalise(object);
  const { verdict, findings } = elementWise(form, normal);
  const outcome = atOnce(form, normal);
  if (SAME[verdict] === outcome) return '';
  if (form.narrowed && (outcome !== 'false' || verdict === 'fail')) return '';
  const open = findings.flatMap(({ reason }) => reason ?? []);
  const noAnswer = outcome === 'error' || outcome === 'unknown';
  if (verdict === 'fail' && noAnswer && open.length > 0) return '';
  if ((verdict === 'notEvaluated' || (several && verdict === 'error')) && noAnswer && (several || open.length > 1)) return '';
  if ((verdict === 'error' || verdict === 'notEvaluated') && open.includes(WRONG_TYPE)) return '';
  return `${form.rule.id}: element by element ${verdict}, at once ${outcome}`;
}

const examplesOf = ({ examples }: Rule): readonly JsonObject[] =>
  [...examples.pass, ...examples.fail, ...examples.notApplicable, ...examples.error].map(({ object }) => object);

/** An exported policy meets only the kinds that its rule names. */
function matches({ match }: Rule, object: JsonObject): boolean {
  const kinds = library.matchers.matchers[match]?.kinds;
  if (kinds === undefined || kinds === 'any') return true;
  return kinds.some(({ group, kind }) => group === groupOf(textAt(object, 'apiVersion') ?? '') && kind === object['kind']);
}

type Site = readonly (string | number)[];

/** Every place in a value, but for the object's type. */
function* sitesOf(value: JsonValue, above: Site = []): Generator<Site> {
  if (above.length > 0 && above[0] !== 'apiVersion' && above[0] !== 'kind') yield above;
  if (isArray(value))
    for (let index = 0; index < value.length; index += 1) yield* sitesOf(value[index] ?? null, [...above, index]);
  else if (isObject(value)) for (const key of Object.keys(value)) yield* sitesOf(value[key] ?? null, [...above, key]);
}

/** What a place is changed to: `undefined` takes it out. */
const CHANGES: readonly (JsonValue | undefined)[] = [
  undefined,
  null,
  '',
  'text',
  7,
  true,
  [],
  {},
  ['text'],
  { a: 1 },
  [null],
  [{}],
  new Redacted('env'),
];

/** For rules that walk every string anyway. */
const FEW_CHANGES = ['text', {}, new Redacted('env')];

function changed(value: JsonValue, [step, ...rest]: Site, to: JsonValue | undefined): JsonValue {
  if (step === undefined) return to ?? null;
  const drops = rest.length === 0 && to === undefined;
  if (isArray(value)) {
    return value.flatMap((item, index) => (index !== step ? [item] : drops ? [] : [changed(item, rest, to)]));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !(drops && key === step));
  return Object.fromEntries(entries.map(([key, inner]) => [key, key === step ? changed(inner, rest, to) : inner]));
}

describe('both forms of a rule agree', () => {
  it.each(forms.map((form) => [form.rule.id, form] as const))(
    '%s, on its examples and whatever one change makes of them',
    (_, form) => {
      const wrong: string[] = [];
      for (const example of examplesOf(form.rule).filter((object) => matches(form.rule, object))) {
        if (disagreement(form, example) !== '') wrong.push(disagreement(form, example));
        for (const site of sitesOf(example)) {
          for (const to of form.narrowed ? FEW_CHANGES : CHANGES) {
            const found = disagreement(form, changed(example, site, to) as JsonObject);
            if (found !== '')
              wrong.push(`${found}, with ${site.join('.')} = ${to instanceof Redacted ? 'redacted' : JSON.stringify(to)}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  it('on every example of every other rule', () => {
    const objects = library.rules.flatMap(examplesOf);
    const wrong = forms.flatMap((form) =>
      objects.filter((object) => matches(form.rule, object)).map((object) => disagreement(form, object)),
    );
    expect(wrong.filter((text) => text !== '')).toEqual([]);
  });

  it('on what several changes make of any example', () => {
    const start = fc.constantFrom(...library.rules.flatMap(examplesOf));
    const changes = fc.array(fc.record({ site: fc.nat(), to: fc.constantFrom(...CHANGES) }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(start, changes, (example, steps) => {
        const object = steps.reduce<JsonValue>((value, { site, to }) => {
          const sites = [...sitesOf(value)];
          return sites.length === 0 ? value : changed(value, sites[site % sites.length] ?? [], to);
        }, example) as JsonObject;
        const wrong = forms.filter(({ rule }) => matches(rule, object)).map((form) => disagreement(form, object, true));
        expect(wrong.filter((text) => text !== '')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('without its own lists and maps broken', () => {
  const isContainer = (value: JsonValue | undefined): boolean => isArray(value) || isObject(value);
  const at = (value: JsonValue, site: Site): JsonValue | undefined =>
    site.reduce<JsonValue | undefined>((inner, step) => (isArray(inner) ? inner[Number(step)] : own(inner, String(step))), value);

  it('a rule that is not narrowed gives exactly the same in both forms', () => {
    const leaves = CHANGES.filter((to) => !isContainer(to) && !(to instanceof Redacted));
    const wrong = forms
      .filter(({ narrowed }) => !narrowed)
      .flatMap((form) =>
        examplesOf(form.rule)
          .filter((object) => matches(form.rule, object))
          .flatMap((example) =>
            [...sitesOf(example)]
              .filter((site) => !isContainer(at(example, site)))
              .flatMap((site) => leaves.map((to) => normalise(changed(example, site, to) as JsonObject)))
              .map((normal) => [SAME[elementWise(form, normal).verdict], atOnce(form, normal)] as const)
              .filter(([one, other]) => one !== other)
              .map((pair) => `${form.rule.id}: ${pair.join(' ')}`),
          ),
      );
    // The filter of sidecars has no answer for a text of a wrong type: `restartPolicy: 7` is none of these.
    expect(wrong).toEqual([]);
  });
});

describe('the order of lists and fields', () => {
  /** Every list and every map backwards. */
  function reversed(value: JsonValue): JsonValue {
    if (isArray(value)) return value.toReversed().map(reversed);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  }
  /** Lists whose items have no name: a path counts there. */
  const counts = (path: string): boolean => /\[\d+\]/.test(path);

  it.each(forms.map((form) => [form.rule.id, form] as const))('decides nothing of %s: same verdict, same places', (_, form) => {
    for (const example of examplesOf(form.rule)) {
      const before = elementWise(form, normalise(example));
      const after = elementWise(form, normalise(reversed(example) as JsonObject));
      expect(after.verdict).toBe(before.verdict);
      const places = ({ findings }: ElementWise): readonly string[] =>
        findings.map(({ path }) => path).filter((path) => !counts(path));
      expect(places(after).toSorted()).toEqual(places(before).toSorted());
      expect(after.findings).toHaveLength(before.findings.length);
    }
  });

  it('is covered by examples that fail', () => {
    const failing = forms.filter((form) =>
      examplesOf(form.rule).some((object) => evaluator.evaluate(normalise(object)).verdicts[form.index] === FAIL),
    );
    expect(failing).toHaveLength(forms.length);
  });
});
