import { tests as checking } from '@bufbuild/cel-spec/testdata/checking.js';
import { tests as comprehensions } from '@bufbuild/cel-spec/testdata/comprehension.js';
import { tests as conformance } from '@bufbuild/cel-spec/testdata/conformance.js';
import { tests as parsing } from '@bufbuild/cel-spec/testdata/parsing.js';
import { describe, expect, test } from 'vitest';
import { askOracle, type OracleAnswer } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { check } from '../checker.ts';
import { compile, createEnvironment, parse } from '../index.ts';
import { IssueError } from '../source.ts';
import { BOOL, BYTES, DOUBLE, formatType, INT, NULL, STRING, UINT, type Type } from '../types.ts';
import { debugString } from './debug-string.ts';
import { MINOR } from './run.ts';
import { flatten, readType, type Suite, type SuiteTest } from './suite.ts';

/**
 * cel-go's tests of its parser and checker: the tree that an expression becomes, each node with its kind or its type. cel-go ran
 * them with options of its own; where those differ from the API server's, a reason is given, and cel-oracle shows that the API
 * server reads the expression as we do.
 */
const testsOf = (suite: unknown): readonly SuiteTest[] => flatten(suite as Suite).map((each) => each.test);

/** Why the API server's parser does not do as the test says; undefined where it does. */
function otherParser({ original, error = '' }: SuiteTest): string | undefined {
  if (/unsupported syntax '(\.\?|\[\?|\?)'/.test(error)) return 'the tests ran without optional syntax';
  if (error.includes("unsupported syntax: '`'")) return 'our parser reads field names in backticks, our checker refuses them';
  if (/recursion limit exceeded: 32|max recursion depth exceeded/.test(error))
    return 'the tests allowed 32 levels, the API server allows 250';
  if (/existsOne\(\w+, \w+\)/.test(original.expr)) return 'existsOne with one variable came after the cel-go of the API server';
  return TWO_VARIABLES.test(original.expr)
    ? 'the tests ran without the macros of two variables, which refuse these names'
    : undefined;
}

/** Variables of two-variable macros that are no simple names, are the same, or are cel-go's accumulator. */
const TWO_VARIABLES =
  /\.(all|exists|exists_one|existsOne|transformList|transformMap|transformMapEntry)\((i, i|__result__, i|j, __result__|i\.j, k|j, i\.k),/;

const treeOf = (expr: string): string | undefined => {
  const parsed = parse(expr);
  return parsed.ok ? debugString(parsed.value) : undefined;
};

function report(name: string, total: number, reasons: readonly string[]): void {
  const told = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, some]) => `\n  ${some.length} ${reason}`).join('');
  console.info(
    `${name}: ${total - reasons.length} of ${total} the same, ${reasons.length} exceptions${told === '' ? '' : `:${told}`}`,
  );
}

describe('trees as parsed', () => {
  test.each([
    ['parsing', 194, parsing],
    ['checking', 135, checking],
    ['comprehensions', 92, comprehensions],
    ['conformance', 2344, conformance],
  ] as const)("%s: %i trees are cel-go's, or exceptions", (name, count, suite) => {
    const all = testsOf(suite);
    expect(all).toHaveLength(count);
    const differing = all.filter((one) => treeOf(one.original.expr) !== one.ast);
    const unexplained = differing.filter((one) => otherParser(one) === undefined);
    expect(unexplained.map((one) => `${one.original.expr}\n  ${one.error ?? one.ast}`).join('\n')).toBe('');
    report(
      `${name}, parsed`,
      count,
      differing.map((one) => otherParser(one) ?? ''),
    );
  });
});

/** Variables that cel-go's checker tests declare for all (checker_test.go, `testEnvs`). */
const STANDARD: ReadonlyMap<string, Type> = new Map([
  ['is', STRING],
  ['ii', INT],
  ['iu', UINT],
  ['iz', BOOL],
  ['ib', BYTES],
  ['id', DOUBLE],
  ['ix', NULL],
]);

/** Why Kubernetes' checker cannot do as the test says; undefined where it can. */
function otherChecker({ original, error = '' }: SuiteTest): string | undefined {
  const { expr, typeEnv = [], container = '' } = original;
  if (typeEnv.some(({ ident }) => ident === undefined) || /\bf[gi]_s/.test(expr)) return 'a function that the test declares';
  if (typeEnv.some(({ ident }) => ident !== undefined && readType(ident.type) === undefined))
    return 'a variable of a message type';
  if (container.startsWith('google.expr') || /google\.(expr|protobuf)\./.test(expr)) return 'messages of protocol buffers';
  if (/found no matching overload for '_[<>]=?_' applied to '\(int, double\)'/.test(error))
    return 'the tests ran without comparisons across number types';
  return undefined;
}

function checked({ original }: SuiteTest): { readonly tree?: string; readonly type?: string } {
  const parsed = parse(original.expr);
  if (!parsed.ok) return {};
  const variables = new Map(STANDARD);
  for (const { name, ident } of original.typeEnv ?? []) {
    const type = ident === undefined ? undefined : readType(ident.type);
    if (type !== undefined) variables.set(name, type);
  }
  try {
    const result = check(parsed.value, { minor: MINOR, variables, dialect: 'language', container: original.container ?? '' });
    return { tree: debugString(parsed.value, result), type: formatType(result.type) };
  } catch (error) {
    if (error instanceof IssueError) return {};
    throw error;
  }
}

/** What names and calls refer to is taken out of cel-go's tree: the names of overloads are its own. */
function treeWanted({ checkedAst, original }: SuiteTest): string | undefined {
  const isDotted = (original.typeEnv ?? []).some(({ name }) => name.includes('.'));
  return checkedAst?.replaceAll(isDotted ? /\^[\w.|@]+/g : /\^[\w|@]+/g, '');
}

describe('trees as checked', () => {
  test.each([
    ['parsing', 194, parsing],
    ['checking', 135, checking],
  ] as const)("%s: %i trees have cel-go's types, or are exceptions", (name, count, suite) => {
    const all = testsOf(suite);
    expect(all).toHaveLength(count);
    const differing = all.filter((one) => {
      const { tree, type } = checked(one);
      return tree !== treeWanted(one) || type !== one.type;
    });
    const reasonOf = (one: SuiteTest): string | undefined => otherChecker(one) ?? otherParser(one);
    const unexplained = differing.filter((one) => reasonOf(one) === undefined);
    expect(unexplained.map((one) => `${one.original.expr}\n  ${treeWanted(one)}\n  ${checked(one).tree}`).join('\n')).toBe('');
    report(
      `${name}, checked`,
      count,
      differing.map((one) => reasonOf(one) ?? ''),
    );
  });
});

const made = createEnvironment({ minor: MINOR, variables: ['object', 'oldObject', 'request', 'namespaceObject'] });
if (!made.ok) throw new Error(made.error.message);
const kubernetes = made.value;

/** cel-go's words for what its parser refuses, macros included. */
const NOT_PARSED =
  /Syntax error|unsupported syntax|recursion (limit|depth) exceeded|reserved identifier|invalid \w+ literal|must be a simple name|is not an identifier|invalid argument to has|duplicate variable|overwrites accumulator|must have a unique name|lookahead limit|invalid unicode code point/;

describe.skipIf(!requireEnvtest(['cel-oracle']).available)('asked of the API server itself (cel-oracle)', () => {
  const exprs = [...new Set([parsing, checking, comprehensions].flatMap(testsOf).map((one) => one.original.expr))];
  const answers = askOracle(exprs.map((expr) => ({ expr, minor: MINOR })));
  const pairs = exprs.map((expr, i) => ({ expr, answer: answers[i] as OracleAnswer }));

  test('it parses or refuses each expression as we do', () => {
    const differing = pairs.filter(({ expr, answer }) => {
      const parsed = parse(expr);
      const ours = parsed.ok && !expr.includes('`');
      return ours !== !NOT_PARSED.test(answer.compileError ?? '');
    });
    expect(differing.map(({ expr, answer }) => `${expr}\n  ${answer.compileError}`).join('\n')).toBe('');
  });

  test('it takes or refuses each expression as we do, and gives it the same type', () => {
    const differing = pairs.filter(({ expr, answer }) => {
      const program = compile(kubernetes, expr);
      return program.ok ? program.value.outputType !== answer.outputType : answer.compileError === undefined;
    });
    expect(differing.map(({ expr, answer }) => `${expr}\n  ${answer.compileError ?? answer.outputType}`).join('\n')).toBe('');
    console.info(`trees: ${pairs.length} of ${pairs.length} expressions are the same to the API server`);
  });
});
