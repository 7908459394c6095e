import type { AppError } from '#core/model.ts';
import { missingFor } from '#core/policy/coverage.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import { isVaried } from '#core/policy/variants.ts';
import { eligibility } from '#core/ratchet/eligible.ts';
import type { Eligibility } from '#core/ratchet/eligible.ts';
import { gapOf } from '#core/ratchet/gap.ts';
import type { Gap } from '#core/ratchet/gap.ts';
import { failingSince, failingTrend } from '#core/ratchet/trend.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Policy } from '#core/rules/model.ts';
import { policyPairs } from '#core/workspace/matrix.ts';
import type { WorkspaceContent } from '#core/workspace/model.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { KEY_NOW } from '#main/services/evidence.ts';
import type { RunView } from '#main/services/run-view.ts';

/** The two policies that belong together, where the workspace says so: by a binding, else by their stages. */
export function pairOf({ workspace, policies }: WorkspaceContent): { readonly baseline?: string; readonly strict?: string } {
  const [pair] = policyPairs(workspace);
  if (pair !== undefined) return pair;
  const bound = (stage: 'baseline' | 'strict') =>
    workspace.bindings.find((binding) => binding.policies[stage] !== undefined)?.policies[stage] ??
    policies.find((policy) => policy.stage === stage)?.name;
  const [baseline, strict] = [bound('baseline'), bound('strict')];
  return { ...(baseline === undefined ? {} : { baseline }), ...(strict === undefined ? {} : { strict }) };
}

/** The baseline that stands beside a strict policy, where none is named. */
export const baselineBeside = (content: WorkspaceContent, strict: string): string | undefined =>
  policyPairs(content.workspace).find((pair) => pair.strict === strict)?.baseline ?? pairOf(content).baseline;

/** Whether each rule of the strict policy passes consistently, worked out when it is asked for. */
export function eligibilityOf(
  { workspace, history, library }: ServiceContext,
  strict: EffectivePolicy,
): (rule: string) => Eligibility {
  const roster = workspace.now().read.content.workspace;
  const sources = history.sources(strict.name, roster);
  const rules = new Map(library.rules.map((rule) => [rule.id, rule]));
  const known = new Map<string, Eligibility>();
  return (id) => {
    const rule = rules.get(id);
    const params = { ...rule?.params, ...strict.rules[id]?.params };
    // The history counted with the rule's own parameters: it says nothing of others.
    const key = rule === undefined || isVaried({ rule, params }) ? `${KEY_NOW}, with other parameters` : KEY_NOW;
    const scope = strict.rules[id]?.scope;
    const judged = { rule: id, factKey: key, ...(scope === undefined ? {} : { scope }) };
    const found = known.get(id) ?? eligibility(judged, sources, roster.criteria);
    known.set(id, found);
    return found;
  };
}

/** A policy's rules over the runs of the scan's source, up to that scan. */
export function looksBack({ workspace, history }: ServiceContext, view: RunView) {
  const roster = workspace.now().read.content.workspace;
  const runs = history.counted(view.run.source.id, roster).filter(({ startedAt }) => startedAt <= view.run.startedAt);
  const inReach = history.reach(view.policy.name, view.run.source.name, roster);
  return {
    runs,
    inReach,
    trend: (rule: string) => failingTrend(runs, rule, inReach),
    since: (rule: string) => failingSince(runs, rule, inReach),
  };
}

/** Strict minus baseline on a scan. */
export function gapOn(
  context: ServiceContext,
  strict: { readonly policy: EffectivePolicy; readonly view: RunView },
  baseline: Policy | undefined,
): Gap {
  const { library, workspace } = context;
  const { view } = strict;
  const rules = new Map(library.rules.map((rule) => [rule.id, rule]));
  return gapOf({
    strict: { rules: view.projection.rules, findings: view.findings },
    baseline,
    criteria: workspace.now().read.content.workspace.criteria,
    teamOf: view.teamOf,
    eligibility: eligibilityOf(context, strict.policy),
    trend: looksBack(context, view).trend,
    missing: (id) => {
      const rule = rules.get(id);
      return rule === undefined ? 'there is no such rule' : missingFor(rule, library.matchers, view.coverage);
    },
  });
}

/** A policy by its name, and a scan seen through it. */
export function policyOn(
  { workspace, views }: ServiceContext,
  name: string,
  scanId: string,
): Result<{ readonly policy: EffectivePolicy; readonly view: RunView }, AppError> {
  const policy = workspace.find(name);
  if (!policy.ok) return policy;
  const view = views.open(scanId, name);
  return view.ok ? ok({ policy: policy.value, view: view.value }) : view;
}
