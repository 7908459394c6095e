import type { RatchetView } from '#core/api/ratchet.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { byRule, objectKey, refOf } from '#core/ratchet/failing.ts';
import type { Place, TeamOf } from '#core/ratchet/failing.ts';

const MOST = 10;

/**
 * What moves most: objects whose fix makes most rules ready, which are those that fail a rule alone. Rules in order of id; most
 * rules first, at most 10.
 */
export function movesOf(gapRules: readonly string[], findings: readonly Place[], teamOf: TeamOf): RatchetView['moves'] {
  const rules = byRule(findings.filter(({ verdict }) => verdict === 'fail'));
  const moved = new Map<ScanObject, string[]>();
  for (const rule of gapRules.toSorted()) {
    const last = onlyObject(rules.get(rule) ?? []);
    if (last === undefined) continue;
    moved.set(last, [...(moved.get(last) ?? []), rule]);
  }
  return [...moved]
    .toSorted(([left, some], [right, others]) => others.length - some.length || (objectKey(left) < objectKey(right) ? -1 : 1))
    .slice(0, MOST)
    .map(([object, ready]) => {
      const team = teamOf(object);
      return { object: refOf(object), ...(team === undefined ? {} : { team }), rules: ready };
    });
}

function onlyObject(places: readonly Place[]): ScanObject | undefined {
  const [first] = places;
  return places.every(({ object }) => object === first?.object) ? first?.object : undefined;
}
