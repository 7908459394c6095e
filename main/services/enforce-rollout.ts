import type { RolloutView } from '#core/api/enforce.ts';
import { milder } from '#core/enforce/actions.ts';
import type { EnforceMode } from '#core/enforce/model.ts';
import { replayOutcomes } from '#core/enforce/replay/outcomes.ts';
import { rolloutOf } from '#core/enforce/rollout.ts';
import type { Rollout } from '#core/enforce/rollout.ts';
import { stepped } from '#core/enforce/steps.ts';
import type { DeepReadonly } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { policyMode } from '#main/services/enforce-plan.ts';
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
  const { policy, base } = planned;
  const today = on ?? dayOf(context.now());
  const { criteria } = context.workspace.now().read.content.workspace;
  const evidence = eligibilityOf(context, policy);
  const failing = replayed === undefined ? undefined : failingOf(planned, replayed);
  return new Map(
    base.rules.map(({ rule }) => {
      const count = failing?.get(rule);
      const known = count === undefined ? {} : { failing: count };
      const { streaks } = evidence(rule);
      const rollout = rolloutOf(
        { mode: policyMode(policy, rule), streaks, ...known },
        { today, start: start ?? dayOf(context.now()), criteria },
      );
      return [rule, { ...rollout, ...known }];
    }),
  );
}

/** What each rule would refuse, if it denied everywhere that the plan reaches. */
function failingOf({ base, made, policy }: Planned, replayed: ReplayedRun): ReadonlyMap<string, number> {
  const { excludedNamespaces } = made;
  const hard = stepped(base, { mode: () => 'deny', steps: [], failurePolicy: 'Ignore', excludedNamespaces });
  const replays = replayed.replay(base, policy).map((replay, at) => ({ ...replay, rule: hard.rules[at] ?? replay.rule }));
  const { rules } = replayOutcomes(hard, replays, replayed.objects);
  return new Map(rules.map(({ rule, counts }) => [rule.rule, counts.denied]));
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
    policy: planned.policy.name,
    today: when.on ?? today,
    start: when.start ?? today,
    criteria: { runs: criteria.runs, days: criteria.days },
    rules: planned.base.rules.flatMap(({ rule, title, severity }) => {
      const found = rollouts.get(rule);
      return found === undefined ? [] : [{ rule, title, severity, mode: policyMode(planned.policy, rule), ...found }];
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
