import { describe, expect, test } from 'vitest';
import { Double, type JsonValue } from './json.ts';
import { environment } from './fixtures/evaluate.ts';
import { compile, describe as inWords, substituteParams, toLiteral, CelError } from './index.ts';

const params: Record<string, JsonValue> = {
  limit: 5,
  low: -5,
  ratio: new Double(2),
  names: ['a', "it's"],
  map: { 'a.b': 1 },
  text: 'x\n"y"',
  on: true,
  none: null,
};

const substituted = (source: string): string => {
  const result = substituteParams(source, params);
  return result.ok ? result.value : `refused: ${result.error.message}`;
};

const bound = (source: string): string => {
  const env = environment();
  const compiled = compile(env, source, { constants: params });
  if (!compiled.ok) return `refused: ${compiled.error.message}`;
  const value = compiled.value.evaluate(env.frame());
  return value instanceof CelError ? `error: ${value.message}` : inWords(value);
};

describe('parameters', () => {
  test.each([
    ['object.a <= params.limit', 'object.a <= 5'],
    ['1 -params.low', '1 -(-5)'],
    ['params.names.exists(n, n == params.text) // params.limit', `['a', 'it\\'s'].exists(n, n == 'x\\n"y"') // params.limit`],
    ["params['limit'] + (params . limit)", '5 + (5)'],
    ["'params.limit' + object.params.limit", "'params.limit' + object.params.limit"],
    ['params.map["a.b"] == 1', `{'a.b': 1}["a.b"] == 1`],
    ['has(params.limit) && !has(params.nope)', 'true && !false'],
    ['params.ratio * 2.0', '2.0 * 2.0'],
    ['[1].map(params, params.limit)', '[1].map(params, params.limit)'],
    ['params.limti', "refused: there is no parameter 'limti'; did you mean 'limit'?"],
    ['size(params)', 'refused: parameters are read one by one, as in params.limit'],
    ['params.limit +', 'refused: expected a value, but the expression ends'],
  ])('%s becomes %s', (source, expected) => {
    expect(substituted(source)).toBe(expected);
  });

  test.each([
    ['params.limit + 1', '6'],
    ['1 - params.low', '6'],
    ["params.names.exists(n, n == 'a')", 'true'],
    ['params.map["a.b"]', '1'],
    ['has(params.nope)', 'false'],
    ['params.none == null', 'true'],
    ['params.ratio == 2', 'refused: == does not work on double and int; convert one of them, as in double(x)'],
  ])('bound as constants, %s gives %s, as its substitution does', (source, expected) => {
    expect(bound(source)).toBe(expected);
    expect(bound(substituted(source))).toBe(expected);
  });
});

describe('literals', () => {
  test.each<[JsonValue, string]>([
    ['a\\b\'c"\n\t\u0000\u2028', `'a\\\\b\\'c"\\n\\t\\u0000\\u2028'`],
    [9223372036854775807n, '9223372036854775807'],
    [2n ** 70n, '1.1805916207174113e+21'],
    [new Double(1e300), '1e+300'],
    [new Double(1), '1.0'],
    [0.5, '0.5'],
    [[1, 'a', null, true], "[1, 'a', null, true]"],
    [{ a: { b: [] } }, "{'a': {'b': []}}"],
  ])('case %#', (value, expected) => {
    expect(toLiteral(value)).toBe(expected);
  });

  test('evaluate to the value they were made of', () => {
    const env = environment();
    for (const value of [
      'a\\b\'c"\n\t\u0000\u2028😀',
      1,
      -1,
      0.1,
      1e21,
      -1e-7,
      'x'.repeat(100),
      new Double(-3),
      [[], [[]]],
      2n ** 62n,
    ]) {
      const compiled = compile(env, `dyn(${toLiteral(value)}) == object`);
      if (!compiled.ok) throw new Error(compiled.error.message);
      const frame = env.frame();
      frame.set(env.slot('object'), value);
      expect(compiled.value.evaluate(frame)).toBe(true);
    }
  });
});
