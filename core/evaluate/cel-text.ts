/** Small pieces of CEL text: guarded selects, as every shipped expression must be total (design/rules.md). */

/** `has(a.b) && has(a.b.c)` for the base `a` and the fields `b`, `c`. */
export const guard = (base: string, fields: readonly string[]): string =>
  fields.map((_, depth) => `has(${select(base, fields.slice(0, depth + 1))})`).join(' && ');

export const select = (base: string, fields: readonly string[]): string => [base, ...fields].join('.');

/** The value at a path, or `otherwise` where any step is absent. */
export const selectOr = (base: string, fields: readonly string[], otherwise: string): string =>
  fields.length === 0 ? base : `${guard(base, fields)} ? ${select(base, fields)} : ${otherwise}`;

export const parenthesised = (text: string): string => `(${text})`;

export const fieldsOf = (path: string | undefined): readonly string[] =>
  path === undefined || path === '' ? [] : path.split('.');
