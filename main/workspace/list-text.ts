import { isDeepStrictEqual } from 'node:util';
import { isObject } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';

/**
 * A list as a file is to say it: items that mean what they meant stay as they stand there; in others, what is empty is left out.
 * `raw` is what the file has, `before` what that means, `after` what it is to mean.
 */
export function listText(raw: JsonValue | undefined, before: unknown, after: readonly unknown[]): JsonValue {
  const rawItems: readonly JsonValue[] = Array.isArray(raw) ? raw : [];
  const beforeItems: readonly unknown[] = Array.isArray(before) ? before : [];
  return after.map((item) => {
    const at = beforeItems.findIndex((old) => isDeepStrictEqual(plain(old), plain(item)));
    return at >= 0 && rawItems.length === beforeItems.length ? (rawItems[at] ?? null) : withoutEmpty(plain(item));
  });
}

const plain = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;

function withoutEmpty(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => !isEmpty(field))
      .map(([key, field]) => [key, field]),
  );
}

const isEmpty = (field: JsonValue): boolean =>
  (Array.isArray(field) && field.length === 0) || (isObject(field) && Object.keys(field).length === 0);
