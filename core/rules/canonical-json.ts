import { Double, isArray, Redacted } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';

/**
 * One text for one value: keys in code unit order, no spaces, integers and floating point numbers kept apart (`1`, `1.0`), as the
 * engine keeps them apart. A redacted value is written as `!kind`, which no JSON value looks like. For hashing, not for reading back.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint')
    return String(value);
  if (value instanceof Double) return doubleText(value.value);
  if (value instanceof Redacted) return `!${value.kind}`;
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields: string[] = [];
  for (const key of Object.keys(value).toSorted()) {
    const field = value[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalJson(field)}`);
  }
  return `{${fields.join(',')}}`;
}

/** The host's text of a double, with a mark where it would read as an integer. */
function doubleText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.eNI]/.test(text) ? text : `${text}.0`;
}
