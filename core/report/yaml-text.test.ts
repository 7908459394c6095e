import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlText } from '#core/report/yaml-text.ts';
import { nasty } from '#test/hostile-report.ts';

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    nasty.map((text) => text.toWellFormed()),
    fc.constantFrom(
      'yes',
      'NO',
      'on',
      '1',
      '0o7',
      '1e3',
      '2026-11-29',
      '~',
      'null',
      '- a',
      'a: b',
      '#',
      'a #b',
      '!x',
      '&a',
      '*a',
      '|',
      '>',
      '%',
      '? x',
      'a:',
      ':',
    ),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      nasty.map((text) => text.toWellFormed().slice(0, 300)),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

describe('YAML', () => {
  it.each(['1.1', 'core'] as const)('says what JSON says of a value, by the rules of %s', (schema) => {
    fc.assert(
      fc.property(json, (value) => {
        const version = schema === '1.1' ? '1.1' : '1.2';
        expect(parse(yamlText(value), { version, maxAliasCount: 0, merge: false })).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500 },
    );
  });

  it('is block style, with quotes where they are needed', () => {
    expect(yamlText({ a: [{ b: 'x y', c: [] }, [1, [2]], 'no'], 'd e': { f: null } })).toBe(
      'a:\n  - b: x y\n    c: []\n  - - 1\n    - - 2\n  - "no"\nd e:\n  f: null',
    );
  });
});
