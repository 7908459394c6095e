import type { ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import type { ObjectRef } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';

/** A finding as figures need it: `debt` marks a known failure of ratchet mode. */
export type Place = Pick<Finding, 'rule' | 'object' | 'verdict' | 'path'> & { readonly debt?: boolean };

export type TeamOf = (object: ScanObject) => string | undefined;

/** Where a rule fails. Objects are counted as the projection counts them; namespaces and teams in order of name. */
export interface FailingFigures {
  readonly objects: readonly ScanObject[];
  readonly findings: number;
  readonly namespaces: readonly string[];
  readonly teams: readonly string[];
  /** Failing objects that belong to no team. */
  readonly unowned: number;
}

/** Figures of some findings of one rule. */
export function failingFigures(places: readonly Place[], teamOf: TeamOf): FailingFigures {
  const all = [...new Set(places.map(({ object }) => object))];
  const teams = all.map(teamOf);
  return {
    objects: all,
    findings: places.length,
    namespaces: sorted(all.map(({ namespace }) => namespace)),
    teams: sorted(teams),
    unowned: teams.filter((team) => team === undefined).length,
  };
}

function sorted(names: readonly (string | undefined)[]): readonly string[] {
  const named = new Set(names.flatMap((name) => (name === undefined || name === '' ? [] : [name])));
  return [...named].toSorted();
}

/** Findings by rule id, in their order. */
export function byRule<T extends Place>(places: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const rules = new Map<string, T[]>();
  for (const place of places) {
    const { id } = place.rule.rule;
    const known = rules.get(id);
    if (known === undefined) rules.set(id, [place]);
    else known.push(place);
  }
  return rules;
}

/** One object, whatever its version. */
export const objectKey = ({ apiVersion, kind, namespace, name }: ObjectRef): string =>
  [groupOf(apiVersion), kind, namespace ?? '', name].join('\u0000');

export const refOf = ({ apiVersion, kind, namespace, name }: ObjectRef): ObjectRef => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});
