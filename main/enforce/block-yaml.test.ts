import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Plain, PlainObject } from '#core/plain-json.ts';
import { BlockYaml, STYLE } from '#main/enforce/block-yaml.ts';

/** The text is what the package yaml writes, whatever the document. */

const word = fc.constantFrom(
  'metadata',
  'y',
  'No',
  'null',
  'on',
  '~',
  '-',
  '? a',
  'a: b',
  'a:',
  ' a',
  'a ',
  'a #b',
  'a#b',
  '#',
  '1.5',
  '0o7',
  '0x1F',
  '1_000',
  '12:30',
  '2026-11-29',
  '.inf',
  'e5',
  '<<',
  '=',
  '---',
  '%a',
  '',
  '*',
  "it's",
  '"so"',
  'a\nb',
  'a\n',
  '\ta',
  'ä',
  '\u0000',
  'plimsoll.dev/digest',
  'has(object.spec) ? object.spec : {}',
  "object.kind in ['Pod', 'Job'] && has(object.spec.template)",
  '!(has(request.userInfo))',
);
const text = fc.oneof(
  word,
  fc.string(),
  fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
  fc.string({ unit: fc.constantFrom('a', 'B', ' ', '.', '(', "'", '"', ':', '?', '[', '\\', '\n', '-'), maxLength: 400 }),
);
const key = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('spec', 'name', 'message', 'plimsoll.dev/digest', 'a-b') }, word);
const scalar = fc.oneof(text, fc.boolean(), fc.integer(), fc.constantFrom(null, 0.5, -0, 2 ** 60));
const { value } = fc.letrec<{ value: Plain; map: PlainObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('map'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('map'), { maxLength: 4 }),
  ),
  map: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
}));
const document = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

describe('YAML of an export', () => {
  it('is what the package yaml writes of any document', { timeout: 60_000 }, () => {
    const yaml = new BlockYaml();
    fc.assert(
      fc.property(document, (made) => {
        expect(yaml.document(made)).toBe(stringify(made, STYLE));
      }),
      { numRuns: 2000 },
    );
  });

  it('is so for a text at any depth, behind a key and behind a dash', { timeout: 60_000 }, () => {
    const yaml = new BlockYaml();
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 8 }), fc.boolean(), (one, depth, listed) => {
        let made: PlainObject = { name: one };
        for (let level = 0; level < depth; level += 1) made = { spec: listed ? [made, made] : made };
        expect(yaml.document(made)).toBe(stringify(made, STYLE));
      }),
      { numRuns: 4000 },
    );
  });

  it('is asked for a text again without being written otherwise', () => {
    const yaml = new BlockYaml();
    const made = { a: { expression: "has(object.spec) ? 'x' : 'y'" } };
    expect(yaml.document(made)).toBe(yaml.document(made));
    expect(yaml.document(made)).toBe(stringify(made, STYLE));
  });
});
