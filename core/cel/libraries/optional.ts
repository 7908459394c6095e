import { Double, Redacted } from '../json.ts';
import { define, type Library } from '../library.ts';
import type { EvaluationFrame } from '../frame.ts';
import { index, listIndex } from '../operators.ts';
import { Duration, MIN_SECONDS, Timestamp } from '../time.ts';
import {
  Unusable,
  Bytes,
  isList,
  isMap,
  lookup,
  mapKey,
  mapSize,
  NONE,
  Optional,
  typeNameOf,
  Uint,
  type CelValue,
  type Val,
} from '../values.ts';

/** What an optional holds; an error where it holds nothing, or what the API server cannot take out. */
export function valueOf(f: EvaluationFrame, { held }: Optional): Val {
  if (held === undefined) return f.fail('optional.none() dereference');
  return held instanceof Unusable
    ? f.fail(`the API server cannot take a ${held.inner.typeName} out of an optional made by ?:, optMap or optFlatMap`)
    : held;
}

/** Whether a value is its type's default, which `optional.ofNonZeroValue` takes for absent. */
export function isZeroValue(value: CelValue): boolean {
  if (value === null || value === false || value === 0 || value === '') return true;
  if (value instanceof Double) return value.value === 0;
  if (value instanceof Uint) return value.unsigned === 0n;
  if (value instanceof Bytes) return value.octets === '';
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Timestamp) return value.seconds === MIN_SECONDS && value.subsecond === 0;
  if (isList(value)) return value.length === 0;
  return isMap(value) && mapSize(value) === 0;
}

/** `container[?key]`: an optional, and an error only where the container cannot have such a key at all. */
export function optionalIndex(f: EvaluationFrame, container: CelValue, key: CelValue): Val {
  if (container instanceof Redacted) return container;
  if (container instanceof Optional) return container.held === undefined ? container : optionalIndex(f, container.held, key);
  if (key instanceof Redacted) return key;
  if (key === null || mapKey(key) === undefined) return f.fail('nothing can be looked up by a value of type', typeNameOf(key));
  if (isList(container)) {
    const at = listIndex(key);
    if (at === undefined) return f.fail('unsupported index of a list', key);
    return at >= 0 && at < container.length ? new Optional(container[at]) : NONE;
  }
  if (!isMap(container)) return NONE;
  const found = lookup(container, key);
  return found === undefined ? NONE : new Optional(found);
}

/** `container[key]`, where the container may be an optional. */
export const plainIndex = (f: EvaluationFrame, container: CelValue, key: CelValue): Val =>
  container instanceof Optional ? optionalIndex(f, container, key) : index(f, container, key);

function unwrap(f: EvaluationFrame, list: CelValue): Val {
  if (!isList(list)) return f.noOverload(list);
  const out: CelValue[] = [];
  for (const element of list) {
    if (!(element instanceof Optional)) return f.noOverload(element);
    if (element.held !== undefined) out.push(element.held);
  }
  return out;
}

const end =
  (last: boolean) =>
  (f: EvaluationFrame, list: CelValue): Val => {
    if (!isList(list)) return f.noOverload(list);
    const element = last ? list.at(-1) : list[0];
    return element === undefined ? NONE : new Optional(element);
  };

/** cel-go's optional types (cel/library.go). `or` and `orValue` look at their argument only when they need it: see calls.ts. */
export const optionals: Library = {
  name: 'optional',
  functions: [
    define('optional.of', 28, ['(V) optional(V)'], (_, value) => (value instanceof Redacted ? value : new Optional(value))),
    define('optional.ofNonZeroValue', 28, ['(V) optional(V)'], (_, value) =>
      value instanceof Redacted ? value : isZeroValue(value as CelValue) ? NONE : new Optional(value),
    ),
    define('optional.none', 28, ['() optional(V)'], () => NONE),
    define('hasValue', 28, ['optional(V).() bool'], (f, value) =>
      value instanceof Optional ? value.held !== undefined : f.noOverload(value),
    ),
    define('value', 28, ['optional(V).() V'], (f, value) =>
      value instanceof Optional ? valueOf(f, value) : f.noOverload(value),
    ),
    define('or', 28, ['optional(V).(optional(V)) optional(V)'], (f, value, other) =>
      value instanceof Optional && other instanceof Optional
        ? value.held === undefined
          ? other
          : value
        : f.noOverload(value, other),
    ),
    // Kubernetes lets orValue stand after a plain value too, which is then the answer.
    define('orValue', 28, ['optional(V).(V) V'], (_, value, other) =>
      value instanceof Optional ? (value.held === undefined ? other : value.held) : value,
    ),
    define('optional.unwrap', 28, ['(list(optional(V))) list(V)'], unwrap),
    define('unwrapOpt', 28, ['list(optional(V)).() list(V)'], unwrap),
    define('first', 28, ['list(V).() optional(V)'], end(false)),
    define('last', 28, ['list(V).() optional(V)'], end(true)),
    define('_[_]', 28, ['(optional(list(V)), int) optional(V)', '(optional(map(K, V)), K) optional(V)'], plainIndex, {
      accepts: (value) => value instanceof Optional,
    }),
    define(
      '_[?_]',
      28,
      [
        '(list(V), int) optional(V)',
        '(optional(list(V)), int) optional(V)',
        '(map(K, V), K) optional(V)',
        '(optional(map(K, V)), K) optional(V)',
      ],
      optionalIndex,
    ),
  ],
};
