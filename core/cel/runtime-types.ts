import { Redacted } from './json.ts';
import { Duration, Timestamp } from './time.ts';
import type { Type } from './types.ts';
import { Bytes, CelObject, doubleOf, isInt, isList, isMap, keysOf, lookup, TypeValue, Uint, type CelValue } from './values.ts';

/** Whether a value may stand for a type at run time, as cel-go looks: of lists and maps only the first entry is looked at. */
export function mayBe(value: CelValue, type: Type): boolean {
  if (value instanceof Redacted) return true;
  switch (type.kind) {
    case 'dyn':
    case 'error':
    case 'param':
    case 'object':
      return true;
    case 'null':
      return value === null;
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return isInt(value);
    case 'uint':
      return value instanceof Uint;
    case 'double':
      return doubleOf(value) !== undefined;
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return value instanceof Bytes;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'duration':
      return value instanceof Duration;
    case 'type':
      return value instanceof TypeValue;
    case 'list': {
      const [first] = isList(value) ? value : [];
      return isList(value) && (first === undefined || mayBe(first, type.element));
    }
    case 'map': {
      if (!isMap(value)) return false;
      const [first] = keysOf(value);
      return first === undefined || (mayBe(first, type.key) && mayBe(lookup(value, first) ?? null, type.value));
    }
    case 'opaque':
      return value instanceof CelObject && value.typeName === type.name;
  }
}
