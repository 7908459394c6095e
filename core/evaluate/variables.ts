import { fieldsOf, guard, parenthesised, select, selectOr } from '#core/evaluate/cel-text.ts';
import { oncePer } from '#core/once.ts';
import type { Collection, CollectionList, MatchedKind, Matchers } from '#core/rules/model.ts';

/** A composed variable as in ValidatingAdmissionPolicy: `variables.<name>`, which may use those before it. */
export interface ComposedVariable {
  readonly name: string;
  readonly expression: string;
}

type ListsCollection = Extract<Collection, { type: 'lists' }>;

/**
 * The variables that rules may use: `podSpec`, `podAnnotations` (those that the Pods of an object get), and every collection that
 * stands directly in the object or its pod spec.
 */
export const composedVariables = oncePer((matchers: Matchers): readonly ComposedVariable[] => {
  const kinds = kindsWithPodSpec(matchers);
  const composed: ComposedVariable[] = [
    { name: 'podSpec', expression: podSpecExpression(kinds) },
    { name: 'podAnnotations', expression: podAnnotationsExpression(kinds) },
  ];
  for (const collection of Object.values(matchers.collections)) {
    if (collection.type !== 'lists' || !standsAlone(collection)) continue;
    composed.push({ name: collection.name, expression: listsExpression(collection, baseText(collection.in)) });
  }
  return composed;
});

/** Whether a collection's lists stand in the object or the pod spec, rather than in the elements of another collection. */
export const standsAlone = (collection: ListsCollection): boolean => collection.in === 'object' || collection.in === 'podSpec';

export const baseText = (base: string): string => (base === 'podSpec' ? 'variables.podSpec' : base);

/** `(has(x.a) ? x.a : []) + (has(x.b) ? x.b : []).filter(it, …)`. */
export const listsExpression = (collection: ListsCollection, base: string): string =>
  collection.lists.map((list) => listExpression(list, base)).join(' + ');

/** The elements of one list below a base, as a list; empty where it is absent. */
export function listExpression(list: CollectionList, base: string): string {
  // An object without a pod spec has an empty one here: it is no element.
  if (list.self === true) return `(size(${base}) == 0 ? [] : [${base}])`;
  const fields = fieldsOf(list.path);
  const value = list.values === true ? `${select(base, fields)}.map(key, ${select(base, fields)}[key])` : select(base, fields);
  return `${parenthesised(`${guard(base, fields)} ? ${value} : []`)}${keptText(list)}`;
}

function keptText(list: CollectionList): string {
  const kept = list.where === undefined ? '' : `.filter(it, ${list.where})`;
  return list.select === undefined ? kept : `${kept}.filter(it, has(it.${list.select})).map(it, it.${list.select})`;
}

/** Where each kind keeps its pod spec, as one expression over `object`, or another name; an object without one gives an empty map. */
export const podSpecExpression = (kinds: readonly MatchedKind[], base = 'object'): string =>
  byKind(kinds, ({ podSpec }) => podSpec, base);

/** The same for the annotations of its Pods. */
export const podAnnotationsExpression = (kinds: readonly MatchedKind[], base = 'object'): string =>
  byKind(kinds, ({ podMetadata }) => (podMetadata === undefined ? undefined : `${podMetadata}.annotations`), base);

function byKind(kinds: readonly MatchedKind[], pathOf: (kind: MatchedKind) => string | undefined, base: string): string {
  const byPath = new Map<string, MatchedKind[]>();
  for (const kind of kinds) {
    const path = pathOf(kind);
    if (path === undefined) continue;
    const same = byPath.get(path) ?? [];
    byPath.set(path, [...same, kind]);
  }
  let expression = '{}';
  for (const [path, same] of [...byPath].toReversed()) {
    const names = [...new Set(same.map((kind) => `'${kind.kind}'`))].toSorted();
    expression = `${base}.kind in [${names.join(', ')}] ? ${parenthesised(selectOr(base, fieldsOf(path), '{}'))} : ${expression}`;
  }
  return expression;
}

/** Every kind that has one, kinds that no server serves any more among them. */
export const kindsWithPodSpec = oncePer((matchers: Matchers): readonly MatchedKind[] => {
  const seen = new Map<string, MatchedKind>();
  for (const matcher of Object.values(matchers.matchers)) {
    if (matcher.kinds === 'any') continue;
    for (const kind of matcher.kinds) if (kind.podSpec !== undefined) seen.set(`${kind.group}/${kind.kind}`, kind);
  }
  return [...seen.values()];
});
