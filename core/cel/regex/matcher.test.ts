import { readdirSync, readFileSync } from 'node:fs';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { askOracle } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { randomPattern, randomText } from '../fixtures/patterns.ts';
import { Random } from '../fixtures/random.ts';
import { Matcher } from './matcher.ts';

/** More, or others: `PLIMSOLL_REGEX_CASES=100000 PLIMSOLL_REGEX_SEED=7`. */
const CASES = Number(process.env['PLIMSOLL_REGEX_CASES'] ?? 4000);
const SEED = Number(process.env['PLIMSOLL_REGEX_SEED'] ?? 20261124);
const TEXTS = 8;

const compiled = (source: string): RE2JS | undefined => {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
};

const matches = (source: string, text: string): boolean | undefined => Matcher.of(source)?.test(text);

describe('the matcher answers as RE2 does', () => {
  it.each([
    // `\s` has no vertical tab and no other spaces; a dot leaves out only the newline
    [String.raw`^\s$`, '\v', false],
    [String.raw`^\s$`, '\u00a0', false],
    ['^.$', '\r', true],
    ['^.$', '\u2028', true],
    ['^.$', '\n', false],
    ['^[^a]$', '\n', true],
    ['(?s)^.$', '\n', true],
    // `$` is the end of the text, not of a line before it
    ['a$', 'a\n', false],
    ['(?m)a$', 'a\nb', true],
    ['(?m)^b', 'a\nb', true],
    // one character beyond the basic plane is one character
    ['^.$', '😀', true],
    ['^[😀-😂]$', '😁', true],
    ['^[^a]{2}$', '😀', false],
    // folding is Unicode's: Kelvin sign and long s
    ['(?i)^k$', '\u212a', true],
    ['(?i)^[^s]$', '\u017f', false],
    [String.raw`(?i)^\w$`, '\u017f', true],
    [String.raw`^\w$`, '\u017f', false],
    ['(?i)a|b', 'B', true],
    ['((?i)a)b', 'AB', false],
    // words are ASCII's
    [String.raw`\bé`, 'é', false],
    [String.raw`a\b`, 'aé', true],
    [String.raw`^\b`, '', false],
    [String.raw`^\B$`, '', true],
    ['$^', '', true],
    ['a*$^', 'a', false],
    ['', 'anything', true],
    ['a|', 'b', true],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    [String.raw`[\d-z]`, '-', true],
    ['(^|,)on(,|$)', 'off,on', true],
  ] as const)('%s on %j', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
    expect(compiled(source)?.test(text)).toBe(expected);
  });

  it.each([
    'a**',
    '*a',
    'a{1001}',
    '(a{100}){11}',
    'a{2}{3}',
    '[z-a]',
    '[a-\\d]',
    '(a',
    'a)',
    '[[:foo:]]',
    '(?=a)',
    '\\8',
    'a{3,1}',
  ])('leaves %s to RE2JS, which refuses it', (source) => {
    expect(Matcher.of(source)).toBeUndefined();
    expect(compiled(source)).toBeUndefined();
  });

  it.each(['\\pL', '(?i)é', 'a{,2}', '\\Qa.b\\E', '(?P<n>a)', '^*', 'a{01}', '((a{30}){30}b?){4}'])(
    'leaves %s to RE2JS, which knows it',
    (source) => {
      expect(Matcher.of(source)).toBeUndefined();
    },
  );

  it(`${CASES} random patterns, ${TEXTS} texts each: what it takes is valid, and every answer is RE2JS'`, () => {
    const random = new Random(SEED);
    let taken = 0;
    let translated = 0;
    let positive = 0;
    for (let i = 0; i < CASES; i++) {
      const source = randomPattern(random, 1 + random.below(5));
      const matcher = Matcher.of(source);
      if (matcher === undefined) continue;
      taken += 1;
      const native = Matcher.of(source)?.native;
      translated += Number(native !== undefined);
      const re = compiled(source);
      if (re === undefined) throw new Error(`${JSON.stringify(source)} is no pattern`);
      for (let j = 0; j < TEXTS; j++) {
        const text = randomText(random, source);
        const expected: boolean = re.test(text);
        positive += Number(expected);
        const answers = [matcher.test(text)];
        if (native !== undefined && text.length <= native.longest) answers.push(native.expression.test(text));
        if (answers.includes(!expected)) expect.fail(`${JSON.stringify(source)} on ${JSON.stringify(text)}: not ${expected}`);
      }
    }
    expect(taken).toBeGreaterThan(CASES / 3);
    expect(translated).toBeGreaterThan(taken / 4);
    expect(positive / (taken * TEXTS)).toBeGreaterThan(0.2);
    expect(positive / (taken * TEXTS)).toBeLessThan(0.8);
  });

  it('takes every pattern of the rules that ship, and agrees on texts made after them', () => {
    const random = new Random(SEED);
    const sources = shippedPatterns();
    expect(sources.length).toBeGreaterThan(30);
    for (const source of sources) {
      const matcher = Matcher.of(source);
      expect(matcher, source).toBeDefined();
      for (let j = 0; j < 40; j++) {
        const text = randomText(random, source);
        expect(matcher?.test(text), `${source} on ${JSON.stringify(text)}`).toBe(compiled(source)?.test(text));
      }
    }
  });
});

const judge = requireEnvtest(['cel-oracle']);

describe.skipIf(!judge.available)('and as the API server does', () => {
  it('400 random patterns', () => {
    const random = new Random(SEED + 1);
    const asked = Array.from({ length: 400 }, () => {
      const source = randomPattern(random, 1 + random.below(4));
      // A lone surrogate cannot reach the API server.
      return { source, text: randomText(random, source).toWellFormed() };
    });
    const answers = askOracle(
      asked.map(({ source, text }) => ({ expr: `object.text.matches(${JSON.stringify(source)})`, minor: 35, object: { text } })),
    );
    for (const [i, { source, text }] of asked.entries()) {
      const matcher = Matcher.of(source);
      if (matcher === undefined) continue;
      expect(answers[i]?.compileError, source).toBeUndefined();
      expect(matcher.test(text), `${source} on ${JSON.stringify(text)}`).toBe(answers[i]?.value);
    }
  });
});

describe('time and memory stay linear', () => {
  const long = 'a'.repeat(200_000);
  const random = new Random(1);
  const noise = Array.from({ length: 50_000 }, () => random.pick(['a', 'b'])).join('');
  it.each([
    ['(a+)+$', `${long}!`],
    ['(a*)*b', long],
    ['(a|a)*b', long],
    ['(.*a){20}b', long.slice(0, 20_000)],
    ['(?:a?){500}(?:a){500}b', long.slice(0, 20_000)],
    // 2^20 states lie ahead; they are made as the text needs them, and forgotten when they are many
    ['[ab]*a[ab]{20}c', noise],
    ['x[a-z]{0,300}!', 'xa'.repeat(50_000)],
  ])('%s', (source, text) => {
    const matcher = Matcher.of(source) as Matcher;
    expect(matcher.test('')).toBe(false);
    const time = (until: number): number => {
      const before = process.cpuUsage();
      expect(matcher.test(text.slice(-until))).toBe(false);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    time(text.length / 2);
    // Wide of the mark, because machines are busy; backtracking would take longer than the universe.
    expect(time(text.length)).toBeLessThan(5000);
  });
});

describe('what the platform searches for itself', () => {
  it.each([
    ['^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$', 100_000],
    ['^[^@]+(:[^/:@]+)(@sha256:[a-f0-9]{64})?$', 100_000],
    ['AKIA[0-9]{16}', 100_000],
    [String.raw`^(a|b)*c\b`, 100_000],
    // each beginning may look to the end of the text, and short texts have few
    ['a+b', 128],
    ['eyJ[A-Za-z0-9_-]{10,}[.]', 128],
    // so many ways that their number grows with the text, or doubles
    ['^a*a*b', undefined],
    ['^(a*)*b', undefined],
    ['^(a|a)*b', undefined],
    ['^(a?){40}b', undefined],
    ['(x+x+)+y', undefined],
    ['^(.*,){11}P', undefined],
  ] as const)('%s: in texts of %s characters', (source, longest) => {
    expect(Matcher.of(source)?.native?.longest).toBe(longest);
  });

  it('never takes long', () => {
    const random = new Random(SEED + 2);
    for (let i = 0; i < CASES / 4; i++) {
      const native = Matcher.of(randomPattern(random, 1 + random.below(5)))?.native;
      if (native === undefined) continue;
      const repeated = random
        .pick(['a', 'ab', 'abc', '😀', 'a1_-', ' '])
        .repeat(native.longest)
        .slice(0, Math.min(native.longest, 20_000));
      const before = process.cpuUsage();
      native.expression.test(repeated);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, native.expression.source).toBeLessThan(500);
    }
  });
});

/** The patterns that rules write, found by their quotes. */
function shippedPatterns(): readonly string[] {
  const folder = new URL('../../../resources/rules/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  const texts = files.map((name) => readFileSync(new URL(name, folder), 'utf8'));
  return texts.flatMap((text) => [...text.matchAll(/matches\(r?('''|')(.*?)\1\)/g)].map((found) => found[2] as string));
}
