import { describe, expect, test } from 'vitest';
import type { JsonValue } from './json.ts';
import { EXPRESSIONS } from './fixtures/expressions.ts';
import { Generator } from './fixtures/generate.ts';
import { OBJECTS } from './fixtures/objects.ts';
import { Random } from './fixtures/random.ts';
import { CelError, compile, createEnvironment, describe as inWords, substituteParams } from './index.ts';

// Nothing that somebody writes into a rule or an object may throw, hang, or reach a prototype.

const SEED = 7;
const HOSTILE_WORDS = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'length',
  'held',
  'octets',
  'nanos',
  'pairs',
  'unsigned',
  'celType',
  '$',
  '`',
  '\u0000',
  '😀',
  '\\',
  "'",
  '"',
  '0',
  '((',
  '?',
  ':',
  '.',
  '[',
  '{',
  '}',
  ']',
  ')',
  ',',
  '!',
  '-',
  '&&',
  '==',
  'in',
  'params',
  'variables',
];

const env = createEnvironment({ minor: 35, variables: ['object'], composed: [{ name: 'v', expression: 'object.metadata' }] });
if (!env.ok) throw new Error(env.error.message);
const environment = env.value;
const objects = OBJECTS.map((text) => JSON.parse(text) as JsonValue);

/** Evaluates on every object; a function, symbol or class as result would mean that a prototype was reached. */
function attack(source: string): void {
  substituteParams(source, { limit: 1 });
  const compiled = compile(environment, source, { budget: 20_000 });
  if (!compiled.ok) {
    expect(compiled.error.message).not.toBe('');
    return;
  }
  const frame = environment.frame();
  for (const object of objects) {
    frame.reset();
    frame.set(environment.slot('object'), object);
    const value = compiled.value.evaluate(frame);
    expect(['function', 'symbol', 'undefined']).not.toContain(typeof value);
    if (!(value instanceof CelError)) expect(inWords(value)).not.toMatch(/native code|\[object/);
  }
}

function mutate(source: string, random: Random): string {
  let text = source;
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(text.length + 1);
    const cut = random.chance(0.5) ? random.below(5) : 0;
    text = text.slice(0, at) + (random.chance(0.7) ? random.pick(HOSTILE_WORDS) : '') + text.slice(at + cut);
  }
  return text;
}

describe('fuzz', () => {
  test('generated expressions', () => {
    const random = new Random(SEED);
    const generator = new Generator(random);
    for (let i = 0; i < 1500; i++) attack(generator.expression(1 + random.below(4)));
  });

  test('broken and hostile expressions', () => {
    const random = new Random(SEED + 1);
    for (let i = 0; i < 3000; i++) attack(mutate(random.pick(EXPRESSIONS), random));
  });

  test('every hostile name in every place', () => {
    for (const name of [
      'constructor',
      '__proto__',
      'prototype',
      'toString',
      'valueOf',
      'hasOwnProperty',
      'length',
      'held',
      'plain',
      'nanos',
      'kind',
      'value',
      'inner',
      'equals',
      'typeName',
    ])
      for (const place of [
        'object.X',
        "object['X']",
        'has(object.X)',
        'object.?X',
        'object.X.X',
        "dyn('a').X",
        'dyn([1]).X',
        'dyn(1).X',
        "dyn(quantity('1')).X",
        "dyn(quantity('1'))['X']",
        'dyn(optional.of(1)).X',
        'dyn(int).X',
        "dyn(b'a').X",
        'dyn(1u).X',
        'dyn(timestamp(0)).X',
        'dyn(1.5).X',
        'dyn(1.0).X',
        '{1: 2}.X',
        'X',
        'X()',
        'object.X()',
        '[1].map(X, X)',
        'variables.X',
        'optional.X(1)',
      ])
        attack(place.replaceAll('X', name));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
