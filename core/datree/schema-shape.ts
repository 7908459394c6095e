import { compilePattern } from '#core/cel/regex.ts';
import { Double, isArray, isObject, own } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/**
 * Whether the JSON Schema of a custom rule compiles for Datree, which reads it as draft-07 with the library gojsonschema: the shape
 * of each keyword, patterns, and references inside the schema. What the schema means is not looked at, nor what it fetches.
 */
export interface SchemaIssue {
  /** Below the schema. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Visit = (value: JsonValue, path: SchemaIssue['path']) => void;
type Check = (value: JsonValue, at: SchemaIssue['path'], visit: Visit) => string | undefined;

const TYPES: ReadonlySet<string> = new Set(['array', 'boolean', 'integer', 'number', 'null', 'object', 'string']);

const numberOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' ? value : typeof value === 'bigint' || value instanceof Double ? Number(value) : undefined;
const isSchema = (value: JsonValue): boolean => isObject(value) || typeof value === 'boolean';

const isText: Check = (value) => (typeof value === 'string' ? undefined : 'must be a text');
const isNumber: Check = (value) => (numberOf(value) === undefined ? 'must be a number' : undefined);
const isBound: Check = (value) =>
  numberOf(value) === undefined && typeof value !== 'boolean' ? 'must be a number, or true' : undefined;
const isCount: Check = (value) => {
  const count = numberOf(value);
  return count !== undefined && Number.isInteger(count) && count >= 0 ? undefined : 'must be a whole number from 0';
};
const isPattern: Check = (value) => {
  if (typeof value !== 'string') return 'must be a text';
  const compiled = compilePattern(value);
  return typeof compiled === 'string' ? `is no regular expression of RE2: ${compiled}` : undefined;
};
const one: Check = (value, at, visit) => {
  if (!isSchema(value)) return 'must be a schema';
  visit(value, at);
  return undefined;
};
const list: Check = (value, at, visit) => {
  if (!isArray(value)) return 'must be a list of schemas';
  if (!value.every(isSchema)) return 'must hold schemas only';
  value.forEach((inner, index) => visit(inner, [...at, index]));
  return undefined;
};
const oneOrList: Check = (value, at, visit) => (isArray(value) ? list(value, at, visit) : one(value, at, visit));
const map: Check = (value, at, visit) => {
  if (!isObject(value)) return 'must be a mapping of names to schemas';
  for (const [name, inner] of Object.entries(value)) {
    if (!isSchema(inner)) return `has no schema under '${name}'`;
    visit(inner, [...at, name]);
  }
  return undefined;
};
const patternMap: Check = (value, at, visit) => {
  const bad = isObject(value) ? Object.keys(value).find((pattern) => typeof compilePattern(pattern) === 'string') : undefined;
  return bad === undefined ? map(value, at, visit) : `has '${bad}', which is no regular expression of RE2`;
};
const dependencies: Check = (value, at, visit) => {
  if (!isObject(value)) return 'must be a mapping';
  for (const [name, inner] of Object.entries(value)) {
    if (isSchema(inner)) visit(inner, [...at, name]);
    else if (!isArray(inner) || !inner.every((item) => typeof item === 'string'))
      return `must have a schema or a list of texts under '${name}'`;
  }
  return undefined;
};
const type: Check = (value) => {
  const names = isArray(value) ? value : [value];
  const bad = names.find((name) => typeof name !== 'string' || !TYPES.has(name));
  if (bad !== undefined) return `must be one of ${[...TYPES].join(', ')}, or a list of them`;
  return new Set(names).size < names.length ? 'names a type twice' : undefined;
};
const required: Check = (value) => {
  if (!isArray(value) || !value.every((name) => typeof name === 'string')) return 'must be a list of texts';
  return new Set(value).size < value.length ? 'names a field twice' : undefined;
};
const enumeration: Check = (value) => {
  if (!isArray(value)) return 'must be a list';
  return new Set(value.map((item) => JSON.stringify(item, plainNumbers))).size < value.length ? 'has a value twice' : undefined;
};
const plainNumbers = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** A list, as `then` must not be a field of an object. */
const KEYWORDS: readonly (readonly [keyword: string, check: Check])[] = [
  ['$schema', isText],
  ['$id', isText],
  ['id', isText],
  ['$ref', isText],
  ['title', isText],
  ['description', isText],
  ['type', type],
  ['properties', map],
  ['patternProperties', patternMap],
  ['additionalProperties', one],
  ['propertyNames', one],
  ['dependencies', dependencies],
  ['items', oneOrList],
  ['additionalItems', one],
  ['contains', one],
  ['multipleOf', (value) => ((numberOf(value) ?? 0) > 0 ? undefined : 'must be a number above 0')],
  ['minimum', isNumber],
  ['maximum', isNumber],
  ['exclusiveMinimum', isBound],
  ['exclusiveMaximum', isBound],
  ['minLength', isCount],
  ['maxLength', isCount],
  ['minProperties', isCount],
  ['maxProperties', isCount],
  ['minItems', isCount],
  ['maxItems', isCount],
  ['uniqueItems', (value) => (typeof value === 'boolean' ? undefined : 'must be true or false')],
  ['pattern', isPattern],
  ['format', isText],
  ['required', required],
  ['enum', enumeration],
  ['allOf', list],
  ['anyOf', list],
  ['oneOf', list],
  ['not', one],
  ['if', one],
  ['then', one],
  ['else', one],
  ['definitions', map],
];

/** Pairs of which the first may not exceed the second, and limits that need the other. */
const ORDERED = [
  ['minLength', 'maxLength'],
  ['minProperties', 'maxProperties'],
] as const;
const LIMITS = [
  ['exclusiveMinimum', 'minimum'],
  ['exclusiveMaximum', 'maximum'],
] as const;

export function schemaIssues(root: JsonValue): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  const seen = new Set<JsonValue>();
  const visit: Visit = (value, path) => {
    if (!isObject(value) || seen.has(value)) return;
    seen.add(value);
    for (const [keyword, message] of keywordIssues(value, path, visit)) issues.push({ path: [...path, keyword], message });
    const reference = own(value, '$ref');
    if (typeof reference !== 'string' || !reference.startsWith('#')) return;
    const target = pointed(root, reference);
    if (target === undefined) issues.push({ path: [...path, '$ref'], message: `leads nowhere: ${reference}` });
    else visit(target.value, target.path);
  };
  if (isSchema(root)) visit(root, []);
  else issues.push({ path: [], message: 'is no schema: a mapping is expected' });
  return issues;
}

function* keywordIssues(schema: JsonObject, path: SchemaIssue['path'], visit: Visit): Generator<readonly [string, string]> {
  for (const [keyword, check] of KEYWORDS) {
    const value = own(schema, keyword);
    if (value === undefined) continue;
    const message = check(value, [...path, keyword], visit);
    if (message !== undefined) yield [keyword, message];
  }
  for (const [low, high] of ORDERED)
    if ((numberOf(own(schema, low)) ?? 0) > (numberOf(own(schema, high)) ?? Number.POSITIVE_INFINITY))
      yield [low, `is more than ${high}`];
  for (const [strict, limit] of LIMITS)
    if (typeof own(schema, strict) === 'boolean' && own(schema, limit) === undefined) yield [strict, `needs ${limit} beside it`];
}

/** What a JSON pointer in a fragment leads to. */
function pointed(
  root: JsonValue,
  reference: string,
): { readonly value: JsonValue; readonly path: SchemaIssue['path'] } | undefined {
  const path: (string | number)[] = [];
  let value: JsonValue | undefined = root;
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    value = isArray(value) ? value[Number(key)] : own(value, key);
    if (value === undefined) return undefined;
    path.push(key);
  }
  return { value, path };
}
