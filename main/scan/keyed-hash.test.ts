import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyedHash } from './keyed-hash.ts';

describe('a keyed hash', () => {
  it.each([0, 1, 32, 64, 65, 200])(
    'is HMAC-SHA-256, with a key of %i bytes and texts of any length, one after another',
    (size) => {
      const key = Uint8Array.from({ length: size }, (_, index) => index);
      const keyed = new KeyedHash(key);
      for (const text of ['a'.repeat(20_000), '', 'abc', 'ü😀\u2028'.repeat(9000), '\ud800', 'abc', 'x'.repeat(400_000)]) {
        expect(keyed.digest(text)).toEqual(createHmac('sha256', key).update(text).digest());
      }
    },
  );

  it('gives memory of its own', () => {
    const keyed = new KeyedHash(new Uint8Array(32));
    const first = keyed.digest('a');
    const copy = Uint8Array.from(first);
    keyed.digest('b');
    expect(Uint8Array.from(first)).toEqual(copy);
  });
});
