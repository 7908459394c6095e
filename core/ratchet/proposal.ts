import type { Proposal } from '#core/api/ratchet.ts';
import { proposeBaseline } from '#core/ratchet/baseline.ts';
import type { BaselineScan } from '#core/ratchet/baseline.ts';
import { byRule, failingFigures } from '#core/ratchet/failing.ts';
import type { Place, TeamOf } from '#core/ratchet/failing.ts';
import type { Matchers } from '#core/rules/model.ts';

export interface ProposalScan extends BaselineScan {
  readonly findings: readonly Place[];
  readonly teamOf: TeamOf;
}

/** The rows of the dialog in which a baseline is made: figures of the first scan of each source, namespaces and teams of all. */
export function proposalRows(scans: readonly ProposalScan[], matchers: Matchers): Proposal['rows'] {
  const failing = scans.map(({ findings, teamOf }) => {
    const rules = byRule(findings.filter(({ verdict }) => verdict === 'fail'));
    return (rule: string) => failingFigures(rules.get(rule) ?? [], teamOf);
  });
  return proposeBaseline(scans, matchers).map(({ rule, place, reason, counts }) => {
    const figures = failing.map((of) => of(rule.rule.id));
    return {
      rule: rule.rule.id,
      title: rule.rule.title,
      category: rule.rule.category,
      severity: rule.severity,
      effort: rule.rule.effort,
      place,
      ...(reason === undefined ? {} : { reason }),
      counts,
      failing: counts.fail,
      namespaces: union(figures.map(({ namespaces }) => namespaces)),
      teams: union(figures.map(({ teams }) => teams)),
    };
  });
}

const union = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())].toSorted();
