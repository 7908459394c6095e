import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js';
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js';
import { describe, expect, test } from 'vitest';
import { flatten, type Suite } from './conformance/suite.ts';
import { EXPRESSIONS } from './fixtures/expressions.ts';
import { Generator } from './fixtures/generate.ts';
import { Random } from './fixtures/random.ts';
import { format, parse } from './index.ts';

const SEED = Number(process.env['PLIMSOLL_FORMAT_SEED'] ?? 20261124);
const GENERATED = 20_000;

/** A tree without the places of its nodes. */
const bare = (value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(bare);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !['start', 'end', 'nameStart', 'fieldStart'].includes(key))
      .map(([key, inner]) => [key, bare(inner)]),
  );
};

/** Trees as JSON, because a comparison of deep objects is slow to explain itself. */
function again(source: string): { readonly text: string; readonly before: string; readonly after: string } | undefined {
  const parsed = parse(source);
  if (!parsed.ok) return undefined;
  const text = format(parsed.value);
  const reparsed = parse(text);
  return {
    text,
    before: JSON.stringify(bare(parsed.value)),
    after: reparsed.ok ? JSON.stringify(bare(reparsed.value)) : reparsed.error.message,
  };
}

describe('format', () => {
  test.each([
    ['a+b *c', 'a + b * c'],
    ['(a+b)*c', '(a + b) * c'],
    ['a-(b-c)', 'a - (b - c)'],
    ['(a-b)-c', 'a - b - c'],
    ['a && (b && c) || !(d || e)', 'a && (b && c) || !(d || e)'],
    ['(a ? b : c) ? d : e ? f : g', '(a ? b : c) ? d : e ? f : g'],
    ['a ? (b ? 1 : 2) : 3', 'a ? (b ? 1 : 2) : 3'],
    ['-(5)', '-(5)'],
    ['-5 - -5', '-5 - -5'],
    ['!!a', 'a'],
    ['!(!a)', '!(!a)'],
    ['(5).foo()', '(5).foo()'],
    ['(-5).foo', '(-5).foo'],
    ['-a.b', '-a.b'],
    ['(-a).b', '(-a).b'],
    ["has(a.b)&&a.?c[?'d']. e(1,2u,)==[?f,0xff,1e3]".replace(',)', ')'), "has(a.b) && a.?c[?'d'].e(1, 2u) == [?f, 255, 1000.0]"],
    ["{?'a':b,r'\\n':b\"\\xff\"}", "{?'a': b, '\\\\n': b'\\xff'}"],
    ['.a.map( x , x>1 , x ) . all(k,v,k<v)', '.a.map(x, x > 1, x).all(k, v, k < v)'],
    ['.a.B{c:1,?d:e}', '.a.B{c: 1, ?d: e}'],
    ['a.`b-c`', 'a.`b-c`'],
    [
      '1 in [-0.0, 1.5e300, 9223372036854775807, -9223372036854775808]',
      '1 in [-0.0, 1.5e+300, 9223372036854775807, -9223372036854775808]',
    ],
  ])('%s becomes %s', (source, text) => {
    expect(again(source)).toMatchObject({ text });
    expect(again(source)?.after).toBe(again(source)?.before);
  });

  test('parsing the text gives the tree again: of every expression of the tests', () => {
    const specs = [conformance, parsing].flatMap((suite) =>
      flatten(suite as unknown as Suite).map((one) => one.test.original.expr),
    );
    const done = [...specs, ...EXPRESSIONS].flatMap((source) => again(source) ?? []);
    expect(done.length).toBeGreaterThan(2500);
    for (const { after, before, text } of done) expect(after, text).toBe(before);
  });

  test(`and of ${GENERATED} generated ones (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const generator = new Generator(random);
    for (let i = 0; i < GENERATED; i++) {
      const done = again(generator.expression(1 + random.below(4)));
      expect(done?.after, done?.text).toBe(done?.before);
    }
  });
});
