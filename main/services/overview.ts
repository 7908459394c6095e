import type { Overview, RuleStanding } from '#core/api/findings.ts';
import { SEVERITIES } from '#core/model.ts';
import type { Severity } from '#core/model.ts';
import { byPlace, proposeBaseline } from '#core/ratchet/baseline.ts';
import { ok } from '#core/result.ts';
import { NONE } from '#main/services/grouping.ts';
import { toRow } from '#main/services/rows.ts';
import type { RunView, RunViews } from '#main/services/run-view.ts';
import type { Services } from '#main/rpc/services.ts';

/** Runs that the trend looks back over. */
const TREND_RUNS = 60;
/** Rows of "what changed" on the screen; the History diff has all of them. */
const CHANGES = 50;

export function overviewService(views: RunViews): Services['overview'] {
  return {
    get: async ({ scanId, policy }) => {
      const opened = views.open(scanId, policy);
      if (!opened.ok) return opened;
      return ok(overviewOf(opened.value, views));
    },
  };
}

function overviewOf(view: RunView, views: RunViews): Overview {
  const verdicts = view.verdicts;
  const change = views.changes(view);
  const before = change?.from.posture;
  const failing = view.findings.filter((finding) => finding.verdict === 'fail');
  const scan = { rules: view.projection.rules, coverage: view.coverage, source: view.run.source.name };
  const proposal = byPlace(proposeBaseline([scan], view.matchers));
  const trend = views.trend(view, TREND_RUNS);
  return {
    scanId: view.run.id,
    policy: view.policy.name,
    posture: {
      pass: verdicts.pass,
      fail: verdicts.fail,
      covered: view.coverage.share,
      ...(view.posture === undefined ? {} : { rate: view.posture }),
      ...(before === undefined || view.posture === undefined ? {} : { change: view.posture - before }),
    },
    failing: countSeverities(failing.map((finding) => finding.rule.severity)),
    findings: failing.length,
    waived: verdicts.waived,
    errors: verdicts.error,
    notEvaluated: verdicts.notEvaluated,
    objects: view.projection.objects,
    newFindings: change?.new.length ?? 0,
    fixedFindings: change?.fixed.length ?? 0,
    ...(change === undefined ? {} : { comparedWith: change.from.run.id }),
    rules: standings(view),
    baseline: {
      holds: [...proposal.holds],
      fails: [...proposal.fails],
      notApplicable: [...proposal.notApplicable],
      notEvaluated: proposal.notEvaluated.map((entry) => entry.rule),
    },
    namespaces: namespacesOf(view),
    trend: [...trend],
    changes: [
      ...(change?.new ?? []).map((finding) => ({ change: 'new' as const, finding: toRow(view, finding) })),
      ...(change?.fixed ?? []).map((finding) => ({ change: 'fixed' as const, finding: toRow(change?.from ?? view, finding) })),
    ].slice(0, CHANGES),
  };
}

function countSeverities(severities: readonly Severity[]): Record<Severity, number> {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const severity of severities) counts[severity] += 1;
  return counts;
}

/** Every rule of the policy with its counts, for the load line and the baseline's table. */
export function standings(view: RunView): RuleStanding[] {
  const places = new Map<string, { findings: number; namespaces: Set<string>; teams: Set<string> }>();
  for (const finding of view.findings) {
    if (finding.verdict !== 'fail') continue;
    const id = finding.rule.rule.id;
    const row = places.get(id) ?? { findings: 0, namespaces: new Set(), teams: new Set() };
    row.findings += 1;
    if (finding.object.namespace !== undefined) row.namespaces.add(finding.object.namespace);
    row.teams.add(view.teamOf(finding.object) ?? NONE);
    places.set(id, row);
  }
  return view.projection.rules.map(({ rule: { rule, severity }, counts }) => {
    const row = places.get(rule.id);
    return {
      rule: rule.id,
      title: rule.title,
      category: rule.category,
      severity,
      effort: rule.effort,
      counts: { ...counts },
      findings: row?.findings ?? 0,
      namespaces: row?.namespaces.size ?? 0,
      teams: row?.teams.size ?? 0,
    };
  });
}

/** Namespaces with findings by category, the worst first. */
function namespacesOf(view: RunView): Overview['namespaces'] {
  const rows = new Map<string, { byCategory: Record<string, number>; total: number }>();
  for (const finding of view.findings) {
    if (finding.verdict !== 'fail') continue;
    const namespace = finding.object.namespace ?? NONE;
    const row = rows.get(namespace) ?? { byCategory: {}, total: 0 };
    const { category } = finding.rule.rule;
    row.byCategory[category] = (row.byCategory[category] ?? 0) + 1;
    row.total += 1;
    rows.set(namespace, row);
  }
  return [...rows]
    .map(([namespace, row]) => {
      const team = view.teamOfNamespace(namespace);
      return { namespace, ...(team === undefined ? {} : { team }), ...row };
    })
    .toSorted((a, b) => b.total - a.total || (a.namespace < b.namespace ? -1 : 1));
}
