import { describe, expect, test } from 'vitest';
import { askOracle, refusedByOracle, type OracleAnswer } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { Generator } from '../fixtures/generate.ts';
import { OBJECTS } from '../fixtures/objects.ts';
import { Random } from '../fixtures/random.ts';
import { CelError, compile, createEnvironment } from '../index.ts';
import type { JsonValue } from '../json.ts';

/** More, or others: `PLIMSOLL_ORACLE_CASES=20000 PLIMSOLL_ORACLE_SEED=7`. */
const GENERATED = Number(process.env['PLIMSOLL_ORACLE_CASES'] ?? 4000);
const SEED = Number(process.env['PLIMSOLL_ORACLE_SEED'] ?? 20261125);
const MINORS = [29, 31, 33, 35, 36];

/** Numbers that JSON.parse keeps as they are, so that both sides read the same. */
const objects = OBJECTS.filter((text) => !/\d{16}|\d\.0\b/.test(text)).map((text) => JSON.parse(text) as JsonValue);

const environments = new Map(
  MINORS.map((minor) => {
    const made = createEnvironment({ minor, variables: ['object', 'oldObject'] });
    if (!made.ok) throw new Error(made.error.message);
    return [minor, made.value];
  }),
);

interface Case {
  readonly expr: string;
  readonly minor: number;
  readonly object: JsonValue;
}

/** What differs; whether a side takes the expression at all, and which value it gives, is compared elsewhere. */
function difference({ expr, minor, object }: Case, answer: OracleAnswer): string | undefined {
  const env = environments.get(minor);
  const compiled = env === undefined ? undefined : compile(env, expr);
  if (env === undefined || compiled?.ok !== true || refusedByOracle(answer)) return undefined;
  const frame = env.frame();
  frame.set(env.slot('object'), object);
  frame.set(env.slot('oldObject'), null);
  const { cost, value } = compiled.value.evaluateCounted(frame);
  if (value instanceof CelError !== (answer.evalError !== undefined)) return undefined;
  return cost === (answer.cost ?? 0) ? undefined : `${expr}\n  at ${minor}: ${cost}, the API server ${answer.cost ?? 0}`;
}

describe.skipIf(!requireEnvtest(['cel-oracle']).available)('against the API server itself (cel-oracle)', () => {
  test(`${GENERATED} generated expressions cost the same (seed ${SEED})`, { timeout: 60_000 + GENERATED * 20 }, () => {
    const random = new Random(SEED);
    const generator = new Generator(random);
    const cases = Array.from({ length: GENERATED }, () => ({
      expr: generator.expression(1 + random.below(3)),
      object: random.pick(objects),
      minor: random.pick(MINORS),
    }));
    const answers = askOracle(cases);
    const differences = cases.flatMap((one, i) => difference(one, answers[i] as OracleAnswer) ?? []);
    expect(differences.slice(0, 20).join('\n')).toBe('');
  });
});
