import { renamed } from '#core/enforce/renames.ts';
import { elementPlace } from '#core/enforce/places.ts';
import type { ElementPlace } from '#core/enforce/places.ts';
import { fieldsOf, guard, select } from '#core/evaluate/cel-text.ts';
import { composedVariables, listExpression } from '#core/evaluate/variables.ts';
import type { ComposedVariable } from '#core/evaluate/variables.ts';
import { oncePer } from '#core/once.ts';
import { mapKeysOf } from '#core/path.ts';
import type { Collection, Matchers, Rule } from '#core/rules/model.ts';

const before = (name: string): string => `${name}Before`;

/** The composed variables of the object as it was before an update, to be read in updates only: `podSpecBefore` and so on. */
export const variablesBefore = oncePer((matchers: Matchers): readonly ComposedVariable[] => {
  const renames = renamesOf(matchers, []);
  return composedVariables(matchers).map(({ name, expression }) => ({
    name: before(name),
    expression: renamed(expression, renames) ?? expression,
  }));
});

const renamesOf = (matchers: Matchers, elements: readonly string[]) => ({
  names: Object.fromEntries([['object', 'oldObject'], ...elements.map((name) => [name, before(name)] as const)]),
  variables: Object.fromEntries(composedVariables(matchers).map(({ name }) => [name, before(name)])),
});

/**
 * The rule as updates may meet it that add no violation: an element may fail that failed before, known by its list key (its name, say)
 * or else by its value; a rule about an object as a whole may fail where it failed before. Undefined: its expression cannot be read.
 */
export function withoutOldFailures(rule: Rule, matchers: Matchers): Rule | undefined {
  const failed = failedBefore(rule, matchers);
  const when = rule.when === undefined ? 'true' : renamed(rule.when, renamesOf(matchers, []));
  if (failed === undefined || when === undefined) return undefined;
  const applied = rule.when === undefined ? '' : `(${when}) && `;
  // A conditional, so that what cannot be computed does not pass for having failed before.
  return { ...rule, require: `(${rule.require}) ? true : request.operation == 'UPDATE' && ${applied}(${failed})` };
}

function failedBefore(rule: Rule, matchers: Matchers): string | undefined {
  const collection = rule.forEach === undefined ? undefined : matchers.collections[rule.forEach];
  if (collection === undefined) return negated(rule, matchers, []);
  if (collection.type === 'single') return singleBefore(rule, matchers, collection);
  if (collection.type === 'lists') {
    const place = elementPlace(rule, matchers);
    return place === undefined ? undefined : elementBefore(rule, matchers, place, sameElement);
  }
  if (collection.host === 'apiVersions') return negated(rule, matchers, []);
  const places = rule.exportAs.map((name) => elementPlace({ forEach: name }, matchers));
  const texts = places.map((place) => (place === undefined ? undefined : elementBefore(rule, matchers, place, sameText)));
  return texts.includes(undefined) ? undefined : texts.join(' || ');
}

function negated(rule: Rule, matchers: Matchers, elements: readonly string[]): string | undefined {
  const text = renamed(rule.require, renamesOf(matchers, elements));
  return text === undefined ? undefined : `!(${text})`;
}

function singleBefore(rule: Rule, matchers: Matchers, { in: base, path }: Collection & { type: 'single' }): string | undefined {
  const root = base === 'podSpec' ? `variables.${before('podSpec')}` : 'oldObject';
  const fields = fieldsOf(path);
  const failed = negated(rule, matchers, ['it']);
  if (failed === undefined) return undefined;
  const found = `[${select(root, fields)}].exists(${before('it')}, ${failed})`;
  return fields.length === 0 ? found : `${guard(root, fields)} && ${found}`;
}

/** Whether an element is the same as one before, by the names of both; undefined: it need not be. */
type Same = (step: ElementPlace[number], innermost: boolean) => string | undefined;

function elementBefore(rule: Rule, matchers: Matchers, place: ElementPlace, same: Same): string | undefined {
  const failed = negated(
    rule,
    matchers,
    place.map(({ element }) => element),
  );
  if (failed === undefined) return undefined;
  let text = failed;
  for (const [at, step] of [...place.entries()].toReversed()) {
    const around = place[at - 1]?.element;
    const lists =
      around === undefined
        ? [`variables.${before(step.collection.name)}`]
        : step.collection.lists.map((list) => listExpression(list, before(around)));
    const test = same(step, at === place.length - 1);
    const found = test === undefined ? text : `${test} && ${text}`;
    text = `(${lists.map((list) => `${list}.exists(${before(step.element)}, ${found})`).join(' || ')})`;
  }
  return text;
}

const sameText: Same = ({ element }, innermost) => (innermost ? `${element} == ${before(element)}` : undefined);

/** By the list's key where both have it. Elements that are values of a map, or fields of what a list holds, have no key of their own. */
const sameElement: Same = ({ collection: { lists }, element }) => {
  const [list] = lists;
  const old = before(element);
  const equal = `${element} == ${old}`;
  if (list === undefined || lists.some(({ values, select: field }) => values === true || field !== undefined)) return equal;
  const keys = mapKeysOf(fieldsOf(list.path).at(-1) ?? '');
  const byKey = keys.toReversed().reduce((otherwise, names) => {
    const have = names.flatMap((name) => [`has(${element}.${name})`, `has(${old}.${name})`]).join(' && ');
    return `${have} ? ${names.map((name) => `${element}.${name} == ${old}.${name}`).join(' && ')} : ${otherwise}`;
  }, equal);
  return `(type(${element}) == map && type(${old}) == map ? (${byKey}) : ${equal})`;
};
