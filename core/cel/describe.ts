import { Double, Redacted } from './json.ts';
import { formatG } from './go-number.ts';
import { CelObject, isList, isMap, keysOf, lookup, Optional, type CelValue } from './values.ts';

const MAX_LENGTH = 80;
const MAX_DEPTH = 4;

/** A value in a few words, for messages. */
export function describe(value: CelValue): string {
  const text = write(value, 0);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).toWellFormed()}...` : text;
}

function write(value: CelValue, depth: number): string {
  if (typeof value === 'string') return depth === 0 ? value : JSON.stringify(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Double) return formatG(value.value);
  if (value instanceof Redacted) return '(redacted)';
  if (depth > MAX_DEPTH) return '...';
  if (isList(value))
    return `[${value
      .slice(0, 10)
      .map((each) => write(each, depth + 1))
      .join(', ')}]`;
  if (isMap(value))
    return `{${keysOf(value)
      .slice(0, 10)
      .map((key) => `${write(key, depth + 1)}: ${write(lookup(value, key) ?? null, depth + 1)}`)
      .join(', ')}}`;
  if (value instanceof Optional)
    return value.held === undefined ? 'optional.none()' : `optional.of(${write(value.held, depth + 1)})`;
  return value instanceof CelObject ? value.toString() : '';
}
