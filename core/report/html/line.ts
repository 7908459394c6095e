import { byRate } from '#core/load-line/line.ts';
import type { Line, LineRule } from '#core/load-line/line.ts';
import type { RuleCounts } from '#core/policy/project.ts';
import type { ReportContext } from '#core/report/context.ts';
import type { Report } from '#core/report/report.ts';

/** The load line of one run: what the baseline holds and what is missing; without a baseline what one made now would hold. */
export function lineOfReport(report: Report, { baseline }: ReportContext): Line {
  const strict = { name: report.policy.name, rules: report.policy.rules };
  const places = new Map(report.counts.map((row) => [row.rule.rule.id, row]));
  const part = (wanted: (id: string) => boolean, regressed: boolean): readonly LineRule[] =>
    [...places]
      .filter(([id]) => wanted(id))
      .map(([, row]) => lineRule(row, regressed ? newFailures(report, row) : 0))
      .toSorted(byRate);
  if (baseline !== undefined && baseline.name !== report.policy.name) {
    const isHeld = (id: string): boolean => baseline.rules.has(id);
    const base = part(isHeld, true);
    return {
      baseline: { name: baseline.name, rules: base.length },
      strict,
      base,
      ready: [],
      gap: part((id) => !isHeld(id), false),
      ticks: [],
    };
  }
  const holds = new Set(report.baseline.holds);
  const fails = new Set(report.baseline.fails);
  return {
    baseline: undefined,
    strict,
    base: part((id) => holds.has(id), false),
    ready: [],
    gap: part((id) => fails.has(id), false),
    ticks: [],
  };
}

function lineRule({ rule: { rule, severity }, counts: { pass, fail } }: RuleCounts, regressed: number): LineRule {
  return {
    rule: rule.id,
    title: rule.title,
    category: rule.category,
    severity,
    effort: rule.effort,
    pass,
    fail,
    rate: pass + fail === 0 ? undefined : pass / (pass + fail),
    regressed,
  };
}

/** Failing places of a rule that are no known debt. */
const newFailures = ({ findings }: Report, { rule, counts }: RuleCounts): number =>
  counts.fail === 0 ? 0 : findings.filter((one) => one.rule.index === rule.index && one.verdict === 'fail' && !one.debt).length;
