import type { FactFinding, ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import { formatPath, parsePath } from '#core/path.ts';
import { scopeTest } from '#core/policy/scope.ts';
import type { Rule } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

/** Whether a waiver counts on a day (`YYYY-MM-DD`): until the end of its last day. */
export const isLive = ({ expires }: Pick<Waiver, 'expires'>, today: string): boolean => expires === undefined || today <= expires;

/** Days from today to the last day of a waiver: 0 on the last day itself. Undefined without an end. */
export const daysLeft = ({ expires }: Pick<Waiver, 'expires'>, today: string): number | undefined =>
  expires === undefined ? undefined : Math.round((Date.parse(expires) - Date.parse(today)) / 86_400_000);

/** How a waiver stands on a day, whatever it lets off. `expiring`: it has this many days left, or fewer. */
export function waiverState(waiver: Waiver, today: string, expiringDays: number): 'live' | 'expiring' | 'expired' {
  if (!isLive(waiver, today)) return 'expired';
  const left = daysLeft(waiver, today);
  return left !== undefined && left <= expiringDays ? 'expiring' : 'live';
}

/** A waiver as tests, made once for all findings. */
export interface WaiverTest {
  readonly waiver: Waiver;
  /** Whether it speaks of this object at all: by name, namespace and labels. */
  readonly object: (object: ScanObject) => boolean;
  /** Whether it covers a place of an object that it speaks of: by container and path. */
  readonly place: (place: FactFinding) => boolean;
}

export function waiverTest(waiver: Waiver): WaiverTest {
  const { object: named, container, path } = waiver;
  const inScope = scopeTest(waiver);
  const above = path === undefined ? undefined : plainPath(path);
  return {
    waiver,
    object: (object) =>
      (named === undefined ||
        (object.name === named.name &&
          object.kind === named.kind &&
          object.namespace === named.namespace &&
          groupOf(object.apiVersion) === named.group)) &&
      inScope(object),
    place: (place) =>
      (container === undefined || place.container === container) && (above === undefined || isAtOrBelow(place.path, above)),
  };
}

/** The live waivers that count in a policy, by rule. */
export function liveWaivers(
  waivers: readonly Waiver[],
  policy: string | undefined,
  today: string,
): ReadonlyMap<string, readonly WaiverTest[]> {
  const byRule = new Map<string, WaiverTest[]>();
  for (const waiver of waivers) {
    if (!isLive(waiver, today) || !countsIn(waiver, policy)) continue;
    byRule.set(waiver.rule, [...(byRule.get(waiver.rule) ?? []), waiverTest(waiver)]);
  }
  return byRule;
}

export const countsIn = ({ policies }: Pick<Waiver, 'policies'>, policy: string | undefined): boolean =>
  policies === undefined || (policy !== undefined && policies.includes(policy));

/** Paths that differ only in how they are written are one. */
function plainPath(path: string): string {
  const steps = parsePath(path);
  return steps.ok ? formatPath(steps.value) : path;
}

/** Whether a path is another, or leads below it; the empty path is the object itself, above everything. */
export const isAtOrBelow = (path: string, above: string): boolean =>
  above === '' || path === above || (path.startsWith(above) && (path[above.length] === '.' || path[above.length] === '['));

/** The names by which an annotation may waive a rule: its id or, as Datree did, its Datree key (design/rules.md). */
export const waivableNames = (rule: Pick<Rule, 'id' | 'aliases'>): readonly string[] => [
  rule.id,
  ...(rule.aliases['datree'] ?? []),
];

/** Under which name an object's annotations waive a rule; undefined where they do not. */
export const annotationFor = (object: Pick<ScanObject, 'waivers'>, rule: Pick<Rule, 'id' | 'aliases'>): string | undefined =>
  waivableNames(rule).find((name) => Object.hasOwn(object.waivers, name));
