import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeJson, safeText } from '#core/report/safe-text.ts';

// oxlint-disable-next-line no-control-regex -- these must not come out
const PLAYS = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/;
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\u001b', '\u009b', '\u202e', '\n', '\u200b', 'a', '🙂') }),
);

it('leaves letters of any script as they are', () => {
  for (const plain of ['web-1', 'größe', '名前', 'naïve 🙂', 'שלום']) expect(safeText(plain)).toBe(plain);
});

it('gives one line of one piece, in its own order', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(safeText(value)).not.toMatch(PLAYS);
      expect(safeText(value)).not.toContain('\n');
      expect(safeText(value)).toHaveLength(value.length);
    }),
  );
});

it('escapes in JSON and keeps the value', () => {
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      expect(safeJson(value)).not.toMatch(PLAYS);
      expect(JSON.parse(safeJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
