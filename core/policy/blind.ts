import { ERROR, FAIL, NOT_EVALUATED } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import { whyNameUnseen } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import { partsOf } from '#core/policy/finding.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import type { FingerprintParts } from '#core/rules/fingerprint.ts';

type Facts = Pick<ScanObject, 'verdicts' | 'findings'>;

/** A run as a comparison needs it, besides its findings. */
export interface ComparedRun {
  readonly rules: readonly PolicyRule[];
  readonly objects: readonly ScanObject[];
  readonly coverage: CoverageView;
  /** Facts of a rule whose parameters the policy changes, with the rule at position 0; undefined where the scan's own stand. */
  readonly variant?: (rule: PolicyRule) => ((object: ScanObject) => Facts) | undefined;
  /** Whether the policy judges the object by the rule; absent: always. */
  readonly judges?: (object: ScanObject, rule: PolicyRule) => boolean;
}

/**
 * Why a run that lacks a finding says nothing about its place: its rule was not judged, its object could not have been seen or
 * not been judged, or it fails as before and is counted at its owner. Undefined where the failure is really gone.
 */
export function blindAt({
  rules,
  objects,
  coverage,
  variant,
  judges,
}: ComparedRun): (place: FingerprintParts) => string | undefined {
  const byId = new Map(rules.map((rule) => [rule.rule.id, rule]));
  let met: ReadonlyMap<string, readonly ScanObject[]> | undefined;
  return (place) => {
    const rule = byId.get(place.ruleId);
    if (rule === undefined) return 'the rule was not judged in the other run';
    met ??= byRef(objects);
    const same = met.get(refKey(place));
    if (same === undefined) return whyNameUnseen(place, coverage);
    const varied = variant?.(rule);
    for (const object of same) {
      if (judges?.(object, rule) === false) return 'the policy does not judge the object by this rule in the other run';
      const [facts, position] = varied === undefined ? [object, rule.index] : [varied(object), 0];
      const reason = object.idle ? undefined : openReason(facts, position, place.path);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

/** The same of a finding of another run. */
export function blindTo(run: ComparedRun): (finding: Finding) => string | undefined {
  const blind = blindAt(run);
  return ({ rule, object, path }) => blind(partsOf(rule.rule.id, object, path));
}

function openReason({ verdicts, findings }: Facts, position: number, path: string): string | undefined {
  const code = verdicts[position];
  if (code !== FAIL && code !== ERROR && code !== NOT_EVALUATED) return undefined;
  const facts = findings.filter(({ rule }) => rule === position);
  const open = facts.find(({ reason }) => reason !== undefined);
  if (code !== FAIL || open !== undefined)
    return `not all of it could be judged in the other run: ${open?.reason ?? 'no reason is known'}`;
  return facts.some((fact) => fact.path === path) ? 'counted at its owner in the other run' : undefined;
}

type Named = Pick<FingerprintParts, 'group' | 'kind' | 'namespace' | 'name'>;

const refKey = ({ group, kind, namespace, name }: Named): string => [group, kind, namespace, name].join('\u0000');

function byRef(objects: readonly ScanObject[]): ReadonlyMap<string, readonly ScanObject[]> {
  const known = new Map<string, ScanObject[]>();
  for (const object of objects) {
    const { apiVersion, kind, namespace = '', name } = object;
    const key = refKey({ group: groupOf(apiVersion), kind, namespace, name });
    const same = known.get(key);
    if (same === undefined) known.set(key, [object]);
    else same.push(object);
  }
  return known;
}
