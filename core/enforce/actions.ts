import { MODES } from '#core/model.ts';
import type { Action, EnforceMode } from '#core/enforce/model.ts';

/** How far enforcement goes, at most: in some namespaces, by name, or in all that no other step names. */
export interface Step {
  readonly mode: EnforceMode;
  readonly namespaces?: readonly string[];
}

export const milder = (a: EnforceMode, b: EnforceMode): EnforceMode => (MODES.indexOf(a) < MODES.indexOf(b) ? a : b);

/** The actions of a rule of this mode: never harder than the policy says, never harder than the step for the namespace. */
export function actionsOf(mode: EnforceMode, steps: readonly Step[]): readonly Action[] {
  const general = milder(mode, steps.find(({ namespaces }) => namespaces === undefined)?.mode ?? 'deny');
  const named = new Map<EnforceMode, string[]>();
  for (const { mode: most, namespaces } of steps) {
    const here = milder(mode, most);
    if (namespaces !== undefined && here !== general) named.set(here, [...(named.get(here) ?? []), ...namespaces]);
  }
  const except = [...named.values()].flat().toSorted();
  return [
    { mode: general, ...(except.length === 0 ? {} : { exceptNamespaces: except }) },
    ...[...named].map(([here, namespaces]) => ({ mode: here, namespaces: namespaces.toSorted() })),
  ];
}
