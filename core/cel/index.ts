/**
 * Expressions as Kubernetes' admission policies write them (the Common Expression Language): parsed, checked as the API server
 * checks them, compiled once to closures and evaluated on plain JSON.
 */
export type { Expr } from './ast.ts';
export { children } from './ast.ts';
export { createEnvironment, Environment, type EnvironmentOptions, type Frame } from './environment.ts';
export { toLiteral } from './literal.ts';
export { substituteParams } from './params.ts';
export { parse } from './parser.ts';
export {
  CelError,
  compile,
  TEST_ERROR,
  TEST_FALSE,
  TEST_TRUE,
  TEST_UNKNOWN,
  type CompileOptions,
  type Program,
  type TestResult,
} from './program.ts';
export { describe } from './describe.ts';
export { formatIssue, type CelIssue, type Span } from './source.ts';
export type { CelValue } from './values.ts';
/** An unknown result: a redacted value decides (decisions.md 10). */
export { Redacted as Unknown } from './json.ts';
