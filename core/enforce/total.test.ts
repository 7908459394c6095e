import { describe, expect, it } from 'vitest';
import { denyingPlan } from '#core/enforce/export.fixture.ts';
import { outcomes } from '#core/enforce/request.fixture.ts';
import { isArray, isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';

/*
 * Kyverno and Kubewarden refuse a request where an expression cannot be computed: none of what ships may meet such an object. Engines
 * differ in what they set where there is no old object, no user, no operation: it must make no difference.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const { rules } = denyingPlan(library);
/** API servers drop them. */
const withoutNulls = (object: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(object, (_, value: JsonValue) => value ?? undefined)) as JsonObject;
const exampleObjects = new Map(
  library.rules.map(({ id, examples }) => [
    id,
    [...examples.pass, ...examples.fail, ...examples.notApplicable].map(({ object }) => withoutNulls(object)),
  ]),
);

/** The value with each of its parts left out, or emptied, one at a time. */
function* pruned(value: JsonValue): Generator<JsonValue> {
  if (isArray(value)) {
    for (const [at, inner] of value.entries()) {
      yield value.toSpliced(at, 1);
      for (const less of pruned(inner)) yield value.toSpliced(at, 1, less);
    }
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      if (isObject(inner)) yield { ...value, [key]: {} };
      if (isArray(inner)) yield { ...value, [key]: [] };
      for (const less of pruned(inner)) yield { ...value, [key]: less };
    }
  }
}

/** What an API server lets nobody leave out. */
const isObjectOfServer = (value: JsonValue): value is JsonObject =>
  isObject(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string' && isObject(value['metadata']);

const user = { username: 'ada' };
/** Of an API server and Gatekeeper; of Kyverno and Kubewarden; of Gatekeeper's audit. */
const CREATIONS: readonly { readonly oldObject: JsonValue; readonly request: JsonObject }[] = [
  { oldObject: null, request: { operation: 'CREATE', userInfo: user } },
  { oldObject: {}, request: { operation: 'CREATE', userInfo: user } },
  { oldObject: null, request: { operation: '', userInfo: {} } },
];

describe.each(rules.map((rule) => [rule.rule, rule] as const))('%s', (id, rule) => {
  it('computes on every object, alike however an engine asks', { timeout: 120_000 }, () => {
    const outcomeOf = outcomes(rule);
    let asked = 0;
    for (const whole of exampleObjects.get(id) ?? []) {
      for (const object of [whole, ...pruned(whole)]) {
        if (!isObjectOfServer(object)) continue;
        const [first, ...others] = CREATIONS.map((one) => outcomeOf({ object, ...one }));
        for (const other of others) expect(other).toEqual(first);
        const before = isObjectOfServer(whole) ? whole : object;
        outcomeOf({ object, oldObject: before, request: { operation: 'UPDATE', userInfo: user } });
        outcomeOf({ object: before, oldObject: object, request: { operation: 'UPDATE', userInfo: user } });
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(10);
  });
});
