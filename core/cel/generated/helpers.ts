import { hasField, missingField } from '../access.ts';
import type { Charge } from '../cost/bound.ts';
import { equals, isIn } from '../equality.ts';
import { ofSearch } from '../cost/functions.ts';
import { PENDING, SHORT, type EvaluationFrame, type Run } from '../frame.ts';
import { Double, Redacted } from '../json.ts';
import { plainIndex } from '../libraries/optional.ts';
import { searchWith } from '../libraries/regex.ts';
import type { Body } from '../library.ts';
import { TEST_ERROR, TEST_FALSE, TEST_TRUE, TEST_UNKNOWN, type TestResult } from '../program.ts';
import type { Pattern } from '../regex.ts';
import { CelMap, isPlainData, isRecord, keysOf, NONE, Optional, type CelRecord, type CelValue, type Val } from '../values.ts';

/**
 * What generated code calls where a value is not as it nearly always is. Each does what the closures do (access.ts, calls.ts,
 * logic.ts), with results of tests as codes. A charge is taken `times` times: as often as the call stands in the programs.
 */
type Data = Readonly<Record<string, CelValue>>;

const UNKNOWN = new Redacted('env');

/** The code of a value that should be a bool. */
const codeOf = (value: Val): TestResult => (value === true ? TEST_TRUE : value === false ? TEST_FALSE : odd(value));
const odd = (value: Val): TestResult => (value instanceof Redacted ? TEST_UNKNOWN : TEST_ERROR);
const valueOf = (code: number): Val => (code < TEST_ERROR ? code === TEST_TRUE : code === TEST_UNKNOWN ? UNKNOWN : undefined);

/** Names that only data and one class of values have (see access.ts, carefulSelect). */
function readKind(value: Val): Val {
  return typeof value === 'object' && value !== null && !(value instanceof Redacted) ? (value as Data)['kind'] : undefined;
}

function readValue(value: Val): Val {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Data)['value'];
  return typeof found === 'string' || !(value instanceof Double) ? found : undefined;
}

const readOwn = (value: Val, key: string): Val => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined);

function select(f: EvaluationFrame, value: Val, key: string): Val {
  if (value === undefined) return undefined;
  if (isPlain(value)) return Object.hasOwn(value, key) ? value[key] : undefined;
  const found = readOwn(value, key);
  if (found !== undefined) return found;
  return value instanceof Optional ? f.leaveToCounting() : missingField(f, value, key);
}

function has(f: EvaluationFrame, value: Val, key: string): TestResult {
  if (value === undefined) return TEST_ERROR;
  return codeOf(value instanceof Optional ? f.leaveToCounting() : hasField(f, value, key));
}

function hasKey(f: EvaluationFrame, body: Body, times: number, key: string, map: Val): TestResult {
  if (typeof map === 'object' && map !== null && isPlainData(map)) return Object.hasOwn(map, key) ? TEST_TRUE : TEST_FALSE;
  return codeOf(call2(f, body, undefined, times, key, map));
}

function index(f: EvaluationFrame, value: Val, key: Val): Val {
  if (typeof key === 'string' && isPlain(value) && Object.hasOwn(value, key)) return value[key];
  if (value === undefined || value === NONE) return value;
  if (key === undefined) return value instanceof Redacted ? value : undefined;
  return value instanceof Optional ? f.leaveToCounting() : plainIndex(f, value, key);
}

/** What a loop goes over, or undefined. */
const items = (range: Val): readonly CelValue[] | undefined =>
  range instanceof CelMap || isRecord(range) ? keysOf(range) : undefined;

/** What a frame spends on a text (frame.ts, spendOn). */
const searchSteps = (text: string): number => (text.length >>> 3) + 1;

const isPlain = (value: Val): value is CelRecord => typeof value === 'object' && value !== null && isPlainData(value);

/**
 * The answer of a loop whose range a plain read did not find. Where there is one nevertheless, such as a field of a map with other
 * keys than texts, the closures have to decide.
 */
function absent(f: EvaluationFrame, range: Val): TestResult {
  if (range !== undefined && !(range instanceof Redacted)) f.steps = -1;
  return odd(range);
}

/** What was taken from the budget since `before` counts once for each time that the call is written. */
function scale(f: EvaluationFrame, before: number, times: number): void {
  if (f.steps !== before) f.steps = before - (before - f.steps) * times;
}

function equal(f: EvaluationFrame, a: Val, b: Val, negated: boolean, charge: Charge | undefined, times: number): TestResult {
  const before = f.steps;
  charge?.take(f, a === undefined || b === undefined ? undefined : false, a, b);
  scale(f, before, times);
  if (a === undefined || b === undefined) return a instanceof Redacted ? TEST_UNKNOWN : TEST_ERROR;
  const same = equals(a, b, f);
  if (typeof same === 'boolean') return same === negated ? TEST_FALSE : TEST_TRUE;
  if (same !== undefined) return TEST_UNKNOWN;
  return negated ? TEST_TRUE : TEST_ERROR;
}

const order = (f: EvaluationFrame, body: Body, value: Val, limit: CelValue): TestResult =>
  value === undefined ? TEST_ERROR : codeOf(body(f, value, limit));

function textTest(
  f: EvaluationFrame,
  body: Body,
  charge: Charge | undefined,
  times: number,
  value: Val,
  wanted: string,
): TestResult {
  if (value === undefined) return TEST_ERROR;
  const before = f.steps;
  charge?.take(f, false, value, wanted);
  const result = body(f, value, wanted);
  scale(f, before, times);
  return codeOf(result);
}

const oneOf = (f: EvaluationFrame, value: Val, list: readonly CelValue[]): TestResult =>
  value === undefined ? TEST_ERROR : value instanceof Redacted ? TEST_UNKNOWN : codeOf(isIn(value, list, f));

function matches(
  f: EvaluationFrame,
  pattern: Pattern,
  charge: Charge | undefined,
  times: number,
  value: Val,
  source: string,
): TestResult {
  if (typeof value !== 'string') return odd(value);
  const { native } = pattern;
  // As below, in numbers: values of environments are often somewhat long.
  if (native !== undefined && charge !== undefined && value.length > SHORT && value.length <= native.longest) {
    f.steps -= times * (ofSearch(value.length, source.length) - charge.least + searchSteps(value));
    if (f.steps >= 0) return native.expression.test(value) ? TEST_TRUE : TEST_FALSE;
    return codeOf(f.overBudget());
  }
  const before = f.steps;
  charge?.take(f, false, value, source);
  const result = searchWith(f, value, pattern);
  scale(f, before, times);
  return codeOf(result);
}

function closure(f: EvaluationFrame, run: Run, times: number): Val {
  const before = f.steps;
  const result = run(f);
  scale(f, before, times);
  return result;
}

function call1(f: EvaluationFrame, body: Body, charge: Charge | undefined, times: number, a: Val): Val {
  const before = f.steps;
  const result = a === undefined ? undefined : body(f, a);
  charge?.take(f, result, a);
  scale(f, before, times);
  return result;
}

function call2(f: EvaluationFrame, body: Body, charge: Charge | undefined, times: number, a: Val, b: Val): Val {
  const before = f.steps;
  const complete = a !== undefined && b !== undefined;
  const result = complete ? body(f, a, b) : a instanceof Redacted ? a : undefined;
  charge?.take(f, result, a, b);
  scale(f, before, times);
  return result;
}

/** The names by which generated code knows them. Nothing else is in its reach. */
export const HELPERS = {
  UNKNOWN,
  Record: Object,
  Redacted,
  PENDING,
  odd,
  valueOf,
  readKind,
  readValue,
  readOwn,
  select,
  has,
  hasKey,
  index,
  items,
  isPlain,
  absent,
  equal,
  order,
  textTest,
  oneOf,
  matches,
  closure,
  call1,
  call2,
} as const;
