import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import { describe, expect, test } from 'vitest';
import { askOracle, refusedByOracle, type OracleAnswer } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { CelError, compile, createEnvironment } from '../index.ts';
import { EXCEPTIONS, type Exception } from './exceptions.ts';
import { asJson, MINOR, runTest } from './run.ts';
import { flatten, isAboutMessages, isAboutTestMessages, readValue, type Suite, type SuiteTest } from './suite.ts';

/**
 * cel-spec's conformance tests, of the language's parts that Kubernetes has. What is not of this: messages of protocol buffers
 * (see `isAboutMessages`) and the libraries that Kubernetes leaves out (bindings, block, encoders, math). Lists and maps of mixed
 * types and field names in backticks, which only Kubernetes forbids, are allowed here, and `disable_check` is honoured; the last
 * test puts every expression to the API server as it stands.
 */
const FILES: Readonly<Record<string, number>> = {
  basic: 43,
  comparisons: 334,
  conversions: 109,
  fields: 60,
  fp_math: 30,
  integer_math: 64,
  lists: 39,
  logic: 30,
  macros: 44,
  macros2: 46,
  namespace: 3,
  optionals: 59,
  parse: 193,
  plumbing: 5,
  string: 51,
  string_ext: 206,
  timestamps: 75,
};

interface Case {
  readonly key: string;
  readonly file: string;
  readonly test: SuiteTest;
}

const all: readonly Case[] = (tests as unknown as Suite).suites
  ?.filter((suite) => Object.hasOwn(FILES, suite.name))
  .flatMap((suite) =>
    flatten(suite, [suite.name]).map(({ path, test: one }) => ({
      key: [...path, one.original.name].join('/'),
      file: suite.name,
      test: one,
    })),
  ) as readonly Case[];
const cases = all.filter((one) => !isAboutMessages(one.test));
/** Well-known messages, which the API server has, if hardly anybody writes them. */
const wellKnown = all.filter((one) => isAboutMessages(one.test) && !isAboutTestMessages(one.test));

const failing = (some: readonly Case[]): readonly string[] =>
  some.flatMap(({ key, test: one }) => {
    const outcome = runTest(one);
    return outcome === undefined || EXCEPTIONS.has(key) ? [] : [`${key}: ${one.original.expr}\n    ${outcome}`];
  });

describe('cel-spec v0.25.1', () => {
  test.each(Object.entries(FILES))('%s: %i tests pass, or are exceptions', (file, count) => {
    const own = cases.filter((one) => one.file === file);
    expect(own).toHaveLength(count);
    expect(failing(own).join('\n')).toBe('');
  });

  test('the tests about well-known messages pass too', () => {
    expect(wellKnown).toHaveLength(29);
    expect(failing(wellKnown).join('\n')).toBe('');
  });

  test('every exception is needed, and all are told', () => {
    const needed = [...cases, ...wellKnown].filter((one) => EXCEPTIONS.has(one.key) && runTest(one.test) !== undefined);
    expect(needed.map((one) => one.key).toSorted()).toEqual([...EXCEPTIONS.keys()].toSorted());
    const reasons = Map.groupBy(needed, (one) => EXCEPTIONS.get(one.key)?.reason ?? '');
    const told = [...reasons].map(([reason, some]) => `  ${some.length} ${reason}`).join('\n');
    const excepted = cases.filter((one) => needed.includes(one)).length;
    console.info(
      `cel-spec: ${cases.length - excepted} of ${cases.length} passed, and ${wellKnown.length - needed.length + excepted} of ${wellKnown.length} about well-known messages; ${needed.length} exceptions:\n${told}`,
    );
    expect(cases).toHaveLength(1391);
  });
});

const made = createEnvironment({ minor: MINOR, variables: ['object', 'oldObject', 'request', 'namespaceObject'] });
if (!made.ok) throw new Error(made.error.message);
const kubernetes = made.value;

/** What Kubernetes' own dialect makes of an expression, in the words of the oracle. */
function ours(expr: string): {
  readonly refused: boolean;
  readonly type?: string;
  readonly failed?: boolean;
  readonly value?: unknown;
  readonly cost?: number;
} {
  const program = compile(kubernetes, expr);
  if (!program.ok) return { refused: true };
  const value = program.value.evaluate(kubernetes.frame());
  const type = program.value.outputType;
  const cost = Number(program.value.evaluateCounted(kubernetes.frame()).cost);
  return value instanceof CelError
    ? { refused: false, type, failed: true, cost }
    : { refused: false, type, failed: false, value: asJson(value), cost };
}

function difference(expr: string, answer: OracleAnswer): string | undefined {
  const mine = ours(expr);
  const said = `${expr}\n    the API server: ${JSON.stringify(answer).slice(0, 300)}\n    we: ${JSON.stringify(mine)}`;
  if (mine.refused || refusedByOracle(answer)) return mine.refused === refusedByOracle(answer) ? undefined : said;
  if (mine.cost !== (answer.cost ?? 0)) return said;
  if (mine.type !== answer.outputType || mine.failed !== (answer.evalError !== undefined)) return said;
  const isShown = typeof answer.value !== 'object' && answer.valueType !== 'optional_type';
  return mine.failed !== true && isShown && mine.value !== undefined && mine.value !== answer.value ? said : undefined;
}

/** Whether the API server's answer is what cel-spec wants. */
function isAsWanted(answer: OracleAnswer, { original }: SuiteTest): boolean {
  const isError = refusedByOracle(answer) || answer.evalError !== undefined;
  if (original.value === undefined) return isError;
  return !isError && answer.value === asJson(readValue(original.value));
}

describe.skipIf(!requireEnvtest(['cel-oracle']).available)('asked of the API server itself (cel-oracle)', () => {
  test('it answers each exception as we do, and not as cel-spec wants', () => {
    const exceptions = [...cases, ...wellKnown].flatMap((one) => {
      const exception: Exception | undefined = EXCEPTIONS.get(one.key);
      return exception === undefined ? [] : [{ ...one, expr: exception.asked ?? one.test.original.expr }];
    });
    const answers = askOracle(exceptions.map(({ expr }) => ({ expr, minor: MINOR })));
    exceptions.forEach(({ key, expr, test: one }, i) => {
      const answer = answers[i] as OracleAnswer;
      expect(difference(expr, answer), key).toBeUndefined();
      expect(isAsWanted(answer, one), key).toBe(false);
    });
  });

  test('it takes or refuses every expression as we do, with the same type, cost, and value or both an error', () => {
    const free = [...new Set([...cases, ...wellKnown].map((one) => one.test.original.expr))];
    const answers = askOracle(free.map((expr) => ({ expr, minor: MINOR })));
    // Go goes over maps in random order: what depends on it has several answers, and ours must be one of them.
    const isEver = (expr: string): boolean =>
      askOracle(Array.from({ length: 30 }, () => ({ expr, minor: MINOR }))).some((one) => difference(expr, one) === undefined);
    const differing = free.flatMap((expr, i) => {
      const found = difference(expr, answers[i] as OracleAnswer);
      return found === undefined || isEver(expr) ? [] : [found];
    });
    console.info(`cel-spec: ${free.length - differing.length} of ${free.length} expressions are the same to the API server`);
    expect(differing.join('\n')).toBe('');
  });
});
