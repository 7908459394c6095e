import { VERDICTS } from '#core/model.ts';
import type { Verdict } from '#core/model.ts';
import type { EvidenceCounts, InReach, RuleEvidence } from '#core/ratchet/evidence.ts';

/** The counts of a run as the store keeps them: rules × namespaces × VERDICTS, in this nesting (decisions.md 11). */
export interface SummaryFigures {
  readonly rules: readonly string[];
  readonly namespaces: readonly string[];
  readonly counts: readonly number[];
}

/** Offsets of the namespaces in reach, and what was summed already, by position of the rule. */
interface Reached {
  readonly offsets: readonly number[];
  readonly sums: Map<number, EvidenceCounts>;
}

/**
 * Looks up what a summary says of a rule; undefined where it was not judged. Made once per summary, so that the runs of a quiet
 * week, which share one, share the sums too.
 */
export function summaryEvidence({
  rules,
  namespaces,
  counts,
}: SummaryFigures): (rule: string) => RuleEvidence['counts'] | undefined {
  const positions = new Map(rules.map((rule, index) => [rule, index]));
  const reaches = new WeakMap<InReach, Reached>();
  const width = namespaces.length * VERDICTS.length;
  const reached = (inReach: InReach): Reached => {
    const known = reaches.get(inReach);
    if (known !== undefined) return known;
    const offsets = namespaces.flatMap((namespace, index) => (inReach(namespace) ? [index * VERDICTS.length] : []));
    const made = { offsets, sums: new Map<number, EvidenceCounts>() };
    reaches.set(inReach, made);
    return made;
  };
  return (rule) => {
    const position = positions.get(rule);
    if (position === undefined) return undefined;
    return (inReach) => {
      const { offsets, sums } = reached(inReach);
      const known = sums.get(position);
      if (known !== undefined) return known;
      const made = sumAt(counts, position * width, offsets);
      sums.set(position, made);
      return made;
    };
  };
}

const at = (verdict: Verdict): number => VERDICTS.indexOf(verdict);
const [PASS, FAIL, WAIVED, ERROR, NOT_EVALUATED] = [at('pass'), at('fail'), at('waived'), at('error'), at('notEvaluated')];

function sumAt(counts: readonly number[], start: number, offsets: readonly number[]): EvidenceCounts {
  let [pass, fail, waived, error, notEvaluated] = [0, 0, 0, 0, 0];
  for (const offset of offsets) {
    const cell = start + offset;
    pass += counts[cell + PASS] ?? 0;
    fail += counts[cell + FAIL] ?? 0;
    waived += counts[cell + WAIVED] ?? 0;
    error += counts[cell + ERROR] ?? 0;
    notEvaluated += counts[cell + NOT_EVALUATED] ?? 0;
  }
  return { pass, fail, waived, error, notEvaluated };
}
