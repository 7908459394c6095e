import { describe, expect, it } from 'vitest';
import { Double, Redacted } from '#core/json.ts';
import { canonicalJson } from '#core/rules/canonical-json.ts';

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [1, { y: null, x: true }], a: 'ä"' })).toBe('{"a":"ä\\"","b":[1,{"x":true,"y":null}]}');
    expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }));
  });

  it('keeps the order of lists', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  it('keeps integers, floating point numbers, texts and redacted values apart', () => {
    const texts = [
      1,
      new Double(1),
      1.5,
      '1',
      12345678901234567890n,
      new Double(NaN),
      true,
      null,
      new Redacted('env'),
      'env',
      '!env',
    ].map(canonicalJson);
    expect(new Set(texts).size).toBe(texts.length);
    expect(canonicalJson(new Double(1))).toBe('1.0');
    expect(canonicalJson(new Double(1e300))).toBe('1e+300');
  });

  it('takes hostile keys for keys', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1,"constructor":2}'))).toBe('{"__proto__":1,"constructor":2}');
  });
});
