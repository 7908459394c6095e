import { Double, Redacted } from '../json.ts';
import { equals, isNumber } from '../equality.ts';
import type { EvaluationFrame } from '../frame.ts';
import { define, type Library } from '../library.ts';
import { add, compare } from '../operators.ts';
import { Duration, Timestamp } from '../time.ts';
import { Bytes, doubleOf, isInt, isList, Uint, type CelValue, type Val } from '../values.ts';

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];

const isComparable = (value: CelValue): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  isNumber(value) ||
  value instanceof Timestamp ||
  value instanceof Duration ||
  value instanceof Bytes;

/** The list, where its elements can be judged at all: cel-go chooses the overload by the first element. */
function judged(f: EvaluationFrame, list: CelValue): readonly CelValue[] | Redacted | undefined {
  if (!isList(list)) return f.noOverload(list) as Redacted | undefined;
  const [first] = list;
  if (first !== undefined && !isComparable(first)) return f.noOverload(first) as Redacted | undefined;
  return f.spendOn(list.length) ? list : f.overBudget();
}

/** As Kubernetes does it: elements that cannot be compared with each other count as neither smaller nor larger. */
function order(f: EvaluationFrame, a: CelValue, b: CelValue): number | Redacted {
  const result = compare(f, a, b);
  return result === undefined ? 0 : result;
}

function isSorted(f: EvaluationFrame, value: CelValue): Val {
  const list = judged(f, value);
  if (!isList(list)) return list;
  for (let i = 1; i < list.length; i++) {
    const element = list[i] as CelValue;
    if (!isComparable(element)) return f.noOverload(element);
    const result = order(f, list[i - 1] as CelValue, element);
    if (typeof result !== 'number') return result;
    if (result > 0) return false;
  }
  return true;
}

const extreme =
  (name: string, sign: number) =>
  (f: EvaluationFrame, value: CelValue): Val => {
    const list = judged(f, value);
    if (!isList(list)) return list;
    let [best] = list;
    if (best === undefined) return f.fail(`${name} called on empty list`);
    for (let i = 1; i < list.length; i++) {
      const element = list[i] as CelValue;
      if (!isComparable(element)) return f.noOverload(element);
      const result = order(f, element, best);
      if (typeof result !== 'number') return result;
      if (result * sign > 0) best = element;
    }
    return best;
  };

function sum(f: EvaluationFrame, value: CelValue): Val {
  const list = judged(f, value);
  if (!isList(list)) return list;
  const [first] = list;
  let total: Val = first === undefined || isInt(first) ? 0 : zeroLike(first);
  if (total === undefined) return f.noOverload();
  for (const element of list) {
    total = element instanceof Redacted ? element : add(f, total, element);
    if (total === undefined || total instanceof Redacted) return total;
  }
  return total;
}

function zeroLike(value: CelValue): Val {
  if (value instanceof Uint) return new Uint(0n);
  if (value instanceof Duration) return new Duration(0n);
  return doubleOf(value) === undefined ? undefined : new Double(0);
}

const find =
  (last: boolean) =>
  (f: EvaluationFrame, list: CelValue, wanted: CelValue): Val => {
    if (!isList(list) || wanted instanceof Redacted) return f.noOverload(list, wanted);
    if (!f.spendOn(list.length)) return f.overBudget();
    for (let i = 0; i < list.length; i++) {
      const at = last ? list.length - 1 - i : i;
      const same = equals(list[at] as CelValue, wanted, f);
      if (same === true) return at;
      if (same instanceof Redacted) return same;
    }
    return -1;
  };

const forms = (result: (type: string) => string, types = COMPARABLE): string[] =>
  types.map((type) => `list(${type}).() ${result(type)}`);

/** Kubernetes' lists: k8s.io/apiserver/pkg/cel/library/lists.go. */
export const lists: Library = {
  name: 'lists',
  functions: [
    define(
      'isSorted',
      0,
      forms(() => 'bool'),
      isSorted,
    ),
    define(
      'sum',
      0,
      forms((type) => type, ['int', 'uint', 'double', 'duration']),
      sum,
    ),
    define(
      'min',
      0,
      forms((type) => type),
      extreme('min', -1),
    ),
    define(
      'max',
      0,
      forms((type) => type),
      extreme('max', 1),
    ),
    define('indexOf', 0, ['list(T).(T) int'], find(false), { accepts: isList }),
    define('lastIndexOf', 0, ['list(T).(T) int'], find(true), { accepts: isList }),
  ],
};
