/**
 * Expressions as Kubernetes' admission policies write them (the Common Expression Language): parsed, checked as the API server
 * checks them, compiled once to closures and evaluated on plain JSON.
 */
export { check, evaluate, type CheckedExpression } from './api.ts';
export type { Expr } from './ast.ts';
export { children } from './ast.ts';
export { BINDING_COST_LIMIT, CostBudget, EXPRESSION_COST_LIMIT, formatCost, MATCH_CONDITIONS_COST_LIMIT } from './cost/limits.ts';
export { createEnvironment, Environment, type EnvironmentOptions, type Frame } from './environment.ts';
export { format } from './format.ts';
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
  type CountedResult,
  type CountOptions,
  type Program,
  type TestResult,
  type TraceStep,
} from './program.ts';
export { simplify } from './simplify.ts';
export { closureSet, type ProgramSet, type ProgramSetMaker } from './program-set.ts';
export { describe } from './describe.ts';
export { formatIssue, type CelIssue, type Span } from './source.ts';
export type { CelValue } from './values.ts';
/** An unknown result: a redacted value decides (decisions.md 10). */
export { Redacted as Unknown } from './json.ts';
export { Double, type JsonValue } from './json.ts';
