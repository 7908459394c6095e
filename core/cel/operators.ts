import { Double, Redacted } from './json.ts';
import { compareNumbers, compareText, isIn, isNumber } from './equality.ts';
import { NO_OVERLOAD, type EvaluationFrame } from './frame.ts';
import { Duration, makeDuration, makeTimestamp, Timestamp } from './time.ts';
import {
  Bytes,
  CelMap,
  CelObject,
  doubleOf,
  isInt,
  isList,
  isRecord,
  lookup,
  makeDouble,
  makeInt,
  Uint,
  type CelValue,
  type Val,
} from './values.ts';

const OVERFLOW = 'integer overflow';
const MAX_UINT = 2n ** 64n - 1n;

type IntOperation = (a: bigint, b: bigint) => bigint;
type DoubleOperation = (a: number, b: number) => number;

/** Arithmetic on two numbers of one type; undefined result of `operate` means the types differ. */
function arithmetic(
  f: EvaluationFrame,
  a: CelValue,
  b: CelValue,
  onInt: IntOperation,
  onDouble: DoubleOperation | undefined,
): Val {
  if (isInt(a) && isInt(b)) return intResult(f, onInt(BigInt(a), BigInt(b)));
  if (onDouble !== undefined) {
    const left = doubleOf(a);
    const right = doubleOf(b);
    if (left !== undefined && right !== undefined) return makeDouble(onDouble(left, right));
  }
  if (a instanceof Uint && b instanceof Uint) {
    const result = onInt(a.unsigned, b.unsigned);
    return result < 0n || result > MAX_UINT ? f.fail('unsigned integer overflow') : new Uint(result);
  }
  return f.noOverload(a, b);
}

const intResult = (f: EvaluationFrame, value: bigint): Val => makeInt(value) ?? f.fail(OVERFLOW);

/** Whether plain arithmetic on two ints gave an exact result. */
const isExact = (value: number): boolean => value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;

export function add(f: EvaluationFrame, a: CelValue, b: CelValue): Val {
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b)) {
    const sum = a + b;
    if (isExact(sum)) return sum;
  }
  if (typeof a === 'string' && typeof b === 'string') return concat(f, a, b);
  if (isList(a) && isList(b)) return joinLists(f, a, b);
  if (a instanceof CelObject && b instanceof CelObject) {
    if (a instanceof Bytes && b instanceof Bytes)
      return f.spendOn(a.octets.length + b.octets.length) ? new Bytes(a.octets + b.octets) : f.overBudget();
    if (a instanceof Duration && b instanceof Duration) return makeDuration(a.nanos + b.nanos) ?? f.fail(OVERFLOW);
    if (a instanceof Timestamp && b instanceof Duration)
      return makeTimestamp(a.nanos + b.nanos, a.zoneSeconds) ?? f.fail('timestamp overflow');
    if (a instanceof Duration && b instanceof Timestamp)
      return makeTimestamp(a.nanos + b.nanos, b.zoneSeconds) ?? f.fail('timestamp overflow');
  }
  return arithmetic(
    f,
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
  );
}

function concat(f: EvaluationFrame, a: string, b: string): Val {
  return f.spendOn(a.length + b.length) ? a + b : f.overBudget();
}

function joinLists(f: EvaluationFrame, a: readonly CelValue[], b: readonly CelValue[]): Val {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  // Joining costs one unit whatever the lists; their memory is what has to stay bounded.
  return f.spendOn(4 * (a.length + b.length)) ? [...a, ...b] : f.overBudget();
}

export function subtract(f: EvaluationFrame, a: CelValue, b: CelValue): Val {
  if (a instanceof Timestamp && b instanceof Timestamp) return makeDuration(a.nanos - b.nanos) ?? f.fail(OVERFLOW);
  if (a instanceof Timestamp && b instanceof Duration)
    return makeTimestamp(a.nanos - b.nanos, a.zoneSeconds) ?? f.fail('timestamp overflow');
  if (a instanceof Duration && b instanceof Duration) return makeDuration(a.nanos - b.nanos) ?? f.fail(OVERFLOW);
  return arithmetic(
    f,
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
  );
}

export const multiply = (f: EvaluationFrame, a: CelValue, b: CelValue): Val =>
  arithmetic(
    f,
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
  );

export function divide(f: EvaluationFrame, a: CelValue, b: CelValue): Val {
  if (isZero(b) && sameIntegers(a, b)) return f.fail('division by zero');
  return arithmetic(
    f,
    a,
    b,
    (x, y) => x / y,
    (x, y) => x / y,
  );
}

export function modulo(f: EvaluationFrame, a: CelValue, b: CelValue): Val {
  if (isZero(b) && sameIntegers(a, b)) return f.fail('modulus by zero');
  // As in Go the quotient must fit, though the remainder would.
  if (b === -1 && a === -(2n ** 63n)) return f.fail(OVERFLOW);
  return arithmetic(f, a, b, (x, y) => x % y, undefined);
}

const isZero = (value: CelValue): boolean => value === 0 || (value instanceof Uint && value.unsigned === 0n);
const sameIntegers = (a: CelValue, b: CelValue): boolean => (isInt(a) && isInt(b)) || (a instanceof Uint && b instanceof Uint);

export function negate(f: EvaluationFrame, a: CelValue): Val {
  if (isInt(a)) return intResult(f, -BigInt(a));
  const double = doubleOf(a);
  if (double !== undefined) return makeDouble(-double);
  if (a instanceof Duration) return makeDuration(-a.nanos) ?? f.fail(OVERFLOW);
  return f.noOverload(a);
}

/** Order of two values: negative, zero or positive; undefined with an error recorded, or an unknown. */
export function compare(f: EvaluationFrame, a: CelValue, b: CelValue): number | Redacted | undefined {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (isNumber(a) && isNumber(b)) {
    const order = compareNumbers(a, b);
    return Number.isNaN(order) ? f.fail('NaN values cannot be ordered') : order;
  }
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Timestamp && b instanceof Timestamp) return order(a.nanos, b.nanos);
  if (a instanceof Duration && b instanceof Duration) return order(a.nanos, b.nanos);
  if (a instanceof Bytes && b instanceof Bytes) return order(a.octets, b.octets);
  if (a instanceof Redacted) return a;
  return b instanceof Redacted ? b : f.fail(NO_OVERLOAD);
}

const order = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const comparison =
  (holds: (order: number) => boolean) =>
  (f: EvaluationFrame, a: CelValue, b: CelValue): Val => {
    const result = compare(f, a, b);
    return typeof result === 'number' ? holds(result) : result;
  };

export const less = comparison((result) => result < 0);
export const lessOrEqual = comparison((result) => result <= 0);
export const greater = comparison((result) => result > 0);
export const greaterOrEqual = comparison((result) => result >= 0);

/** `a in b`: an element of a list, or a key of a map. */
export function contains(f: EvaluationFrame, a: CelValue, b: CelValue): Val {
  if (a instanceof Redacted) return a;
  if (isList(b)) {
    if (!f.spendOn(b.length)) return f.overBudget();
    return isIn(a, b, f);
  }
  if (isRecord(b) || b instanceof CelMap) return lookup(b, a) !== undefined;
  return f.noOverload(b);
}

/** `list[i]`, `map[key]`; undefined with an error recorded. */
export function index(f: EvaluationFrame, container: CelValue, key: CelValue): Val {
  if (typeof key === 'string' && isRecord(container))
    return Object.hasOwn(container, key) ? container[key] : f.fail('no such key', key);
  if (isList(container)) return listElement(f, container, key);
  if (key instanceof Redacted || container instanceof Redacted) return f.noOverload(container, key);
  if (isRecord(container) || container instanceof CelMap) {
    const found = lookup(container, key);
    return found === undefined ? f.fail('no such key', key) : found;
  }
  return f.fail(NO_OVERLOAD);
}

function listElement(f: EvaluationFrame, list: readonly CelValue[], key: CelValue): Val {
  const at = listIndex(key);
  if (at === undefined) return key instanceof Redacted ? key : f.fail('unsupported index of a list', key);
  return at >= 0 && at < list.length ? list[at] : f.fail('index out of bounds', key);
}

/** The position that an index means (1, 1u and 1.0 are one), or undefined where it can be none. */
export function listIndex(key: CelValue): number | undefined {
  if (typeof key === 'number') return Number.isInteger(key) ? key : undefined;
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.unsigned);
  return key instanceof Double && Number.isInteger(key.value) ? key.value : undefined;
}
