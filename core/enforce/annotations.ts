import { toLiteral } from '#core/cel/index.ts';
import { waivableNames } from '#core/decide/waivers.ts';
import type { Condition } from '#core/enforce/model.ts';
import { fieldsOf, guard, select } from '#core/evaluate/cel-text.ts';
import { DATREE_SKIP, WAIVE } from '#core/inventory/describe.ts';
import type { MatchedKind, Rule } from '#core/rules/model.ts';

/** The annotations that let an object off a rule: by our name for it, and by Datree's. */
const annotationsFor = (rule: Pick<Rule, 'id' | 'aliases'>): readonly string[] =>
  waivableNames(rule).map((name) => `${name === rule.id ? WAIVE : DATREE_SKIP}${name}`);

/** Holds where neither the object nor its pod template is waived by an annotation. */
export function notWaivedByAnnotation(rule: Pick<Rule, 'id' | 'aliases'>, kinds: readonly MatchedKind[]): Condition {
  const byPath = new Map<string, Set<string>>();
  for (const { kind, podMetadata } of kinds) {
    if (podMetadata === undefined || podMetadata === 'metadata') continue;
    byPath.set(podMetadata, (byPath.get(podMetadata) ?? new Set()).add(kind));
  }
  const templates = [...byPath].map(([path, names]) => `object.kind in ${toLiteral([...names].toSorted())} && ${has(path)}`);
  return {
    name: 'not-waived-by-annotation',
    expression: `!${toLiteral(annotationsFor(rule))}.exists(key, ${[has('metadata'), ...templates].join(' || ')})`,
  };
}

function has(metadata: string): string {
  const fields = [...fieldsOf(metadata), 'annotations'];
  return `${guard('object', fields)} && key in ${select('object', fields)}`;
}
