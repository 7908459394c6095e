import { toLiteral } from '#core/cel/index.ts';
import { isAtOrBelow } from '#core/decide/waivers.ts';
import { anyOf } from '#core/enforce/conditions.ts';
import { fieldsOf } from '#core/evaluate/cel-text.ts';
import { standsAlone } from '#core/evaluate/variables.ts';
import { formatPath, parsePath } from '#core/path.ts';
import type { ElementStep, PathStep } from '#core/path.ts';
import type { Collection, CollectionList, MatchedKind, Matchers, Rule } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

type ListsCollection = Extract<Collection, { type: 'lists' }>;

/** Where an element stands: the collections from the outermost, each with the name that its element has in the exported expression. */
export type ElementPlace = readonly { readonly collection: ListsCollection; readonly element: string }[];

/** Undefined where a rule does not judge elements of lists. */
export function elementPlace({ forEach }: Pick<Rule, 'forEach'>, { collections }: Matchers): ElementPlace | undefined {
  const place: { readonly collection: ListsCollection; readonly element: string }[] = [];
  let element = 'it';
  for (let name = forEach; name !== undefined;) {
    const collection = collections[name];
    if (collection?.type !== 'lists') return undefined;
    place.unshift({ collection, element });
    if (standsAlone(collection)) return place;
    element = collection.as ?? 'parent';
    name = collection.in;
  }
  return undefined;
}

/** Which places of a rule a waiver covers: all, none, or those for which an expression holds. */
export type Covered =
  | { readonly type: 'all' }
  | { readonly type: 'none' }
  | { readonly type: 'cannot' }
  | { readonly type: 'when'; readonly expression: string };

const ALL: Covered = { type: 'all' };
const NONE: Covered = { type: 'none' };
const CANNOT: Covered = { type: 'cannot' };

/** What the waiver's container and path cover of an element, in objects of one kind. `rule.field` is where its findings point. */
export function coveredElement(waiver: Waiver, place: ElementPlace, kind: MatchedKind, rule: Rule): Covered {
  const named = coveredContainer(waiver, place);
  if (named.type === 'none' || waiver.path === undefined) return named;
  const steps = parsePath(waiver.path);
  const [outermost] = place;
  if (!steps.ok || outermost === undefined) return CANNOT;
  const below = coveredBelow(steps.value, place, baseOf(outermost.collection, kind), rule);
  if (below.type === 'all') return named;
  if (below.type !== 'when' || named.type !== 'when') return below;
  return { type: 'when', expression: `${named.expression} && (${below.expression})` };
}

/** The same for a rule that judges the object, or one part of it. */
export function coveredField(waiver: Waiver, fields: readonly string[]): Covered {
  if (waiver.container !== undefined) return NONE;
  if (waiver.path === undefined) return ALL;
  const steps = parsePath(waiver.path);
  if (!steps.ok) return CANNOT;
  return isAtOrBelow(formatPath(fields), formatPath(steps.value)) ? ALL : NONE;
}

function coveredContainer({ container }: Waiver, place: ElementPlace): Covered {
  if (container === undefined) return ALL;
  const holder = place.find(({ collection }) => collection.containers);
  if (holder === undefined) return NONE;
  return { type: 'when', expression: isKey(holder.element, 'name', container) };
}

/** A key's value is text in a path: `80` stands for the number too. */
const isKey = (element: string, key: string, value: string): string =>
  `has(${element}.${key}) && string(${element}.${key}) == ${toLiteral(value)}`;

const baseOf = (collection: ListsCollection, kind: MatchedKind): readonly string[] =>
  collection.in === 'podSpec' ? fieldsOf(kind.podSpec) : [];

/** Steps through the lists of the collections, from the outermost inwards. */
function coveredBelow(steps: readonly PathStep[], place: ElementPlace, base: readonly string[], rule: Rule): Covered {
  const [here, ...inner] = place;
  if (here === undefined) return coveredRest(steps, fieldsOf(rule.field));
  const { collection, element } = here;
  const covered = collection.lists.map((list) => coveredInList(steps, list, element, inner, base, rule));
  if (covered.every(({ type }) => type === 'all')) return ALL;
  if (covered.some(({ type }) => type === 'cannot')) return CANNOT;
  // A whole list of several: its elements cannot be told from those of the others.
  if (covered.some(({ type }) => type === 'all')) return CANNOT;
  const tests = covered.flatMap((one) => (one.type === 'when' ? [one.expression] : []));
  return tests.length === 0 ? NONE : { type: 'when', expression: anyOf([...new Set(tests)]) };
}

function coveredInList(
  steps: readonly PathStep[],
  list: CollectionList,
  element: string,
  inner: ElementPlace,
  base: readonly string[],
  rule: Rule,
): Covered {
  if (list.self === true) return coveredSelf(steps, element, base, fieldsOf(rule.field));
  const to = [...base, ...fieldsOf(list.path)];
  const first = coveredRest(steps.slice(0, to.length), to);
  if (first.type === 'none' || steps.length <= to.length) return first;
  const [step, ...rest] = steps.slice(to.length);
  // Elements of these have neither their key nor their place any more.
  if (list.values === true || list.select !== undefined || step === undefined || typeof step === 'number') return CANNOT;
  if (typeof step === 'string') return NONE;
  const below = inner.length === 0 ? coveredRest(rest, fieldsOf(rule.field)) : coveredBelow(rest, inner, [], rule);
  if (below.type === 'none' || below.type === 'cannot') return below;
  const key = keyTest(element, step);
  return { type: 'when', expression: below.type === 'when' ? `${key} && (${below.expression})` : key };
}

/** What a list stands in, as an element beside those of the list: it is the one that has no name. */
function coveredSelf(steps: readonly PathStep[], element: string, base: readonly string[], field: readonly string[]): Covered {
  const covered = coveredRest(steps, [...base, ...field]);
  return covered.type === 'all' && steps.length > base.length ? { type: 'when', expression: `!has(${element}.name)` } : covered;
}

/** Container names are unique in a Pod, whichever list they stand in. */
const keyTest = (element: string, { keys }: ElementStep): string =>
  keys.map(([key, value]) => isKey(element, key, value)).join(' && ');

/** Whether what is left of a waiver's path leads to the fields, or above them. */
const coveredRest = (steps: readonly PathStep[], fields: readonly string[]): Covered =>
  steps.length <= fields.length && steps.every((step, at) => step === fields[at]) ? ALL : NONE;
