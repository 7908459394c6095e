import { substituteParams } from '#core/cel/index.ts';
import type { CelIssue } from '#core/cel/index.ts';
import { fieldsOf, guard, parenthesised, select } from '#core/evaluate/cel-text.ts';
import { baseText, composedVariables, listExpression, standsAlone } from '#core/evaluate/variables.ts';
import type { ComposedVariable } from '#core/evaluate/variables.ts';
import { oncePer } from '#core/once.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Collection, Matchers, Rule } from '#core/rules/model.ts';

/** The form that exporters emit: one boolean CEL expression, and the composed variables it uses (in order). */
export interface OneExpression {
  readonly expression: string;
  readonly variables: readonly ComposedVariable[];
  /** What the expression leaves out, for host collections (design/rules.md). */
  readonly narrowed?: string;
}

/**
 * Writes a rule as one expression: `when ? <collection>.all(it, require) : true`. Vacuously true where there is no element.
 * `when` stands in a conditional, not in an `||`, so that its error stays an error as in the element-wise form.
 */
export function oneExpression(rule: Rule, matchers: Matchers): Result<OneExpression, CelIssue> {
  const requirement = substituteParams(rule.require, rule.params);
  if (!requirement.ok) return requirement;
  const when = rule.when === undefined ? undefined : substituteParams(rule.when, rule.params);
  if (when !== undefined && !when.ok) return when;
  const body = bodyOf(rule, matchers, requirement.value);
  if (!body.ok) return body;
  const expression = when === undefined ? body.value : `${parenthesised(when.value)} ? ${parenthesised(body.value)} : true`;
  return ok({ expression, variables: usedVariables(expression, composedVariables(matchers)), ...narrowing(rule) });
}

function narrowing(rule: Rule): { readonly narrowed?: string } {
  return rule.exportAs.length === 0 ? {} : { narrowed: `only ${rule.exportAs.join(', ')}` };
}

function bodyOf(rule: Rule, matchers: Matchers, requirement: string): Result<string, CelIssue> {
  if (rule.forEach === undefined) return ok(requirement);
  const collection = matchers.collections[rule.forEach];
  if (collection === undefined) return missing(rule.forEach);
  if (collection.type !== 'host') return allOf(collection, matchers, requirement);
  if (collection.host === 'apiVersions')
    return ok(`[{'manager': dyn(''), 'apiVersion': object.apiVersion}].all(it, ${requirement})`);
  const parts: string[] = [];
  for (const name of rule.exportAs) {
    const standIn = matchers.collections[name];
    if (standIn === undefined || standIn.type === 'host') return missing(name);
    const part = allOf(standIn, matchers, requirement);
    if (!part.ok) return part;
    parts.push(parenthesised(part.value));
  }
  return ok(parts.join(' && '));
}

const missing = (name: string): Result<never, CelIssue> =>
  err({ message: `there is no collection '${name}' in resources/matchers.yaml`, line: 1, column: 1, snippet: name });

/** `<collection>.all(<element>, requirement)`, with what guards an absent list. */
function allOf(
  collection: Exclude<Collection, { type: 'host' }>,
  matchers: Matchers,
  requirement: string,
  element = 'it',
): Result<string, CelIssue> {
  if (collection.type === 'single') {
    const fields = fieldsOf(collection.path);
    const base = baseText(collection.in);
    const check = `[${select(base, fields)}].all(${element}, ${requirement})`;
    return ok(fields.length === 0 ? check : `!(${guard(base, fields)}) || ${check}`);
  }
  if (standsAlone(collection)) return ok(`variables.${collection.name}.all(${element}, ${requirement})`);
  const parent = matchers.collections[collection.in];
  if (parent === undefined || parent.type === 'host') return missing(collection.in);
  // Nested collections become nested all(); the parent's element is bound to the name that the rule's expressions use.
  const outer = collection.as ?? 'parent';
  const inner = collection.lists.map((list) => `${listExpression(list, outer)}.all(${element}, ${requirement})`);
  return allOf(parent, matchers, inner.join(' && '), outer);
}

/** Those of the variables that an expression reads, or one that it reads does, in their order. */
export function usedVariables(expression: string, composed: readonly ComposedVariable[]): readonly ComposedVariable[] {
  const read = new Set(variablesIn(expression));
  // Each reads only those before it.
  for (const variable of composed.toReversed()) {
    if (read.has(variable.name)) for (const name of variablesOf(variable)) read.add(name);
  }
  return composed.filter(({ name }) => read.has(name));
}

const variablesIn = (text: string): readonly string[] => [...text.matchAll(/\bvariables\.(\w+)/g)].map(([, name = '']) => name);
const variablesOf = oncePer(({ expression }: ComposedVariable) => variablesIn(expression));
