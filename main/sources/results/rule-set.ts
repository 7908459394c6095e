import type { RuleSet } from '#core/inventory/model.ts';
import type { JsonReport } from '#core/report/json.ts';
import { factKey, ruleHash } from '#core/rules/hash.ts';
import type { Library, Rule } from '#core/rules/model.ts';

/**
 * The rules that a report judged, as facts are packed by. Their keys are those of our own facts only where the report was made with
 * the same library; with another one nobody knows whether the verdicts would be the same, and the keys are nobody else's. Rules that
 * were judged in a scope only are left out: of what lies outside it the report says nothing.
 */
export function importedRules(report: JsonReport, library: Library): RuleSet {
  const known = new Map(library.rules.map((rule) => [rule.id, rule]));
  const rules = report.rules.filter(({ scope }) => scope === undefined);
  return { rules: rules.map((row) => ({ id: row.id, factKey: keyOf(row, known.get(row.id), report, library) })) };
}

function keyOf(row: JsonReport['rules'][number], rule: Rule | undefined, report: JsonReport, library: Library): string {
  if (rule === undefined || report.library.hash !== library.hash) return `imported:${report.library.hash}:${row.id}`;
  return factKey(ruleHash(rule, library.matchers, library.defaults), rule, {
    ...(report.run.kubernetesMinor === undefined ? {} : { kubernetesMinor: report.run.kubernetesMinor }),
    ...(row.params === undefined ? {} : { params: { ...rule.params, ...row.params } }),
  });
}
