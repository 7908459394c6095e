import { isArray, isObject } from '#core/json.ts';
import type { JsonArray, JsonObject, JsonValue } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import type { FieldDefault, Matchers } from '#core/rules/model.ts';

/** Fills in one field: the steps to it, `[]` for every element of a list, and what it is by default. */
interface Filling {
  readonly steps: readonly string[];
  readonly value: JsonValue;
}

/**
 * Gives the function that makes files and live objects alike (decisions.md 16): map values that are null are dropped (the API
 * server reads them as absent), list items are kept, and fields of the table of defaults are filled in. Nothing is copied
 * where nothing changes; the original is never changed.
 */
export function normaliser(
  defaults: readonly FieldDefault[],
  matchers: Pick<Matchers, 'matchers'>,
): (object: JsonObject) => JsonObject {
  const fillings = fillingsByKind(defaults, podSpecs(matchers));
  return (object) => {
    const { apiVersion, kind } = object;
    const clean = withoutNulls(object);
    const wanted = fillings.get(
      `${groupOf(typeof apiVersion === 'string' ? apiVersion : '')}/${typeof kind === 'string' ? kind : ''}`,
    );
    return wanted === undefined ? clean : wanted.reduce(fillObject, clean);
  };
}

function podSpecs(matchers: Pick<Matchers, 'matchers'>): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const matcher of Object.values(matchers.matchers)) {
    if (matcher.kinds === 'any') continue;
    for (const kind of matcher.kinds) if (kind.podSpec !== undefined) paths.set(`${kind.group}/${kind.kind}`, kind.podSpec);
  }
  return paths;
}

function fillingsByKind(
  defaults: readonly FieldDefault[],
  pods: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Filling[]> {
  const fillings = new Map<string, Filling[]>();
  for (const { kinds, path, value } of defaults) {
    for (const kind of kinds) {
      const absolute = path.startsWith('podSpec.') ? pods.get(kind) : '';
      if (absolute === undefined) continue;
      const steps = (absolute === '' ? path : absolute + path.slice('podSpec'.length)).replaceAll('[]', '.[]').split('.');
      fillings.set(kind, [...(fillings.get(kind) ?? []), { steps, value }]);
    }
  }
  return fillings;
}

function fillObject(object: JsonObject, { steps, value }: Filling): JsonObject {
  // A missing spec is an empty one to the API server; deeper structures are only completed where they are there.
  const whole = steps.length === 2 && steps[0] === 'spec' && !Object.hasOwn(object, 'spec') ? { ...object, spec: {} } : object;
  const filled = fill(whole, steps, 0, value);
  return isObject(filled) ? filled : object;
}

function fill(value: JsonValue, steps: readonly string[], depth: number, filling: JsonValue): JsonValue {
  const step = steps[depth];
  if (step === undefined) return value;
  if (step === '[]') return isArray(value) ? changedItems(value, (item) => fill(item, steps, depth + 1, filling)) : value;
  if (!isObject(value)) return value;
  const inner = Object.hasOwn(value, step) ? value[step] : undefined;
  if (depth === steps.length - 1) return inner === undefined ? { ...value, [step]: filling } : value;
  if (inner === undefined) return value;
  const filled = fill(inner, steps, depth + 1, filling);
  return filled === inner ? value : { ...value, [step]: filled };
}

function withoutNulls(object: JsonObject): JsonObject {
  let copy: Record<string, JsonValue> | undefined;
  for (const key in object) {
    const value = object[key];
    if (value === undefined || (typeof value !== 'object' && value !== null)) continue;
    const clean = value === null ? undefined : cleanValue(value);
    if (clean === value) continue;
    copy ??= { ...object };
    if (clean === undefined) delete copy[key];
    else Object.defineProperty(copy, key, { value: clean, enumerable: true, configurable: true, writable: true });
  }
  return copy ?? object;
}

/** Items that are null stay: their place in the list is part of the path to the others. */
const cleanValue = (value: JsonValue): JsonValue =>
  isArray(value) ? changedItems(value, cleanValue) : isObject(value) ? withoutNulls(value) : value;

function changedItems(items: JsonArray, change: (item: JsonValue) => JsonValue): JsonArray {
  let copy: JsonValue[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] ?? null;
    const changed = change(item);
    if (changed === item) continue;
    copy ??= [...items];
    copy[index] = changed;
  }
  return copy ?? items;
}
