import { Redacted } from '../json.ts';
import { equals, isIn, isNumber } from '../equality.ts';
import type { EvaluationFrame } from '../frame.ts';
import { define, type Library } from '../library.ts';
import { SORT_BY_KEYS } from '../macros.ts';
import { compare } from '../operators.ts';
import { Duration, Timestamp } from '../time.ts';
import { Bytes, isInt, isList, typeNameOf, type CelValue, type Val } from '../values.ts';

type List = readonly CelValue[];

/** ext.Lists version 3, in new expressions of servers from 1.35. */
const SINCE = 34;
/** Kubernetes' lists version 1. Taken from its documentation: no server that has it was at hand. */
const INCLUDES_SINCE = 37;
const SORTABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];

const isSortable = (value: CelValue | undefined): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (value !== undefined && isNumber(value)) ||
  value instanceof Timestamp ||
  value instanceof Duration ||
  value instanceof Bytes;

function slice(f: EvaluationFrame, list: CelValue, start: CelValue, end: CelValue): Val {
  if (!isList(list) || !isInt(start) || !isInt(end)) return f.noOverload(list, start, end);
  if (start < 0 || end < 0) return f.fail('slice() takes no negative index', start < 0 ? start : end);
  if (start > end) return f.fail('the start of slice() is after its end', start);
  if (end > list.length) return f.fail('the list is shorter than the end of slice()', end);
  return f.spendOn(list.length) ? list.slice(Number(start), Number(end)) : f.overBudget();
}

function flattened(f: EvaluationFrame, list: List, depth: number, out: CelValue[]): Val {
  // Lists inside lists may be the same one many times over.
  if (!f.spend((list.length >>> 2) + 1)) return f.overBudget();
  for (const element of list) {
    if (element instanceof Redacted) return element;
    if (depth === 0 || !isList(element)) out.push(element);
    else {
      const inner = flattened(f, element, depth - 1, out);
      if (!isList(inner)) return inner;
    }
  }
  return out;
}

function flatten(f: EvaluationFrame, list: CelValue, depth: CelValue): Val {
  if (!isList(list) || !isInt(depth)) return f.noOverload(list, depth);
  return depth < 0 ? f.fail('level must be non-negative', depth) : flattened(f, list, Number(depth), []);
}

/** The list in the order of its keys, which must be of one type that has an order. Equal keys keep their order. */
function sortedBy(f: EvaluationFrame, list: List, keys: List): Val {
  if (!f.spendOn(list.length * Math.ceil(Math.log2(list.length + 2)))) return f.overBudget();
  const redacted = keys.find((key) => key instanceof Redacted);
  if (redacted !== undefined) return redacted;
  if (list.length === 0) return list;
  if (!isSortable(keys[0])) return f.fail('list elements must be comparable');
  const type = typeNameOf(keys[0] as CelValue);
  if (keys.some((key) => typeNameOf(key) !== type)) return f.fail('list elements must have the same type');
  const order = (a: CelValue, b: CelValue): number => {
    // Long texts that begin alike.
    if (typeof a === 'string' && typeof b === 'string' && !f.spendOn(Math.min(a.length, b.length))) return 0;
    const result = compare(f, a, b);
    return typeof result === 'number' && !Number.isNaN(result) ? result : 0;
  };
  const positions = keys.map((_, i) => i);
  positions.sort((a, b) => order(keys[a] as CelValue, keys[b] as CelValue));
  if (f.steps < 0) return f.overBudget();
  return positions.map((i) => list[i] as CelValue);
}

const sort = (f: EvaluationFrame, list: CelValue): Val => (isList(list) ? sortedBy(f, list, list) : f.noOverload(list));

const sortByKeys = (f: EvaluationFrame, list: CelValue, keys: CelValue): Val =>
  isList(list) && isList(keys) && list.length === keys.length ? sortedBy(f, list, keys) : f.noOverload(list, keys);

function distinct(f: EvaluationFrame, list: CelValue): Val {
  if (!isList(list)) return f.noOverload(list);
  const out: CelValue[] = [];
  for (const element of list) {
    if (!f.spendOn(out.length)) return f.overBudget();
    let known = false;
    for (const other of out) {
      const same = equals(other, element, f);
      if (same instanceof Redacted) return same;
      known ||= same === true;
    }
    if (!known) out.push(element);
  }
  return out;
}

function range(f: EvaluationFrame, count: CelValue): Val {
  if (!isInt(count)) return f.noOverload(count);
  if (count <= 0) return [];
  // One unit each, and before the list is made: its length is the writer's choice.
  return f.spend(Number(count)) ? Array.from({ length: Number(count) }, (_, i) => i) : f.overBudget();
}

const reverse = (f: EvaluationFrame, list: CelValue): Val =>
  isList(list) ? (f.spendOn(list.length) ? list.toReversed() : f.overBudget()) : f.noOverload(list);

const includes = (f: EvaluationFrame, list: CelValue, value: CelValue): Val => {
  if (!isList(list)) return f.noOverload(list);
  return f.spendOn(list.length) ? isIn(value, list, f) : f.overBudget();
};

/** cel-go's list extensions, version 3 (ext/lists.go), and `includes` of Kubernetes' lists version 1. */
export const extLists: Library = {
  name: 'lists (ext)',
  functions: [
    define('slice', SINCE, ['list(T).(int, int) list(T)'], slice),
    define('flatten', SINCE, ['list(list(T)).() list(T)'], (f, list) => flatten(f, list as CelValue, 1)),
    define('flatten', SINCE, ['list(dyn).(int) list(dyn)'], flatten),
    define(
      'sort',
      SINCE,
      SORTABLE.map((type) => `list(${type}).() list(${type})`),
      sort,
    ),
    define(
      SORT_BY_KEYS,
      SINCE,
      SORTABLE.map((type) => `list(T).(list(${type})) list(T)`),
      sortByKeys,
    ),
    define('lists.range', SINCE, ['(int) list(int)'], range),
    define('distinct', SINCE, ['list(T).() list(T)'], distinct),
    define('reverse', SINCE, ['list(T).() list(T)'], reverse),
    define('includes', INCLUDES_SINCE, ['list(T).(T) bool'], includes),
  ],
};
