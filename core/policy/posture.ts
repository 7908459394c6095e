import type { Severity } from '#core/model.ts';

/** What a passing or failing verdict weighs in the posture, by the severity that the policy gives its rule. Published in docs/posture.md. */
export const POSTURE_WEIGHTS: Readonly<Record<Severity, number>> = { critical: 8, high: 4, medium: 2, low: 1 };

/** How many objects pass and fail one rule. */
export interface PostureRow {
  readonly severity: Severity;
  readonly pass: number;
  readonly fail: number;
}

/**
 * The share of verdicts that pass, weighted by severity: sum(w × pass) / sum(w × (pass + fail)), 0 to 1. Undefined where nothing
 * was judged, which is not the same as nought. Waived, open and not applicable verdicts are in neither sum; coverage is told apart.
 */
export function postureRate(rows: Iterable<PostureRow>): number | undefined {
  let [passing, judged] = [0, 0];
  for (const { severity, pass, fail } of rows) {
    const weight = POSTURE_WEIGHTS[severity];
    passing += weight * pass;
    judged += weight * (pass + fail);
  }
  return judged === 0 ? undefined : passing / judged;
}

/** The rows of a projection or a report. */
export const postureRows = (
  counts: readonly {
    readonly rule: { readonly severity: Severity };
    readonly counts: { readonly pass: number; readonly fail: number };
  }[],
): readonly PostureRow[] => counts.map(({ rule: { severity }, counts: { pass, fail } }) => ({ severity, pass, fail }));
