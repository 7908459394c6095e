import { toLiteral } from '#core/cel/index.ts';
import { countsIn, isLive } from '#core/decide/waivers.ts';
import { allOf, anyOf, objectParts, scopeParts } from '#core/enforce/conditions.ts';
import { WAIVER_CONDITION } from '#core/enforce/model.ts';
import type { Condition, ObjectWaiver, WaiverLeftOut } from '#core/enforce/model.ts';
import { coveredElement, coveredField, elementPlace } from '#core/enforce/places.ts';
import type { ElementPlace } from '#core/enforce/places.ts';
import { fieldsOf } from '#core/evaluate/cel-text.ts';
import type { MatchedKind, Matchers, Rule } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

/** The waivers of a rule, ready to be written into an admission policy. */
export interface EnforcedWaivers {
  /** Whole objects: they are not judged. */
  readonly condition?: Condition;
  /** Containers and paths: the rule with these let off. */
  readonly rule: Rule;
  readonly waivers: readonly Waiver[];
  readonly objectWaivers: readonly ObjectWaiver[];
  readonly leftOut: readonly WaiverLeftOut[];
}

/** The waivers that count in a policy on a day (`YYYY-MM-DD`), for one rule, in a stable order. */
export const waiversOf = (waivers: readonly Waiver[], rule: string, policy: string, today: string): readonly Waiver[] =>
  waivers
    .filter((waiver) => waiver.rule === rule && isLive(waiver, today) && countsIn(waiver, policy))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** How one waiver is carried. */
type Carried =
  | { readonly type: 'object'; readonly expression: string }
  | { readonly type: 'place'; readonly expression: string }
  | { readonly type: 'leftOut'; readonly why: string };

export function enforcedWaivers(
  waivers: readonly Waiver[],
  rule: Rule,
  matchers: Matchers,
  kinds: readonly MatchedKind[],
): EnforcedWaivers {
  const carried = waivers.map((waiver) => [waiver, carry(waiver, rule, matchers, kinds)] as const);
  const objectWaivers = carried.flatMap(([waiver, one]) =>
    one.type === 'object' ? [{ waiver, expression: one.expression }] : [],
  );
  const objects = objectWaivers.map(({ expression }) => expression);
  const places = carried.flatMap(([, one]) => (one.type === 'place' ? [one.expression] : []));
  return {
    ...(objects.length === 0 ? {} : { condition: { name: WAIVER_CONDITION, expression: `!(${anyOf(objects)})` } }),
    rule: places.length === 0 ? rule : { ...rule, require: `(${anyOf(places)}) || (${rule.require})` },
    waivers: carried.flatMap(([waiver, { type }]) => (type === 'leftOut' ? [] : [waiver])),
    objectWaivers,
    leftOut: carried.flatMap(([waiver, one]) => (one.type === 'leftOut' ? [{ waiver, why: one.why }] : [])),
  };
}

/** Which objects a waiver speaks of. */
const objectTest = (waiver: Waiver): readonly string[] => [
  ...(waiver.object === undefined ? [] : objectParts(waiver.object)),
  ...scopeParts(waiver),
];

function carry(waiver: Waiver, rule: Rule, matchers: Matchers, kinds: readonly MatchedKind[]): Carried {
  if (waiver.container === undefined && (waiver.path ?? '') === '')
    return { type: 'object', expression: allOf(objectTest(waiver)) };
  const collection = rule.forEach === undefined ? undefined : matchers.collections[rule.forEach];
  if (collection?.type === 'host') return leftOut('the exported form of the rule does not know the places that the rule finds');
  const place = elementPlace(rule, matchers);
  if (place !== undefined) return carryPlace(waiver, place, rule, kinds);
  if (collection?.type === 'lists') return leftOut(NO_PLACE);
  const covered = kinds.map((kind) => {
    const base = collection?.in === 'podSpec' ? fieldsOf(kind.podSpec) : [];
    return coveredField(waiver, [...base, ...fieldsOf(collection?.path), ...fieldsOf(rule.field)]);
  });
  if (covered.some(({ type }) => type === 'cannot')) return leftOut(NO_TEST);
  const off = kinds.filter((_, at) => covered[at]?.type === 'all');
  if (off.length === 0) return leftOut(NO_PLACE);
  return { type: 'object', expression: allOf([...kindTest(off, kinds), ...objectTest(waiver)]) };
}

const NO_PLACE = 'it covers no place of the rule';
const NO_TEST = 'an admission policy cannot tell the places that its path covers from others';
const leftOut = (why: string): Carried => ({ type: 'leftOut', why });

/** Kinds of one name in two groups are taken together: their pod templates stand in the same place. */
const kindTest = (some: readonly MatchedKind[], all: readonly MatchedKind[]): readonly string[] =>
  some.length === all.length ? [] : [`object.kind in ${toLiteral([...new Set(some.map(({ kind }) => kind))].toSorted())}`];

function carryPlace(waiver: Waiver, place: ElementPlace, rule: Rule, kinds: readonly MatchedKind[]): Carried {
  const { object } = waiver;
  const spoken = kinds.filter(({ group, kind }) => object === undefined || (object.kind === kind && object.group === group));
  const kindsByTest = new Map<string, MatchedKind[]>();
  for (const kind of spoken) {
    const covered = coveredElement(waiver, place, kind, rule);
    if (covered.type === 'cannot') return leftOut(NO_TEST);
    if (covered.type === 'none') continue;
    const test = covered.type === 'when' ? covered.expression : 'true';
    kindsByTest.set(test, [...(kindsByTest.get(test) ?? []), kind]);
  }
  if (kindsByTest.size === 0) return leftOut(NO_PLACE);
  const tests = [...kindsByTest].map(([test, same]) => allOf([...kindTest(same, spoken), ...objectTest(waiver), test]));
  return { type: 'place', expression: anyOf(tests) };
}
