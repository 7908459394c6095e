import type { RolloutView } from '#core/api/enforce.ts';
import { milder } from '#core/enforce/actions.ts';
import type { EnforceMode, EnforcementPlan } from '#core/enforce/model.ts';
import { replayOutcomes } from '#core/enforce/replay/outcomes.ts';
import { rolloutOf } from '#core/enforce/rollout.ts';
import type { Rollout } from '#core/enforce/rollout.ts';
import type { DeepReadonly } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { judgesBy, policyMode } from '#main/services/enforce-plan.ts';
import type { EnforceAsked, Planned } from '#main/services/enforce-plan.ts';
import type { ReplayedRun } from '#main/services/enforce-run.ts';
import { eligibilityOf } from '#main/services/ratchet-parts.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';

interface When {
  readonly start?: string | undefined;
  readonly on?: string | undefined;
}

/** The rollout of every rule of a plan, by what the history and a run say of it. */
export function rolloutsOf(
  context: ServiceContext,
  planned: Planned,
  replayed: ReplayedRun | undefined,
  { start, on }: When,
): ReadonlyMap<string, Rollout & { readonly failing?: number }> {
  const { policies, base } = planned;
  const today = on ?? dayOf(context.now());
  const { criteria } = context.workspace.now().read.content.workspace;
  const evidence = new Map(policies.map((policy) => [policy.name, eligibilityOf(context, policy)]));
  const failing = replayed === undefined ? undefined : failingOf(planned, replayed);
  return new Map(
    base.rules.map((planRule) => {
      const { rule } = planRule;
      const own = judgesBy(planned, planRule);
      const count = failing?.get(rule);
      const known = count === undefined ? {} : { failing: count };
      const streaks = own.flatMap(({ name }) => evidence.get(name)?.(rule).streaks ?? []);
      const rollout = rolloutOf(
        { mode: policyMode(own, rule), streaks, ...known },
        { today, start: start ?? dayOf(context.now()), criteria },
      );
      return [rule, { ...rollout, ...known }];
    }),
  );
}

/** What each rule would refuse, if it denied everywhere that the plan reaches. */
function failingOf(planned: Planned, replayed: ReplayedRun): ReadonlyMap<string, number> {
  const { base, made } = planned;
  const hard: EnforcementPlan = {
    ...base,
    excludedNamespaces: made.excludedNamespaces,
    rules: base.rules.map((rule) => ({ ...rule, actions: rule.actions.map((action) => ({ ...action, mode: 'deny' as const })) })),
  };
  const replays = replayed
    .replay(base, (rule) => judgesBy(planned, rule)[0])
    .map((replay, at) => ({ ...replay, rule: hard.rules[at] ?? replay.rule }));
  const failing = new Map<string, number>();
  for (const { rule, counts } of replayOutcomes(hard, replays, replayed.objects).rules)
    failing.set(rule.rule, (failing.get(rule.rule) ?? 0) + counts.denied);
  return failing;
}

export function rolloutView(
  context: ServiceContext,
  planned: Planned,
  replayed: ReplayedRun | undefined,
  when: When,
): DeepReadonly<RolloutView> {
  const { criteria } = context.workspace.now().read.content.workspace;
  const today = dayOf(context.now());
  const rollouts = rolloutsOf(context, planned, replayed, when);
  return {
    policy: planned.made.policy,
    today: when.on ?? today,
    start: when.start ?? today,
    criteria: { runs: criteria.runs, days: criteria.days },
    rules: planned.base.rules.flatMap((planRule) => {
      const { rule, title, severity } = planRule;
      const found = rollouts.get(rule);
      if (found === undefined) return [];
      return [{ rule, title, severity, mode: policyMode(judgesBy(planned, planRule), rule), ...found }];
    }),
  };
}

/** How far each rule goes, where the rollout plan is followed. */
export function rolloutLimit(
  context: ServiceContext,
  planned: Planned,
  replayed: ReplayedRun | undefined,
  rollout: NonNullable<EnforceAsked['rollout']>,
): (rule: string) => EnforceMode {
  const rollouts = rolloutsOf(context, planned, replayed, rollout);
  return (rule) => milder(rollouts.get(rule)?.now ?? 'audit', rollout.step ?? 'deny');
}
