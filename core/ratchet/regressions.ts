import type { BaselineRow } from '#core/api/ratchet.ts';
import type { RuleCounts } from '#core/policy/project.ts';
import { byRule, failingFigures, refOf } from '#core/ratchet/failing.ts';
import type { Place, TeamOf } from '#core/ratchet/failing.ts';

/** A rule of the baseline that fails anew: neither waived nor known debt. It proposes a demotion. */
export interface Regression {
  readonly rule: string;
  readonly objects: NonNullable<BaselineRow['regressed']>['objects'];
  readonly total: number;
  readonly namespaces: readonly string[];
  readonly teams: readonly string[];
  /** When the first of the runs began in which it has failed without a break. */
  readonly since?: string;
}

/** Objects that are named; the total counts all. */
const SHOWN = 20;

export function regressions(
  findings: readonly Place[],
  teamOf: TeamOf,
  since: (rule: string) => string | undefined,
): readonly Regression[] {
  const broken = byRule(findings.filter(({ verdict, debt }) => verdict === 'fail' && debt !== true));
  return [...broken].map(([rule, places]) => {
    const { objects, namespaces, teams } = failingFigures(places, teamOf);
    const began = since(rule);
    return {
      rule,
      objects: objects.slice(0, SHOWN).map(refOf),
      total: objects.length,
      namespaces,
      teams,
      ...(began === undefined ? {} : { since: began }),
    };
  });
}

/** What the history adds to a held rule. */
export interface HeldHistory {
  readonly heldSince?: string;
  readonly promoted?: BaselineRow['promoted'];
}

export interface HeldInput {
  readonly rules: readonly RuleCounts[];
  readonly findings: readonly Place[];
  readonly teamOf: TeamOf;
  readonly since: (rule: string) => string | undefined;
  readonly history: (rule: string) => HeldHistory;
}

/** The baseline's rules on a scan: those that regressed first, then in the policy's order. */
export function heldRows({ rules, findings, teamOf, since, history }: HeldInput): readonly BaselineRow[] {
  const broken = new Map(regressions(findings, teamOf, since).map((regression) => [regression.rule, regression]));
  const debt = byRule(findings.filter((finding) => finding.verdict === 'fail' && finding.debt === true));
  const rows = rules.map(({ rule: { rule, severity, mode }, counts }): BaselineRow => {
    const regressed = broken.get(rule.id);
    const { heldSince, promoted } = history(rule.id);
    return {
      rule: rule.id,
      title: rule.title,
      category: rule.category,
      severity,
      effort: rule.effort,
      mode,
      counts,
      ...(heldSince === undefined ? {} : { heldSince }),
      ...(regressed === undefined ? {} : { regressed: shown(regressed) }),
      debt: debt.get(rule.id)?.length ?? 0,
      ...(promoted === undefined ? {} : { promoted }),
    };
  });
  return [...rows.filter(({ regressed }) => regressed !== undefined), ...rows.filter(({ regressed }) => regressed === undefined)];
}

const shown = ({ objects, total, namespaces, since }: Regression): BaselineRow['regressed'] => ({
  objects,
  total,
  namespaces: [...namespaces],
  ...(since === undefined ? {} : { since }),
});
