import type { FindingRow } from '#core/api/findings.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { RunView } from '#main/services/run-view.ts';

/** The address of an object as payloads carry it. */
export const refOf = (object: ScanObject): FindingRow['object'] => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
  name: object.name,
});

/** A finding as a row of a list. */
export function toRow(view: RunView, finding: Finding): FindingRow {
  const team = view.teamOf(finding.object);
  const firstSeen = view.firstSeen(finding);
  return {
    fingerprint: finding.fingerprint,
    rule: finding.rule.rule.id,
    title: finding.rule.rule.title,
    category: finding.rule.rule.category,
    severity: finding.rule.severity,
    effort: finding.rule.rule.effort,
    verdict: finding.verdict,
    object: refOf(finding.object),
    ...(team === undefined ? {} : { team }),
    path: finding.path,
    ...(finding.container === undefined ? {} : { container: finding.container }),
    message: finding.message,
    owned: finding.owned,
    ...(firstSeen === undefined ? {} : { firstSeen }),
    isNew: view.isNew(finding),
    debt: finding.debt,
    ...(finding.reason === undefined ? {} : { reason: finding.reason }),
  };
}
