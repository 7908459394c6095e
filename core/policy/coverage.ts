import { groupOf } from '#core/model.ts';
import type { CoverageEntry, CoverageStatus, ObjectRef } from '#core/model.ts';
import type { Matchers, Rule } from '#core/rules/model.ts';

/** How much of what could be listed was read, and what that leaves without a sound verdict. */
export interface CoverageView {
  /** Share of the kinds asked for that were read completely, 0 to 1; kinds left out by the stated list do not count. 1 where nothing was listed (files). */
  readonly share: number;
  /** `group/Kind` of every kind that was not read completely, with the reason. `group/*` where a group did not say what it serves. */
  readonly missing: ReadonlyMap<string, string>;
  /** `group/Kind` of every kind that was asked for: where objects of it were seen. */
  readonly seen: ReadonlyMap<string, 'everywhere' | ReadonlySet<string>>;
}

const isRead = (status: CoverageStatus): boolean => status === 'complete' || status === 'metadataOnly';
const isAside = (status: CoverageStatus): boolean => status === 'leftOut';
const keyOf = ({ group, kind }: { readonly group: string; readonly kind: string }): string => `${group}/${kind}`;
/** Stands for all kinds of a group in the coverage of discovery. */
const wholeGroup = (key: string): string => `${key.slice(0, key.indexOf('/'))}/*`;

/**
 * A kind counts as read when one list over all namespaces was complete, or, where the scan was asked for certain namespaces only
 * (there is no entry over all then), when the list of each of them was. Reading some namespaces after a 403, which leaves an
 * entry over all, does not make the kind complete.
 */
export function viewCoverage(entries: readonly CoverageEntry[]): CoverageView {
  const byKind = new Map<string, CoverageEntry[]>();
  for (const entry of entries) {
    if (isAside(entry.status)) continue;
    const known = byKind.get(keyOf(entry));
    if (known === undefined) byKind.set(keyOf(entry), [entry]);
    else known.push(entry);
  }
  const missing = new Map<string, string>();
  const seen = new Map<string, 'everywhere' | ReadonlySet<string>>();
  let notAsked = 0;
  for (const [key, kind] of byKind) {
    const everywhere = kind.filter((entry) => entry.namespace === undefined);
    const namespaces = kind.flatMap(({ namespace, status }) => (namespace !== undefined && isRead(status) ? [namespace] : []));
    const whole = everywhere.some((entry) => isRead(entry.status));
    const asked = everywhere.length === 0 && namespaces.length === kind.length;
    seen.set(key, whole ? 'everywhere' : new Set(namespaces));
    if (whole || asked) continue;
    if (kind.every(({ status }) => status === 'notAsked')) notAsked += 1;
    const fault = kind.find((entry) => !isRead(entry.status));
    missing.set(key, fault?.reason ?? fault?.status ?? 'not read');
  }
  const asked = byKind.size - notAsked;
  return { share: asked === 0 ? 1 : (byKind.size - missing.size) / asked, missing, seen };
}

/** Why a rule has no sound verdict over the whole scan; undefined where every kind that it needs was read. */
export function missingFor(rule: Rule, matchers: Matchers, coverage: CoverageView): string | undefined {
  const matcher = matchers.matchers[rule.match];
  if (matcher === undefined || coverage.missing.size === 0) return undefined;
  const needed = matcher.kinds === 'any' ? [...coverage.missing.keys()] : matcher.kinds.map(keyOf);
  const lacking = needed.flatMap((key) => {
    const reason = lackOf(key, coverage);
    return reason === undefined ? [] : [{ name: nameOf(key), reason }];
  });
  const [first] = lacking;
  if (first === undefined) return undefined;
  const shown = lacking.slice(0, 3).map(({ name }) => name);
  const more = lacking.length > 3 ? ` and ${lacking.length - 3} more kinds` : '';
  return `${shown.join(', ')}${more} could not be read: ${first.reason}`;
}

/** Whether every kind that a rule needs was read in every namespace: what is not among its objects is not there. */
export function readEverywhere(rule: Rule, matchers: Matchers, coverage: CoverageView): boolean {
  const matcher = matchers.matchers[rule.match];
  if (matcher === undefined || missingFor(rule, matchers, coverage) !== undefined) return false;
  const needed = matcher.kinds === 'any' ? [...coverage.seen.keys()] : matcher.kinds.map(keyOf);
  return needed.every((key) => (coverage.seen.get(key) ?? 'everywhere') === 'everywhere');
}

/** A group that did not answer may serve the kind, unless another of its versions was asked for it. */
const lackOf = (key: string, coverage: CoverageView): string | undefined =>
  coverage.missing.get(key) ?? (coverage.seen.has(key) ? undefined : coverage.missing.get(wholeGroup(key)));

/** Why not all objects of a kind in a namespace were seen; undefined where they were, or where the kind is not served at all. */
export function lackIn(
  kind: { readonly group: string; readonly kind: string },
  namespace: string,
  coverage: CoverageView,
): string | undefined {
  const key = keyOf(kind);
  const seen = coverage.seen.get(key);
  if (seen === 'everywhere' || seen?.has(namespace) === true) return undefined;
  const reason = lackOf(key, coverage);
  if (reason !== undefined) return `${kind.kind} could not be read: ${reason}`;
  return seen === undefined ? undefined : `${kind.kind} was read in ${[...seen].toSorted().join(', ')} only`;
}

const nameOf = (key: string): string => {
  const kind = key.slice(key.indexOf('/') + 1);
  return kind === '*' ? `kinds of ${key.slice(0, -2)}` : kind;
};

/**
 * Why a scan would not have met an object even if it was there; undefined where it would have. What a scan that read everything
 * else does not know of at all (a kind that is no longer served, files) is not there.
 */
export const whyUnseen = ({ apiVersion, kind, namespace, name }: ObjectRef, coverage: CoverageView): string | undefined =>
  whyNameUnseen({ group: groupOf(apiVersion), kind, namespace: namespace ?? '', name }, coverage);

/** The same for an object of which no version is known. `namespace` is empty for cluster-scoped kinds. */
export function whyNameUnseen(
  object: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string },
  coverage: CoverageView,
): string | undefined {
  return lackIn(object, object.kind === 'Namespace' ? object.name : object.namespace, coverage);
}
