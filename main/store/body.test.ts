import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Double, Redacted } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';
import { cutBlocks, decodeBody, encodeBody, packBodies, unpackBodies } from './body.ts';

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
        expect(decodeBody(encodeBody(body))).toEqual(body);
      }),
    );
  });

  it('come back from their block, each by its place', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (bodies) => {
        const texts = bodies.map(encodeBody);
        expect(unpackBodies(packBodies(texts))).toEqual(texts);
      }),
    );
  });

  it('fill blocks of 64, or of a quarter of a million characters; a larger body has one of its own', () => {
    const sizes = (lengths: readonly number[]): number[] =>
      [...cutBlocks(lengths.map((length) => ({ text: 'x'.repeat(length) })))].map((block) => block.length);
    expect(sizes(Array.from({ length: 130 }, () => 1000))).toEqual([64, 64, 2]);
    expect(sizes([1, 300_000, 1, 200_000, 100_000])).toEqual([1, 1, 2, 1]);
    expect(sizes([])).toEqual([]);
  });

  it('are refused when damaged, or packed in a way of the future', () => {
    const packed = packBodies([encodeBody({ a: 'b' })]);
    expect(() => unpackBodies(Uint8Array.of(9, ...packed.slice(1)))).toThrow('unknown way 9');
    expect(() => unpackBodies(packed.slice(0, 3))).toThrow();
  });
});
