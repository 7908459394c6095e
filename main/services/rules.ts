import type { RulePage, RuleSummary } from '#core/api/rules.ts';
import { oneExpression } from '#core/evaluate/one-expression.ts';
import { noCounts, VERDICTS } from '#core/model.ts';
import type { AppError, VerdictCounts } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { isEnforceable } from '#core/rules/enforceable.ts';
import { forKubernetes } from '#core/rules/kubernetes.ts';
import type { Library, Policy, Rule } from '#core/rules/model.ts';
import type { Services } from '#main/rpc/services.ts';
import { minorNumber } from '#main/scan/library-facts.ts';
import { notFound } from '#main/services/errors.ts';
import { toRow } from '#main/services/rows.ts';
import type { RunView, RunViews } from '#main/services/run-view.ts';
import type { Store } from '#main/store/index.ts';
import { countAt } from '#main/store/summaries.ts';
import type { Summary } from '#main/store/summaries.ts';
import { renderYaml } from '#main/yaml/render.ts';

const FAILS_NOW = 100;
const HISTORY_RUNS = 40;

export function rulesService(store: Store, views: RunViews): Services['rules'] {
  const { library } = views;
  const open = (scanId: string | undefined): Result<RunView | undefined, AppError> =>
    scanId === undefined ? ok(undefined) : views.open(scanId, 'all');
  return {
    list: async ({ policy, scanId }) => {
      const found = views.lenses.book().find(policy);
      if (!found.ok) return found;
      const view = open(scanId);
      if (!view.ok) return view;
      return ok(library.rules.map((rule) => summaryOf(rule, found.value, view.value)));
    },
    get: async ({ id, policy, scanId }) => {
      const found = views.lenses.book().find(policy);
      if (!found.ok) return found;
      const view = open(scanId);
      if (!view.ok) return view;
      const rule = library.rules.find((candidate) => candidate.id === id);
      if (rule === undefined) return err(notFound(`The rule ${id}`, 'the library'));
      return pageOf(store, library, rule, found.value, view.value);
    },
  };
}

export function summaryOf(rule: Rule, policy: Policy, view: RunView | undefined): RuleSummary {
  const setting = policy.rules[rule.id];
  const counts = view?.projection.rules.find((row) => row.rule.rule.id === rule.id)?.counts;
  return {
    id: rule.id,
    title: rule.title,
    category: rule.category,
    severity: setting?.severity ?? rule.severity,
    effort: rule.effort,
    scope: rule.scope,
    enforceable: isEnforceable(rule),
    aliases: Object.fromEntries(Object.entries(rule.aliases).map(([tool, ids]) => [tool, [...ids]])),
    frameworks: [...rule.frameworks],
    mode: setting?.mode ?? 'off',
    ...(counts === undefined ? {} : { counts: { ...counts } }),
    ...(view === undefined ? {} : { findings: failing(view, rule).length }),
  };
}

const failing = (view: RunView, rule: Rule) =>
  view.findings.filter((finding) => finding.rule.rule.id === rule.id && finding.verdict === 'fail');

function pageOf(
  store: Store,
  library: Library,
  rule: Rule,
  policy: Policy,
  view: RunView | undefined,
): Result<RulePage, AppError> {
  const one = oneExpression(forKubernetes(rule, minorNumber(view?.run.kubernetesMinor)), library.matchers);
  if (!one.ok)
    return err({
      code: 'internal',
      what: `The rule ${rule.id} does not compile.`,
      where: rule.file,
      why: one.error.message,
      next: 'Run `npm run rules:check`.',
    });
  const now = view === undefined ? [] : failing(view, rule);
  return ok({
    rule: summaryOf(rule, policy, view),
    why: rule.why,
    remediation: rule.remediation,
    references: [...rule.references],
    ...(rule.differs === undefined ? {} : { differs: rule.differs }),
    match: rule.match,
    ...(rule.forEach === undefined ? {} : { forEach: rule.forEach }),
    ...(rule.when === undefined ? {} : { when: rule.when }),
    require: rule.require,
    field: rule.field,
    message: policy.rules[rule.id]?.message ?? rule.message,
    expression: one.value.expression,
    variables: [...one.value.variables],
    ...(one.value.narrowed === undefined ? {} : { exportNote: `The exported form looks at ${one.value.narrowed}.` }),
    examples: [
      ...rule.examples.pass.map((example) => ({
        verdict: 'pass' as const,
        name: example.name,
        yaml: renderYaml(example.object).lines.join('\n'),
        findings: [],
      })),
      ...rule.examples.fail.map((example) => ({
        verdict: 'fail' as const,
        name: example.name,
        yaml: renderYaml(example.object).lines.join('\n'),
        findings: [...example.findings],
      })),
    ],
    file: rule.file,
    failsNow: view === undefined ? [] : now.slice(0, FAILS_NOW).map((finding) => toRow(view, finding)),
    failsNowTotal: now.length,
    history: view === undefined ? [] : historyOf(store, view, rule),
  });
}

function historyOf(store: Store, view: RunView, rule: Rule): RulePage['history'] {
  return store.summaries.trend(view.run.source.id, HISTORY_RUNS).map((point) => ({
    scanId: point.runId,
    startedAt: new Date(point.startedMs).toISOString(),
    counts: countsOf(point.summary, rule.id),
  }));
}

function countsOf(summary: Summary, id: string): VerdictCounts {
  const counts = noCounts();
  const index = summary.rules.indexOf(id);
  if (index === -1) return counts;
  summary.namespaces.forEach((_, namespace) => {
    for (const verdict of VERDICTS) counts[verdict] += countAt(summary, index, namespace, verdict);
  });
  return counts;
}
