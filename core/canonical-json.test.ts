import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#core/canonical-json.ts';
import { Double, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

describe('canonical JSON', () => {
  it('is the same for every order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed()) as JsonObject;
        expect(canonicalJson(turned)).toBe(canonicalJson(object as JsonObject));
      }),
    );
  });

  it('is JSON, and says the same as its value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as fc.JsonSharedConstraints), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain as JsonValue))).toEqual(plain);
      }),
    );
  });

  it('keeps integers, large integers and floating point numbers apart', () => {
    const values: JsonValue[] = [
      1,
      new Double(1),
      '1',
      9007199254740993n,
      9007199254740992n,
      1.5,
      new Double(-0),
      0,
      true,
      null,
      [],
      {},
      new Redacted('env'),
    ];
    expect(values.map(canonicalJson)).toEqual([
      '1',
      '1.0',
      '"1"',
      '9007199254740993',
      '9007199254740992',
      '1.5',
      '-0.0',
      '0',
      'true',
      'null',
      '[]',
      '{}',
      '!env',
    ]);
  });

  it('keeps the order of lists', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  it('keeps what looks alike apart: texts, redacted values, doubles beyond the integers', () => {
    const values = ['env', '!env', new Redacted('env'), '1', 1, new Double(1), 12345678901234567890n, new Double(NaN)];
    expect(new Set(values.map(canonicalJson)).size).toBe(values.length);
    expect(canonicalJson(new Double(1e300))).toBe('1e+300');
    expect(canonicalJson(JSON.parse('{"__proto__":1,"constructor":2}') as JsonObject)).toBe('{"__proto__":1,"constructor":2}');
  });

  it('escapes what JSON escapes, in long and short texts and in keys', () => {
    for (const text of ['"', '\\', '\n', '\u2028', 'é', '\ud800', 'x'.repeat(100) + '"', '']) {
      expect(JSON.parse(canonicalJson({ [text]: text }))).toEqual({ [text]: text });
    }
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}') as JsonObject)).toBe('{"__proto__":1,"a":2}');
  });
});
