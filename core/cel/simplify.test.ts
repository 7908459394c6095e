import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { environment } from './fixtures/evaluate.ts';
import { CelError, compile, describe as inWords, format, parse, simplify } from './index.ts';

function simplified(source: string): string {
  const parsed = parse(source);
  return parsed.ok ? format(simplify(parsed.value)) : `refused: ${parsed.error.message}`;
}

describe('what is settled is decided', () => {
  test.each([
    ['29 >= 25 ? a : b', 'a'],
    ['24 >= 25 ? a : b', 'b'],
    ['24 < 25 && a', 'a'],
    ['24 > 25 && a', 'false'],
    ['a && 2 <= 1 && b', 'false'],
    ['1 == 1 || a', 'true'],
    ['a || 1 != 1 || b', 'a || b'],
    ['!(1 == 2) && a', 'a'],
    ["'restricted' == 'baseline' || 36 < 22", 'false'],
    ['a.all(x, 36 >= 27 && x == 1 || 36 >= 37 && x == 2)', 'a.all(x, x == 1)'],
    ['a && (36 >= 25 ? b && c : d)', 'a && (b && c)'],
    ['has(a.b) ? [1 < 2] : []', 'has(a.b) ? [true] : []'],
  ])('%s is %s', (source, expected) => expect(simplified(source)).toBe(expected));

  test.each(["'a' < 'b'", '1.0 == 1.0', '1 == 1u', 'a == a', '1 + 1 == 2'])('%s stays as it is', (source) =>
    expect(simplified(source)).toBe(source),
  );
});

/** What an expression over a and b gives: true, false, another value, or that it has none. */
function outcome(source: string, a: boolean, b: boolean): string {
  // A name that gives an error stands for what cannot be computed.
  const text = source.replaceAll(/\ba\b/g, String(a)).replaceAll(/\bb\b/g, String(b)).replaceAll(/\bc\b/g, '(1 / 0 == 1)');
  const env = environment();
  const compiled = compile(env, text);
  if (!compiled.ok) return `refused: ${compiled.error.message}`;
  const value = compiled.value.evaluate(env.frame());
  return value instanceof CelError ? 'error' : inWords(value);
}

const tree = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', 'c', 'true', 'false', '1 < 2', '2 < 1', "'x' == 'y'"),
    fc
      .tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('node').map((inner) => `!(${inner})`),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(([one, two, three]) => `(${one} ? ${two} : ${three})`),
  ),
})).node;

it('the result has the same value, and no value where there was none', () => {
  fc.assert(
    fc.property(tree, fc.boolean(), fc.boolean(), (source, a, b) => {
      expect(outcome(simplified(source), a, b)).toBe(outcome(source, a, b));
    }),
    { numRuns: 500 },
  );
});
