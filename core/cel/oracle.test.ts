import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Double, Redacted, type JsonValue } from './json.ts';
import { unreachable } from './result.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';
import { EXPRESSIONS } from './fixtures/expressions.ts';
import { Generator } from './fixtures/generate.ts';
import { OBJECTS } from './fixtures/objects.ts';
import { Random } from './fixtures/random.ts';
import { CelError, compile, createEnvironment, type CelValue } from './index.ts';
import { Bytes, CelMap, CelObject, isList, keysOf, lookup, Optional, TypeValue, Uint, type CelRecord } from './values.ts';

/** More, or others: `PLIMSOLL_ORACLE_CASES=20000 PLIMSOLL_ORACLE_SEED=7`. */
const GENERATED = Number(process.env['PLIMSOLL_ORACLE_CASES'] ?? 400);
const SEED = Number(process.env['PLIMSOLL_ORACLE_SEED'] ?? 20261124);
/** What server 1.36 takes, and the portable floor: what server 1.30 takes. */
const MINORS = [35, 29];

interface Case {
  readonly minor: number;
  readonly expr: string;
  readonly object: string;
}

interface Answer {
  readonly compileError?: string;
  readonly value?: JsonValue;
  readonly valueType?: string;
  readonly outputType?: string;
  readonly evalError?: string;
}

/** As the API server reads JSON: `1.0` is a double, integers are exact up to 64 bits. */
const readJson = (text: string, limit = 2n ** 63n): JsonValue =>
  JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    if (typeof value !== 'number' || source === undefined) return value;
    if (!/^-?\d+$/.test(source)) return Number.isInteger(value) ? new Double(value) : value;
    if (Number.isSafeInteger(value)) return value;
    const exact = BigInt(source);
    return exact >= -(2n ** 63n) && exact < limit ? exact : new Double(value);
  }) as JsonValue;

function askOracle(cases: readonly Case[]): Answer[] {
  const lines = cases.map(
    ({ expr, object, minor }) =>
      `{"expr":${JSON.stringify(expr)},"type":"any","minor":${minor},"object":${object.replaceAll('\n', ' ')}}`,
  );
  const out = execFileSync(envtestBinary('cel-oracle') ?? '', { input: lines.join('\n'), maxBuffer: 2 ** 30, encoding: 'utf8' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => readJson(line, 2n ** 64n) as unknown as Answer);
}

/** Both sides reduced to what JSON shows of a value: numbers without their type, which is compared by itself. */
function shape(value: CelValue): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return rounded(value);
  if (value instanceof Double)
    return Number.isFinite(value.value) ? rounded(value.value) : value.value > 0 ? '+Inf' : value.value < 0 ? '-Inf' : 'NaN';
  if (value instanceof Uint) return rounded(value.unsigned);
  if (value instanceof Bytes) return Buffer.from(value.octets, 'latin1').toString('base64');
  if (isList(value)) return value.map(shape);
  if (value instanceof Optional) return value.held === undefined ? '<nil>' : shape(value.held);
  if (value instanceof Redacted || value instanceof CelMap) return undefined;
  if (value instanceof CelObject) return value.toString();
  const record = value as CelRecord;
  return Object.fromEntries(keysOf(record).map((key) => [key, shape(lookup(record, key) as CelValue)]));
}

/** Values that the oracle cannot show as JSON, or shows in Go's own way. */
function isComparable(value: CelValue): boolean {
  if (isList(value))
    return value.every((each) => isComparable(each) && !(each instanceof TypeValue) && !(each instanceof Optional));
  if (value instanceof Optional)
    return value.held === undefined || (isComparable(value.held) && !(value.held instanceof Optional));
  if (value instanceof Double) return Number.isFinite(value.value);
  if (typeof value !== 'object' || value === null || value instanceof Double) return true;
  if (value instanceof CelObject) return value.typeName === 'uint' || value.typeName === 'type';
  return keysOf(value as CelRecord).every((key) => isComparable(lookup(value as CelRecord, key) as CelValue));
}

const environments = new Map(
  MINORS.map((minor) => {
    const made = createEnvironment({ minor, variables: ['object', 'oldObject', 'request', 'namespaceObject'] });
    if (!made.ok) throw new Error(made.error.message);
    return [minor, { environment: made.value, frame: made.value.frame() }];
  }),
);

function ours({ expr, object, minor }: Case): {
  readonly refused?: string;
  readonly failed?: string;
  readonly value?: CelValue;
  readonly type?: string;
} {
  const { environment, frame } = environments.get(minor) ?? unreachable(minor as never);
  const program = compile(environment, expr);
  if (!program.ok) return { refused: program.error.message };
  frame.reset();
  frame.set(environment.slot('object'), readJson(object));
  frame.set(environment.slot('oldObject'), null);
  const value = program.value.evaluate(frame);
  return value instanceof CelError
    ? { failed: value.message, type: program.value.outputType }
    : { value, type: program.value.outputType };
}

/** Inside lists and maps the oracle shows large integers as texts; how exact they are is compared at the top. */
const rounded = (value: number | bigint): number => Number(value) + 0;

function number(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return rounded(value);
  if (typeof value === 'string' && /^-?\d{16,}$/.test(value)) return rounded(BigInt(value));
  if (value instanceof Double) return rounded(value.value);
  if (Array.isArray(value)) return value.map(number);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, number(each)]));
}

const exact = (value: unknown): string => String(value instanceof Uint ? value.unsigned : value);

/** What differs between the two answers, or undefined. */
function difference(one: Case, answer: Answer): string | undefined {
  const mine = ours(one);
  const where = `${one.expr}\n  at minor ${one.minor} on object ${OBJECTS.indexOf(one.object)}`;
  // A panic in the checks of a new policy: the API server refuses it, if not politely.
  const panicked = answer.evalError?.startsWith('panic') === true;
  const theirs = answer.compileError ?? answer.evalError ?? `${answer.valueType} ${String(JSON.stringify(number(answer.value)))}`;
  const said =
    mine.refused !== undefined
      ? `refused: ${mine.refused}`
      : mine.failed !== undefined
        ? `error: ${mine.failed}`
        : `${JSON.stringify(shape(mine.value as CelValue))}`;
  const report = `${where}\n  the API server: ${theirs.split('\n')[0]}\n  we: ${said}`;
  const refused = answer.compileError !== undefined || panicked;
  if (refused !== (mine.refused !== undefined)) return report;
  if (refused) return undefined;
  if (answer.outputType !== mine.type) return `${report}\n  types: ${answer.outputType}, ${mine.type}`;
  if ((answer.evalError === undefined) !== (mine.failed === undefined)) return report;
  if (answer.evalError !== undefined) return undefined;
  const value = mine.value as CelValue;
  if ((answer.valueType === 'int' || answer.valueType === 'uint') && exact(value) !== exact(answer.value)) return report;
  if (!isComparable(value)) return undefined;
  return alike(number(shape(value)), number(answer.value), one.expr) ? undefined : report;
}

/** The same value, whatever the order of keys: Go goes over maps in random order, and so do lists made from them. */
function alike(a: unknown, b: unknown, expr: string): boolean {
  // Go's way to an approximate float rounds twice; the last digit may differ.
  if (typeof a === 'number' && typeof b === 'number' && expr.includes('asApproximateFloat'))
    return Math.abs(a - b) <= Math.abs(b) * 1e-15;
  return JSON.stringify(a) === JSON.stringify(b) || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map(sorted).toSorted((a, b) => (String(JSON.stringify(a)) < String(JSON.stringify(b)) ? -1 : 1));
  return sorted(Object.entries(value));
}

/** Go goes over maps in random order: what depends on it has no one answer, and ours must be among them. */
const agreesSometimes = (one: Case): boolean =>
  askOracle(Array.from({ length: 40 }, () => one)).some((answer) => difference(one, answer) === undefined);

function compareAll(cases: readonly Case[]): void {
  const answers = askOracle(cases);
  expect(answers).toHaveLength(cases.length);
  const differing = cases.filter((one, i) => difference(one, answers[i] as Answer) !== undefined);
  const differences = differing.flatMap((one) =>
    agreesSometimes(one) ? [] : (difference(one, askOracle([one])[0] as Answer) ?? []),
  );
  expect(differences.slice(0, 40).join('\n')).toBe('');
}

describe.skipIf(!requireEnvtest(['cel-oracle']).available)(
  'against the API server itself (cel-oracle)',
  { timeout: 60_000 + GENERATED * 20 },
  () => {
    test.each(MINORS)(
      'at minor %i the listed expressions are taken or refused alike, and give the same value, or both an error',
      (minor) => {
        const objectsFor = (expr: string): readonly string[] => (expr.includes('object') ? OBJECTS : OBJECTS.slice(0, 1));
        compareAll(EXPRESSIONS.flatMap((expr) => objectsFor(expr).map((object) => ({ expr, object, minor }))));
      },
    );

    test(`${GENERATED} generated expressions do so too (seed ${SEED})`, () => {
      const random = new Random(SEED);
      const generator = new Generator(random);
      compareAll(
        Array.from({ length: GENERATED }, () => ({
          expr: generator.expression(1 + random.below(3)),
          object: random.pick(OBJECTS),
          minor: random.pick(MINORS),
        })),
      );
    });
  },
);
