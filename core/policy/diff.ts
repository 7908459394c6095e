import type { FactVerdict } from '#core/inventory/model.ts';
import type { Finding } from '#core/policy/finding.ts';

/** A finding that cannot be compared, and why: it never appears as fixed. */
export interface Incomparable {
  readonly finding: Finding;
  readonly reason: string;
}

export interface FindingDiff {
  readonly new: readonly Finding[];
  readonly fixed: readonly Finding[];
  readonly unchanged: number;
  readonly incomparable: readonly Incomparable[];
}

/** What each side of a comparison knows beyond its findings. */
export interface DiffSide {
  readonly findings: readonly Finding[];
  /**
   * Why this side has no sound word on a finding of the other although it has none of its own there: the rule was not judged,
   * the object could not have been seen, or its failure is counted at its owner here.
   */
  readonly blind: (finding: Finding) => string | undefined;
}

/** Verdicts that stand for an open failure. */
const isOpen = (finding: Finding): boolean => finding.verdict === 'fail';

/**
 * Compares two projections by what fingerprints are made of. A failure that the later run could not have seen is incomparable,
 * not fixed; one that the earlier run could not have seen is incomparable, not new. A waived failure counts as fixed on neither
 * side.
 */
export function diffFindings(from: DiffSide, to: DiffSide): FindingDiff {
  const before = byIdentity(from.findings);
  const after = byIdentity(to.findings);
  const result = { new: [] as Finding[], fixed: [] as Finding[], unchanged: 0, incomparable: [] as Incomparable[] };
  for (const finding of to.findings) {
    if (!isOpen(finding)) continue;
    const earlier = before.get(finding.identity);
    if (earlier?.verdict === 'fail') result.unchanged += 1;
    else compareOneSided(finding, earlier, from, result.new, result.incomparable);
  }
  for (const finding of from.findings) {
    const later = after.get(finding.identity);
    if (isOpen(finding) && later?.verdict !== 'fail') compareOneSided(finding, later, to, result.fixed, result.incomparable);
  }
  return result;
}

/** Files may hold an object twice: an open failure of either stands for both. */
function byIdentity(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const known = new Map<string, Finding>();
  for (const finding of findings) {
    if (isOpen(finding) || !known.has(finding.identity)) known.set(finding.identity, finding);
  }
  return known;
}

function compareOneSided(
  finding: Finding,
  other: Finding | undefined,
  side: DiffSide,
  changed: Finding[],
  incomparable: Incomparable[],
): void {
  const reason = other === undefined ? side.blind(finding) : otherReason(other);
  if (reason === undefined) changed.push(finding);
  else incomparable.push({ finding, reason });
}

function otherReason(other: Finding): string {
  const words: Record<Exclude<FactVerdict, 'pass' | 'notApplicable'> | 'waived', string> = {
    fail: 'fails in both',
    waived: `waived in the other run${other.reason === undefined ? '' : `: ${other.reason}`}`,
    error: `could not be computed in the other run${other.reason === undefined ? '' : `: ${other.reason}`}`,
    notEvaluated: `not evaluated in the other run${other.reason === undefined ? '' : `: ${other.reason}`}`,
  };
  return words[other.verdict];
}
