import { ERROR, FAIL, NOT_EVALUATED } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import type { ObjectRef } from '#core/model.ts';
import { whyUnseen } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { PolicyRule } from '#core/policy/project.ts';

/** A run as a comparison needs it, besides its findings. */
export interface ComparedRun {
  readonly rules: readonly PolicyRule[];
  readonly objects: readonly ScanObject[];
  readonly coverage: CoverageView;
}

/**
 * Why a run that lacks a finding of another run says nothing about it: its rule was not judged, its object could not have been
 * seen or not been judged, or it fails as before and is counted at its owner. Undefined where the failure is really gone.
 */
export function blindTo({ rules, objects, coverage }: ComparedRun): (finding: Finding) => string | undefined {
  const places = new Map(rules.map(({ rule, index }) => [rule.id, index]));
  let met: ReadonlyMap<string, readonly ScanObject[]> | undefined;
  return (finding) => {
    const place = places.get(finding.rule.rule.id);
    if (place === undefined) return 'the rule was not judged in the other run';
    met ??= byRef(objects);
    const same = met.get(refKey(finding.object));
    if (same === undefined) return whyUnseen(finding.object, coverage);
    return same.map((object) => openReason(object, place, finding.path)).find((reason) => reason !== undefined);
  };
}

function openReason(object: ScanObject, place: number, path: string): string | undefined {
  const code = object.verdicts[place];
  if (object.idle || (code !== FAIL && code !== ERROR && code !== NOT_EVALUATED)) return undefined;
  const facts = object.findings.filter(({ rule }) => rule === place);
  const open = facts.find(({ reason }) => reason !== undefined);
  if (code !== FAIL || open !== undefined)
    return `not all of it could be judged in the other run: ${open?.reason ?? 'no reason is known'}`;
  return facts.some((fact) => fact.path === path) ? 'counted at its owner in the other run' : undefined;
}

const refKey = ({ apiVersion, kind, namespace, name }: ObjectRef): string =>
  [groupOf(apiVersion), kind, namespace ?? '', name].join('\u0000');

function byRef(objects: readonly ScanObject[]): ReadonlyMap<string, readonly ScanObject[]> {
  const known = new Map<string, ScanObject[]>();
  for (const object of objects) {
    const same = known.get(refKey(object));
    if (same === undefined) known.set(refKey(object), [object]);
    else same.push(object);
  }
  return known;
}
