import { noCounts, VERDICTS } from '#core/model.ts';
import type { Verdict } from '#core/model.ts';
import type { RuleSet } from '#core/inventory/model.ts';
import type { JsonReport } from '#core/report/json.ts';
import type { Summary } from '#main/store/index.ts';

type Row = JsonReport['findings'][number];
type Open = Extract<Verdict, 'fail' | 'waived' | 'error' | 'notEvaluated'>;

/**
 * The counts of a report per rule and namespace: what trends and eligibility read. Its totals are those of the report. What fails, is
 * waived or open is told with its namespace; passes are only where the report was made with `--verdicts`. What cannot be told apart
 * stands under the empty name, which a policy for certain namespaces does not look at.
 */
export function importedSummary(report: JsonReport, ruleSet: RuleSet): Summary {
  const open = openByRule(report);
  const wanted = new Set(ruleSet.rules.map(({ id }) => id));
  const rows = report.rules.filter(({ id }) => wanted.has(id)).map((rule) => ({ rule, cells: cellsOf(rule, open, report) }));
  const namespaces = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))].toSorted();
  const places = placesByRule(report.findings);
  return {
    rules: rows.map(({ rule }) => rule.id),
    namespaces,
    counts: rows.flatMap(({ cells }) => namespaces.flatMap((name) => VERDICTS.map((verdict) => cells.get(name)?.[verdict] ?? 0))),
    findings: rows.flatMap(({ rule }) => namespaces.map((name) => places.get(rule.id)?.get(name) ?? 0)),
    owned: report.summary.owned,
  };
}

type Cells = Map<string, Record<Verdict, number>>;

function cellsOf(rule: JsonReport['rules'][number], open: OpenObjects, report: JsonReport): Cells {
  const cells: Cells = new Map();
  const left = { ...rule.counts };
  const put = (namespace: string, verdict: Verdict, count: number): void => {
    const taken = Math.min(count, left[verdict]);
    if (taken <= 0) return;
    const cell = cells.get(namespace) ?? noCounts();
    cells.set(namespace, cell);
    cell[verdict] += taken;
    left[verdict] -= taken;
  };
  for (const [namespace, counts] of open.get(rule.id) ?? [])
    for (const [verdict, count] of Object.entries(counts)) put(namespace, verdict as Open, count);
  // An owned object has verdicts of its own that are counted at its owner: then passes cannot be told apart.
  if (report.summary.owned === 0)
    for (const object of report.objects) {
      const verdict = object.verdicts?.[rule.id];
      if (verdict === 'pass' || verdict === 'notApplicable') put(object.namespace ?? '', verdict, 1);
    }
  for (const verdict of VERDICTS) put('', verdict, left[verdict]);
  return cells;
}

/** Rule to namespace to objects by verdict, each object once and at its worst. */
type OpenObjects = ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<Open, number>>>>;

function openByRule(report: JsonReport): OpenObjects {
  const seen = new Set<string>();
  const byRule = new Map<string, Map<string, Record<Open, number>>>();
  const add = ({ rule, object, file }: Row, verdict: Open): void => {
    const key = [rule, file ?? '', object.apiVersion, object.kind, object.namespace ?? '', object.name].join('\u0000');
    if (seen.has(key)) return;
    seen.add(key);
    const namespaces = byRule.get(rule) ?? new Map<string, Record<Open, number>>();
    byRule.set(rule, namespaces);
    const counts = namespaces.get(object.namespace ?? '') ?? { fail: 0, waived: 0, error: 0, notEvaluated: 0 };
    namespaces.set(object.namespace ?? '', counts);
    counts[verdict] += 1;
  };
  for (const row of report.findings) add(row, 'fail');
  for (const row of report.waived) add(row, 'waived');
  for (const row of report.unjudged) add(row, row.verdict === 'error' ? 'error' : 'notEvaluated');
  return byRule;
}

function placesByRule(findings: readonly Row[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const places = new Map<string, Map<string, number>>();
  for (const { rule, object } of findings) {
    const byNamespace = places.get(rule) ?? new Map<string, number>();
    places.set(rule, byNamespace);
    byNamespace.set(object.namespace ?? '', (byNamespace.get(object.namespace ?? '') ?? 0) + 1);
  }
  return places;
}
