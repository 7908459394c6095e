import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Redacted, type JsonValue } from '#core/json.ts';
import { generatedAtOnce } from '#main/scan/generated-code.ts';
import { parseJson } from '#main/yaml/json.ts';
import { EXPRESSIONS } from '../fixtures/expressions.ts';
import { Generator } from '../fixtures/generate.ts';
import { OBJECTS } from '../fixtures/objects.ts';
import { Random } from '../fixtures/random.ts';
import { RuleLike } from '../fixtures/rule-like.ts';
import { pathsOf, TypedGenerator } from '../fixtures/typed-generator.ts';
import { readGolden } from '../golden/golden.ts';
import { compile, createEnvironment, type Program } from '../index.ts';
import { generate } from './generated-set.ts';
import { HELPERS } from './helpers.ts';

/** More, or others: `PLIMSOLL_GENERATED_SETS=20000 PLIMSOLL_GENERATED_SEED=7`. */
const SETS = Number(process.env['PLIMSOLL_GENERATED_SETS'] ?? 150);
const SEED = Number(process.env['PLIMSOLL_GENERATED_SEED'] ?? 1);
const IN_A_SET = 12;

const COMPOSED = [
  { name: 'spec', expression: "object.kind == 'Pod' ? object.spec : object.spec.template.spec" },
  {
    name: 'containers',
    expression: 'variables.spec.containers + (has(variables.spec.initContainers) ? variables.spec.initContainers : [])',
  },
  { name: 'named', expression: 'object.spec.containers.filter(c, has(c.name))' },
  { name: 'broken', expression: 'object.nothing.here' },
];
const made = createEnvironment({ minor: 36, variables: ['object', 'oldObject', 'params', 'request'], composed: COMPOSED });
if (!made.ok) throw new Error(made.error.message);
const env = made.value;
const frame = env.frame();

/** Some of a value taken away, as redaction does. */
function redacted(value: JsonValue, random: Random): JsonValue {
  if (random.chance(0.12)) return new Redacted('env');
  if (Array.isArray(value)) return value.map((one: JsonValue) => redacted(one, random));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redacted(one as JsonValue, random)]));
}

const whole = OBJECTS.map(parseJson);
const objects = [...whole, ...whole.map((one, i) => redacted(one, new Random(i)))];

function compiled(sources: readonly string[], budget?: number): readonly Program[] {
  return sources.flatMap((source) => {
    const program = compile(env, source, budget === undefined ? {} : { budget });
    return program.ok ? [program.value] : [];
  });
}

function load(object: JsonValue): void {
  frame.reset();
  frame.set(env.slot('object'), object);
  frame.set(env.slot('oldObject'), null);
}

/** What a set says otherwise than its programs by themselves; costs may only be reckoned higher, and decide as they do. */
function differences(
  programs: readonly Program[],
  wanted = new Uint8Array(programs.length).fill(1),
  over: readonly JsonValue[] = objects,
): readonly string[] {
  const set = generatedAtOnce(env, programs);
  return over.flatMap((object, at) => {
    load(object);
    set.test(frame, wanted);
    const results = Array.from(set.results);
    const bounds = programs.map((_, i) => set.costBound(i));
    load(object);
    return programs.flatMap((program, i) => {
      if (wanted[i] === 0) return [];
      const result = program.test(frame);
      const cheap = (bounds[i] as number) < program.costBound(frame);
      if (result === results[i] && !cheap) return [];
      return [
        `${program.source} on object ${at}: ${results[i]} for ${result}, cost ${bounds[i]} for ${program.costBound(frame)}`,
      ];
    });
  });
}

function compare(
  sources: readonly string[],
  budget?: number,
): { readonly programs: number; readonly differing: readonly string[] } {
  let programs = 0;
  const differing: string[] = [];
  for (let from = 0; from < sources.length; from += IN_A_SET) {
    const set = compiled(sources.slice(from, from + IN_A_SET), budget);
    programs += set.length;
    differing.push(...differences(set));
  }
  return { programs, differing: differing.slice(0, 10) };
}

const series = (make: (random: Random) => string, salt: number): readonly string[] =>
  Array.from({ length: SETS * IN_A_SET }, (_, i) =>
    make(new Random(Math.imul(SEED, 0x9e3779b1) ^ Math.imul(i + 1, 0x85ebca6b) ^ salt)),
  );

const ruleLike = series((random) => new RuleLike(random).rule(), 1);

describe('generated code against the closures, on hostile and redacted objects', { timeout: 60_000 + SETS * 200 }, () => {
  test(`says the same of ${SETS} sets of rules that have much in common (seed ${SEED})`, () => {
    const { programs, differing } = compare(ruleLike);
    expect(programs).toBeGreaterThan(SETS * IN_A_SET * 0.5);
    expect(differing).toEqual([]);
  });

  test('says the same where the budget is so small that the exact cost has to decide', () => {
    expect(compare(ruleLike.slice(0, ruleLike.length / 4), 120).differing).toEqual([]);
  });

  test(`says the same of ${SETS} sets of any expressions, typed and untyped`, () => {
    const paths = pathsOf(JSON.parse(OBJECTS[0] as string));
    expect(compare(series((random) => new Generator(random).expression(3), 2)).differing).toEqual([]);
    expect(compare(series((random) => new TypedGenerator(random, paths).expression(3), 3)).differing).toEqual([]);
  });

  test('says the same of the golden cases and of every trap', () => {
    const golden = readFileSync(new URL('../golden/cases.jsonl', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    const sources = [...golden.map((line) => readGolden(line).one.expr), ...EXPRESSIONS];
    const { programs, differing } = compare(sources);
    expect(programs).toBeGreaterThan(2000);
    expect(differing).toEqual([]);
  });

  test('says the same where many fields of one value are read, whatever stands in its place', () => {
    const names = [
      'name',
      'key',
      'kind',
      'value',
      'length',
      'constructor',
      '__proto__',
      'toString',
      'at',
      'env',
      't1',
      'code',
      'reason',
    ];
    const sources = names.flatMap((name) => [
      `has(object.spec.${name})`,
      `object.spec.${name} == 'a'`,
      `object.spec['${name}'] != 'a'`,
      `'${name}' in object.spec`,
      `has(object.spec.${name}.${name}) && object.spec.${name}.${name} == 1`,
    ]);
    const odd = names.flatMap((name) => [
      `{"${name}":"a"}`,
      `{"${name}":null}`,
      `{"a":1,"${name}":{"${name}":1}}`,
      `[{"${name}":"a"}]`,
    ]);
    const specs = [
      ...odd,
      'null',
      '1',
      '1.5',
      '18446744073709551615',
      '"name"',
      'true',
      '[]',
      '{}',
      '["a","b"]',
      '{"0":"a","1":"b"}',
    ];
    const over = specs.map((spec) => parseJson(`{"spec":${spec}}`));
    const bare = { spec: Object.assign(Object.create(null), { name: 'a', constructor: 'a', value: { value: 1 } }) as JsonValue };
    const programs = compiled(sources);
    expect(programs).toHaveLength(sources.length);
    expect(differences(programs, undefined, [...over, bare, { spec: new Redacted('env') }, {}])).toEqual([]);
  });

  test('tests only what is wanted', () => {
    const random = new Random(SEED);
    for (let from = 0; from < ruleLike.length / 8; from += IN_A_SET) {
      const programs = compiled(ruleLike.slice(from, from + IN_A_SET));
      const wanted = Uint8Array.from(programs, () => random.below(2));
      expect(differences(programs, wanted)).toEqual([]);
    }
  });
});

const KEYWORDS =
  'use strict const let return function testSet if else for in key break false true null undefined typeof instanceof Array'.split(
    ' ',
  );
const PROPERTIES = 'isArray length push test has startsWith endsWith includes charCodeAt constructor steps'.split(' ');
const KNOWN = new Set([
  ...KEYWORDS,
  ...PROPERTIES,
  ...Object.keys(HELPERS),
  ...'h k f w out slots object boolean string number'.split(' '),
]);

describe('the text of generated code', { timeout: 60_000 + SETS * 200 }, () => {
  test('has no name that is not ours: what users write is in quotes', () => {
    const hostile = [
      'object.constructor.prototype == object["__proto__"]',
      "object.spec.containers.all(constructor, constructor.eval == 'process.exit(1)' || constructor['\u2028alert(1)'] == \"');alert(1)//\")",
      "object.metadata.labels.exists(window, window == '`${process}`' && window.matches('require|\\\\u2029'))",
      'object["a\\"];alert(1);[\\""] == object["\\\\"]',
    ];
    const sources = [...hostile, ...ruleLike, ...EXPRESSIONS];
    for (let from = 0; from < sources.length; from += 50) {
      for (const { text } of generate(env, compiled(sources.slice(from, from + 50)))) {
        expect(text).not.toMatch(/[\u2028\u2029`/\\]\s*\*|[\u2028\u2029`]/);
        const bare = text.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:use strict|object|string|boolean|number)'/g, '');
        expect(bare).not.toMatch(/['"`\\/]/);
        const names = new Set(bare.match(/[A-Za-z_$][\w$]*/g));
        expect([...names].filter((name) => !KNOWN.has(name) && !/^(?:bt|[acegiklnpqrt])\d+$/.test(name))).toEqual([]);
      }
    }
  });
});
