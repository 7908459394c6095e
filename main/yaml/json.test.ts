import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Double, Redacted, type JsonValue } from '#core/json.ts';
import { parseBody, parseJson, stringifyBody, stringifyJson } from './json.ts';

const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '$redacted', '$$redacted', 'a'));

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(
    null,
    true,
    false,
    0,
    -1,
    2 ** 53 - 1,
    0.1,
    1e-7,
    5e-324,
    new Double(1),
    new Double(-0),
    new Double(1e21),
    new Double(2 ** 60),
  ),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(':1.0', '[1e5]', ' -0 ', '12345678901234567', '\u2028', '{"$redacted":"env"}'),
  fc.maxSafeInteger().map((number) => number + 0),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Number.isInteger(number) ? new Double(number) : number)),
);

const tree = (leaf: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> =>
  fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      // Not fc.dictionary: it sets a prototype where the key says so.
      fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  })).tree;

describe('parseJson', () => {
  it.each<[string, JsonValue]>([
    ['9007199254740993', 9007199254740993n],
    ['[-9223372036854775808]', [-9223372036854775808n]],
    ['9223372036854775808', new Double(2 ** 63)],
    ['{"a":1.0}', { a: new Double(1) }],
    ['{"a": 1e3}', { a: new Double(1000) }],
    ['1.00000000000000000001', new Double(1)],
    ['9007199254740993.5', new Double(9007199254740994)],
    ['[-0]', [0]],
    ['-0.0', new Double(-0)],
    ['[1,2.5,"1.0"]', [1, 2.5, '1.0']],
    ['1234567890123456', 1234567890123456],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toStrictEqual(value);
  });

  it('keeps __proto__ as an own property', () => {
    const object = parseJson('{"__proto__":{"a":1.0},"b":{"__proto__":2}}') as object;
    expect(Object.keys(object)).toEqual(['__proto__', 'b']);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });

  it('refuses what the API server refuses', () => {
    expect(() => parseJson('{"a":1e999}')).toThrow(SyntaxError);
    expect(() => parseJson('{"a":1,}')).toThrow(SyntaxError);
    expect(() => parseJson('')).toThrow(SyntaxError);
  });
});

describe('stringifyJson', () => {
  it('is the inverse of parseJson', () => {
    fc.assert(
      fc.property(tree(scalar), (value) => {
        expect(isDeepStrictEqual(parseJson(stringifyJson(value)), value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => stringifyJson({ a: new Redacted('env') })).toThrow(TypeError);
    expect(() => stringifyJson([new Double(Number.NaN)])).toThrow(TypeError);
  });
});

describe('stringifyBody', () => {
  const withRedacted = fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.constantFrom<JsonValue>(new Redacted('env'), new Redacted('secret')) },
  );

  it('is the inverse of parseBody, redacted values and what looks like them included', () => {
    fc.assert(
      fc.property(tree(withRedacted), (value) => {
        expect(isDeepStrictEqual(parseBody(stringifyBody(value)), value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not let an object from outside pass for a redacted value', () => {
    expect(parseJson('{"$redacted":"env"}')).toEqual({ $redacted: 'env' });
    expect(parseBody(stringifyBody({ $redacted: 'env' }))).toEqual({ $redacted: 'env' });
  });
});
