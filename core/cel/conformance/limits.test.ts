import { describe, expect, test } from 'vitest';
import { askOracle } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { compile, createEnvironment } from '../index.ts';

/** Shapes of expressions, and how many times each may repeat before it is nested too deep, or too long. */
const SHAPES: readonly (readonly [name: string, most: number, shape: (n: number) => string])[] = [
  ['parentheses', 249, (n) => `${'('.repeat(n)}1${')'.repeat(n)}`],
  ['lists', 249, (n) => `${'['.repeat(n)}1${']'.repeat(n)}`],
  ['maps', 249, (n) => `${'{1:'.repeat(n)}1${'}'.repeat(n)}`],
  ['!(...)', 249, (n) => `${'!('.repeat(n)}true${')'.repeat(n)}`],
  ['calls', 249, (n) => `${'int('.repeat(n)}1${')'.repeat(n)}`],
  ['fields', 250, (n) => `object${'.a'.repeat(n)}`],
  ['optional fields', 250, (n) => `object${'.?a'.repeat(n)}`],
  ['has() of fields', 250, (n) => `has(object${'.a'.repeat(n)})`],
  ['calls on a value', 250, (n) => `'a'${'.trim()'.repeat(n)}`],
  ['indexes', 250, (n) => `object${'[0]'.repeat(n)}`],
  ['indexes inside indexes', 249, (n) => `${'object['.repeat(n)}0${']'.repeat(n)}`],
  ['macros one after the other', 250, (n) => `[1]${'.map(x,x)'.repeat(n)}`],
  ['macros inside macros', 249, (n) => `${'[1].all(x,'.repeat(n)}true${')'.repeat(n)}`],
  ['sums', 250, (n) => `1${'+1'.repeat(n)}`],
  ['sums and products', 249, (n) => `1${'+1*1'.repeat(n)}`],
  ['sums nested to the right', 124, (n) => `${'1+('.repeat(n)}1${')'.repeat(n)}`],
  ['products in sums nested to the right', 83, (n) => `${'1+1*('.repeat(n)}1${')'.repeat(n)}`],
  ['comparisons', 250, (n) => `true${'==true'.repeat(n)}`],
  ['comparisons nested to the right', 124, (n) => `${'true==('.repeat(n)}true${')'.repeat(n)}`],
  ['?: to the right', 249, (n) => `${'true?1:'.repeat(n)}1`],
  ['?: in the middle', 249, (n) => `${'true?('.repeat(n)}1${'):1'.repeat(n)}`],
  ['?: in the condition', 248, (n) => `${'('.repeat(n)}true${'?true:false)'.repeat(n)}`],
  ['&& nested to the right', 249, (n) => `${'true&&('.repeat(n)}true${')'.repeat(n)}`],
  ['&&, up to 100,000 characters', 12_499, (n) => `true${' && true'.repeat(n)}`],
  ['characters beyond U+FFFF, which count as one', 99_992, (n) => `size('${'\u{1f600}'.repeat(n)}')`],
];

const made = createEnvironment({ minor: 36, variables: ['object'] });
if (!made.ok) throw new Error(made.error.message);
const environment = made.value;

describe('limits of nesting and length', () => {
  test.each(SHAPES)('%s: %i are taken, one more is refused with a clear error', (_, most, shape) => {
    expect(compile(environment, shape(most)).ok).toBe(true);
    const refused = compile(environment, shape(most + 1));
    expect(refused.ok ? '' : refused.error.message).toMatch(/nested more than 250 levels deep|longer than 100000 characters/);
  });

  test.skipIf(!requireEnvtest(['cel-oracle']).available)('the API server has the same limits (cel-oracle)', () => {
    const answers = askOracle(
      SHAPES.flatMap(([, most, shape]) => [most, most + 1].map((n) => ({ expr: shape(n), compileOnly: true }))),
    );
    SHAPES.forEach(([name], i) => {
      expect(answers[2 * i]?.compileError, name).toBeUndefined();
      expect(answers[2 * i + 1]?.compileError, name).toMatch(/limit|exceeded/);
    });
  });

  test('however deep a text nests, it is refused and nothing overflows', () => {
    for (const open of ['(', '[', '{1:', '!(', '-(', 'a(', 'a[', 'a?b:', 'a.b(', '1+(', '[1].map(x,', 'a{b:'])
      for (const text of [open.repeat(20_000), open.repeat(99_000 / open.length)])
        expect(compile(environment, text).ok).toBe(false);
    expect(compile(environment, '.a'.repeat(50_000).slice(1)).ok).toBe(false);
    expect(compile(environment, `1${'+1'.repeat(49_000)}`).ok).toBe(false);
    expect(compile(environment, `${'!'.repeat(90_000)}true`).ok).toBe(true);
  });
});
