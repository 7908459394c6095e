import { countsIn } from '#core/decide/waivers.ts';
import { countPlaces } from '#core/policy/finding.ts';
import { isVaried } from '#core/policy/variants.ts';
import type { RunViews } from '#main/services/run-view.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';

/**
 * A run's own figures are those of its policy as the workspace sees it: waived is no failure, what the policy does not govern does
 * not count. Scans count without a workspace; where it makes a difference the figures are counted again.
 */
export function refigure({ store, views }: { readonly store: Store; readonly views: RunViews }, run: StoredRun): void {
  if (run.status !== 'complete' && run.status !== 'incomplete') return;
  const lens = views.lenses.lensFor(run.policy, run);
  if (!lens.ok) return;
  const { waivers, reach, policy } = lens.value;
  const isVariedAnywhere = views.library.rules.some((rule) => {
    const params = policy.rules[rule.id]?.params;
    return params !== undefined && isVaried({ rule, params: { ...rule.params, ...params } });
  });
  const isScoped = Object.values(policy.rules).some(({ scope }) => scope !== undefined);
  const makesNone =
    reach === undefined && !isVariedAnywhere && !isScoped && !waivers.some((waiver) => countsIn(waiver, policy.name));
  if (makesNone) return;
  const view = views.open(run.id, run.policy);
  if (!view.ok) return;
  const failing = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const judgement of view.value.projection.judgements) failing[judgement.rule.severity] += countPlaces(judgement);
  const { pass, fail } = view.value.verdicts;
  store.runs.setFigures(run.id, failing, { pass, fail });
}
