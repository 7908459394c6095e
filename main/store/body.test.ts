import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Double, Redacted } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';
import { decodeBody, encodeBody, packBody, unpackBody } from './body.ts';

const redacted = fc
  .constantFrom('secret', 'configMap', 'env', 'argument', 'annotation', 'lastApplied')
  .map((kind) => new Redacted(kind as 'env'));
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.constantFrom('$redacted', '\u0000', '{"$redacted":"env"}'),
    fc.integer(),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 62n }),
    fc.integer().map((number) => new Double(number)),
    fc.boolean(),
    fc.constant(null),
    redacted,
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$redacted', '$$redacted')), tie('value')),
  ),
})).value;

describe('bodies', () => {
  it('come back exactly: numbers of every kind, markers, and texts that look like markers', () => {
    fc.assert(
      fc.property(value, (body) => {
        expect(decodeBody(unpackBody(packBody(encodeBody(body))))).toEqual(body);
      }),
    );
  });

  it('are refused when damaged, or packed in a way of the future', () => {
    const packed = packBody(encodeBody({ a: 'b' }));
    expect(() => unpackBody(Uint8Array.of(9, ...packed.slice(1)))).toThrow('unknown way 9');
    expect(() => unpackBody(packed.slice(0, 3))).toThrow();
  });
});
