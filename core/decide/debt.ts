import { groupOf } from '#core/model.ts';
import type { ObjectRef } from '#core/model.ts';
import type { FingerprintParts } from '#core/rules/fingerprint.ts';
import type { DebtEntry, ObjectName } from '#core/workspace/model.ts';

/** Known failures of ratchet mode. A place is known by what a fingerprint is made of (decisions.md 4). */

/** What debt needs to know of a finding. */
export interface DebtPlace {
  readonly rule: { readonly rule: { readonly id: string } };
  readonly object: ObjectRef;
  readonly path: string;
  readonly verdict: string;
}

const nameOf = ({ apiVersion, kind, namespace, name }: ObjectRef): ObjectName => ({
  group: groupOf(apiVersion),
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** Equal for one and the same object, whatever its version. */
export const objectKey = ({ group, kind, namespace, name }: ObjectName): string =>
  [group, kind, namespace ?? '', name].join('\u0000');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const entryKey = ({ rule, object }: DebtEntry): string => `${rule}\u0000${objectKey(object)}`;

/** The failures of today as debt, per rule and object, in an order that does not depend on the scan's. */
export function freeze(findings: Iterable<DebtPlace>): readonly DebtEntry[] {
  const entries = new Map<string, { readonly rule: string; readonly object: ObjectName; readonly paths: Set<string> }>();
  for (const { rule, object, path, verdict } of findings) {
    if (verdict !== 'fail') continue;
    const entry = { rule: rule.rule.id, object: nameOf(object), paths: new Set<string>() };
    const key = entryKey({ ...entry, paths: [] });
    const known = entries.get(key) ?? entry;
    known.paths.add(path);
    entries.set(key, known);
  }
  return [...entries]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([, { rule, object, paths }]) => ({ rule, object, paths: [...paths].toSorted(compare) }));
}

/** Paths of debt by rule and object. */
export type DebtIndex = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

export function indexDebt(entries: readonly DebtEntry[]): DebtIndex {
  const rules = new Map<string, Map<string, Set<string>>>();
  for (const { rule, object, paths } of entries) {
    const objects = rules.get(rule) ?? new Map<string, Set<string>>();
    rules.set(rule, objects);
    const key = objectKey(object);
    objects.set(key, new Set([...(objects.get(key) ?? []), ...paths]));
  }
  return rules;
}

/** The known places of an object under a rule; undefined where it owes nothing. */
export const debtOf = (objects: ReadonlyMap<string, ReadonlySet<string>>, object: ObjectRef): ReadonlySet<string> | undefined =>
  objects.get(objectKey(nameOf(object)));

/** Whether a finding is a known failure. A new place of an object that owes others is not. */
export const isDebt = (debt: DebtIndex, { rule, object, path, verdict }: DebtPlace): boolean =>
  verdict === 'fail' &&
  debt.get(rule.rule.id) !== undefined &&
  debtOf(debt.get(rule.rule.id) ?? new Map(), object)?.has(path) === true;

export interface Shrunk {
  readonly entries: readonly DebtEntry[];
  /** What is paid: it was judged, and no longer fails. */
  readonly paid: readonly FingerprintParts[];
}

/**
 * Drops what was judged and no longer fails, and nothing else. `blind` says why the run has no sound word on a place of which it
 * has no finding: missing rights, an unfinished run, a rule that was not judged keep debt as it is. A place that is waived, could
 * not be computed or was not evaluated stays owed too: `seen` are all findings, whatever their verdict.
 */
export function shrink(
  entries: readonly DebtEntry[],
  seen: Iterable<DebtPlace>,
  blind: (place: FingerprintParts) => string | undefined,
): Shrunk {
  const known = new Set<string>();
  for (const { rule, object, path } of seen) known.add(placeKey(rule.rule.id, nameOf(object), path));
  const paid: FingerprintParts[] = [];
  const left = entries.flatMap((entry) => {
    const paths = entry.paths.filter((path) => {
      const { group, kind, namespace = '', name } = entry.object;
      const parts: FingerprintParts = { ruleId: entry.rule, group, kind, namespace, name, path };
      const isPaid = !known.has(placeKey(entry.rule, entry.object, path)) && blind(parts) === undefined;
      if (isPaid) paid.push(parts);
      return !isPaid;
    });
    if (paths.length === 0) return [];
    return [paths.length === entry.paths.length ? entry : { ...entry, paths }];
  });
  return { entries: left, paid };
}

const placeKey = (rule: string, object: ObjectName, path: string): string => `${rule}\u0000${objectKey(object)}\u0000${path}`;
