import { isBuiltIn, DATREE_IDENTIFIERS } from '#core/datree/identifiers.ts';
import { schemaIssues } from '#core/datree/schema-shape.ts';
import { Problems } from '#core/datree/text.ts';
import type { DatreeProblem, DatreeText, TextPath } from '#core/datree/text.ts';
import { isArray, isObject, own } from '#core/json.ts';
import type { JsonArray, JsonObject, JsonValue } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';

/**
 * The checks that Datree itself makes of a policies.yaml, each failure with its place: what it refuses is refused here and what it
 * takes is taken. Fields that it does not know are left alone, as Datree does.
 */
export function checkDatree(text: DatreeText, parseJson: ParseJson): readonly DatreeProblem[] {
  const problems = new Problems(text);
  if (!isObject(text.value)) problems.error([], 'must be a mapping with apiVersion and policies');
  else checkFile(text.value, problems, parseJson);
  return problems.list;
}

/** The value of a JSON text, or what is wrong with it. */
export type ParseJson = (text: string) => { readonly value: JsonValue } | { readonly error: string };

/** Letters, digits and single underscores between them; identifiers may have dots as well. */
export const isPolicyName = (name: string): boolean => /^[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*$/.test(name);
const isIdentifier = (name: string): boolean => /^[A-Za-z0-9.]+(?:_[A-Za-z0-9.]+)*$/.test(name);

function checkFile(file: JsonObject, problems: Problems, parseJson: ParseJson): void {
  const version = own(file, 'apiVersion');
  if (version === undefined) problems.error([], 'apiVersion is missing', "Write 'apiVersion: v1'.");
  else if (version !== 'v1') problems.error(['apiVersion'], 'must be v1');
  const custom = checkCustomRules(own(file, 'customRules'), problems, parseJson);
  const policies = own(file, 'policies');
  if (policies === undefined) problems.error([], 'policies is missing');
  else if (!isArray(policies)) problems.error(['policies'], 'must be a list of policies');
  else if (policies.length === 0) problems.error(['policies'], 'must name at least one policy');
  else checkPolicies(policies, custom, problems);
}

function checkPolicies(policies: JsonArray, custom: ReadonlySet<string>, problems: Problems): void {
  policies.forEach((policy, index) => {
    const path = ['policies', index];
    if (isObject(policy)) checkPolicy(policy, path, custom, problems);
    else problems.error(path, 'must be a mapping with a name');
  });
  const defaults = policies.flatMap((policy, index) => (own(policy, 'isDefault') === true ? [index] : []));
  const [, second] = defaults;
  if (second !== undefined)
    problems.error(['policies', second, 'isDefault'], 'is the second default policy: exactly one may be it');
  else if (defaults.length === 0)
    problems.error(['policies'], 'has no default policy: exactly one must be it', "Write 'isDefault: true' in one of them.");
}

function checkPolicy(policy: JsonObject, path: TextPath, custom: ReadonlySet<string>, problems: Problems): void {
  const name = own(policy, 'name');
  if (name === undefined) problems.error(path, 'has no name');
  else if (typeof name !== 'string') problems.error([...path, 'name'], 'must be a text');
  else if (!isPolicyName(name))
    problems.error([...path, 'name'], 'is no policy name: letters, digits, and single underscores between them');
  const isDefault = own(policy, 'isDefault');
  if (isDefault !== undefined && typeof isDefault !== 'boolean') problems.error([...path, 'isDefault'], 'must be true or false');
  const rules = own(policy, 'rules');
  if (rules === undefined || rules === null) return;
  if (!isArray(rules)) {
    problems.error([...path, 'rules'], 'must be a list of rules, or empty');
    return;
  }
  const seen = new Set<string>();
  rules.forEach((rule, index) => {
    const identifier = checkRule(rule, [...path, 'rules', index], problems);
    if (identifier === undefined) return;
    const at = [...path, 'rules', index, 'identifier'];
    if (seen.has(identifier)) problems.error(at, `names ${identifier} a second time in this policy`);
    seen.add(identifier);
    if (isBuiltIn(identifier) || custom.has(identifier)) return;
    problems.error(
      at,
      `${identifier} is neither a rule of Datree's nor a custom rule of this file`,
      didYouMean(identifier, custom),
    );
  });
}

/** The identifier that was probably meant. */
export const nearestIdentifier = (identifier: string, custom: Iterable<string>): string =>
  nearest(identifier, [...DATREE_IDENTIFIERS, ...custom]);

export const didYouMean = (identifier: string, custom: Iterable<string>): string =>
  `Did you mean ${nearestIdentifier(identifier, custom)}?`;

function checkRule(rule: JsonValue, path: TextPath, problems: Problems): string | undefined {
  if (!isObject(rule)) {
    problems.error(path, 'must be a mapping with identifier and messageOnFailure');
    return undefined;
  }
  const message = own(rule, 'messageOnFailure');
  if (message === undefined) problems.error(path, 'has no messageOnFailure');
  else if (typeof message !== 'string') problems.error([...path, 'messageOnFailure'], 'must be a text');
  return checkIdentifier(rule, path, problems);
}

function checkIdentifier(rule: JsonObject, path: TextPath, problems: Problems): string | undefined {
  const identifier = own(rule, 'identifier');
  if (identifier === undefined) problems.error(path, 'has no identifier');
  else if (typeof identifier !== 'string') problems.error([...path, 'identifier'], 'must be a text');
  else if (isIdentifier(identifier)) return identifier;
  else problems.error([...path, 'identifier'], 'is no identifier: letters, digits, dots, and single underscores between them');
  return undefined;
}

/** Gives the identifiers that the file defines. */
function checkCustomRules(rules: JsonValue | undefined, problems: Problems, parseJson: ParseJson): ReadonlySet<string> {
  const defined = new Set<string>();
  if (rules === undefined || rules === null) return defined;
  if (!isArray(rules)) {
    problems.error(['customRules'], 'must be a list of rules, or empty');
    return defined;
  }
  rules.forEach((rule, index) => {
    const path = ['customRules', index];
    if (!isObject(rule)) {
      problems.error(path, 'must be a mapping with identifier, name, defaultMessageOnFailure and a schema');
      return;
    }
    for (const field of ['name', 'defaultMessageOnFailure']) {
      const value = own(rule, field);
      if (value === undefined) problems.error(path, `has no ${field}`);
      else if (typeof value !== 'string') problems.error([...path, field], 'must be a text');
    }
    for (const [at, message] of customSchemaIssues(rule, parseJson)) problems.error([...path, ...at], message);
    const identifier = checkIdentifier(rule, path, problems);
    if (identifier === undefined) return;
    const at = [...path, 'identifier'];
    if (defined.has(identifier)) problems.error(at, `defines ${identifier} a second time`);
    else if (isBuiltIn(identifier)) problems.error(at, `defines ${identifier}, which is a rule of Datree's own`);
    defined.add(identifier);
  });
  return defined;
}

/** What keeps the schema of a custom rule from compiling. */
export function* customSchemaIssues(rule: JsonObject, parseJson: ParseJson): Generator<readonly [TextPath, string]> {
  const schema = own(rule, 'schema');
  const jsonSchema = own(rule, 'jsonSchema');
  // An empty text counts as none.
  if ((schema === undefined) === (jsonSchema === undefined || jsonSchema === '')) {
    yield [[], 'must have exactly one of schema and jsonSchema'];
  } else if (schema !== undefined) {
    if (!isObject(schema)) yield [['schema'], 'must be a mapping'];
    else for (const issue of schemaIssues(schema)) yield [['schema', ...issue.path], issue.message];
  } else if (typeof jsonSchema !== 'string') {
    yield [['jsonSchema'], 'must be a text'];
  } else {
    const parsed = parseJson(jsonSchema);
    if ('error' in parsed) yield [['jsonSchema'], `is no JSON: ${parsed.error}`];
    else for (const { path, message } of schemaIssues(parsed.value)) yield [['jsonSchema'], inText(path, message)];
  }
}

const inText = (path: TextPath, message: string): string => (path.length === 0 ? message : `${path.join('.')} ${message}`);
