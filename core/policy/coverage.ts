import type { CoverageEntry, CoverageStatus } from '#core/model.ts';
import type { Matchers, Rule } from '#core/rules/model.ts';

/** How much of what could be listed was read, and which rules that leaves without a sound verdict. */
export interface CoverageView {
  /** Share of listable kinds read completely, 0 to 1; kinds left out by the stated list do not count. 1 where nothing was listed (files). */
  readonly share: number;
  /** `group/Kind` of every kind that was not read completely, with the reason. */
  readonly missing: ReadonlyMap<string, string>;
}

const isRead = (status: CoverageStatus): boolean => status === 'complete' || status === 'metadataOnly';
const isAside = (status: CoverageStatus): boolean => status === 'leftOut';

/**
 * A kind counts as read when one list over all namespaces was complete, or, where the scan was asked for certain namespaces only
 * (there is no entry over all then), when the list of each of them was. Reading some namespaces after a 403, which leaves an
 * entry over all, does not make the kind complete.
 */
export function viewCoverage(entries: readonly CoverageEntry[]): CoverageView {
  const byKind = new Map<string, CoverageEntry[]>();
  for (const entry of entries) {
    if (isAside(entry.status)) continue;
    const key = `${entry.group}/${entry.kind}`;
    byKind.set(key, [...(byKind.get(key) ?? []), entry]);
  }
  const missing = new Map<string, string>();
  for (const [key, kind] of byKind) {
    const everywhere = kind.filter((entry) => entry.namespace === undefined);
    const inNamespaces = kind.filter((entry) => entry.namespace !== undefined);
    const whole = everywhere.some((entry) => isRead(entry.status));
    const asked = everywhere.length === 0 && inNamespaces.every((entry) => isRead(entry.status));
    if (whole || asked) continue;
    const fault = kind.find((entry) => !isRead(entry.status));
    missing.set(key, fault?.reason ?? fault?.status ?? 'not read');
  }
  return { share: byKind.size === 0 ? 1 : (byKind.size - missing.size) / byKind.size, missing };
}

/** Why a rule has no sound verdict over the whole scan; undefined where every kind that it needs was read. */
export function missingFor(rule: Rule, matchers: Matchers, coverage: CoverageView): string | undefined {
  const matcher = matchers.matchers[rule.match];
  if (matcher === undefined || coverage.missing.size === 0) return undefined;
  const needed =
    matcher.kinds === 'any' ? [...coverage.missing.keys()] : matcher.kinds.map((kind) => `${kind.group}/${kind.kind}`);
  const lacking = needed.filter((key) => coverage.missing.has(key));
  if (lacking.length === 0) return undefined;
  const names = lacking.map((key) => key.slice(key.indexOf('/') + 1));
  const shown = names.slice(0, 3).join(', ');
  return `${shown}${names.length > 3 ? ` and ${names.length - 3} more kinds` : ''} could not be read: ${coverage.missing.get(lacking[0] ?? '') ?? ''}`;
}
