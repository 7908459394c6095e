import { variantOf } from '#core/enforce/forms.ts';
import type { Action, EnforcementPlan, PlannedRule, SkippedRule } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import type { PlanOptions } from '#core/enforce/plan.ts';
import type { Library, Policy } from '#core/rules/model.ts';

/** A policy and where it counts: in these namespaces, or in all that no other policy names. */
export interface PlacedPolicy {
  readonly policy: Policy;
  readonly namespaces?: readonly string[];
}

/**
 * What one cluster is to enforce of several policies. No namespace may be named twice, and one policy at most be for the others. Rules
 * that judge alike in several policies are one, with the actions of each; a rule that judges otherwise in one of them has a variant.
 */
export const planSeveral = (placed: readonly PlacedPolicy[], library: Library, options: PlanOptions): EnforcementPlan =>
  joinedPlans(
    placed.map(({ policy, namespaces }) => ({
      made: plan(policy, library, options),
      ...(namespaces === undefined ? {} : { namespaces }),
    })),
    library,
  );

/** A plan and where it counts, as for a policy. */
export interface PlacedPlan {
  readonly made: EnforcementPlan;
  readonly namespaces?: readonly string[];
}

/** As `planSeveral`, of plans that are made. Which rules there are, and in which order, does not depend on their modes. */
export function joinedPlans(placed: readonly PlacedPlan[], library: Library): EnforcementPlan {
  const named = placed.flatMap(({ namespaces }) => namespaces ?? []).toSorted();
  const plans = placed.map(({ made, namespaces }) => ({
    made,
    where: namespaces === undefined ? { exceptNamespaces: named } : { namespaces },
  }));
  const [first] = plans;
  if (first === undefined) throw new Error('a plan of no policy');
  if (plans.length === 1 && named.length === 0) return first.made;
  const parts = plans.flatMap(({ made, where }) => made.rules.map((rule) => partOf(made.policy, rule, where)));
  const taken = new Set(library.rules.map(({ id }) => id));
  return {
    ...first.made,
    policy: plans.map(({ made }) => made.policy).join(', '),
    annotationWaivers: plans.flatMap(({ made }) => made.annotationWaivers),
    rules: library.rules.flatMap(({ id }) =>
      byVariant(parts.filter(({ rule }) => rule.rule === id)).flatMap((same) => mergedRules(same, taken)),
    ),
    skipped: skippedOnce(plans.flatMap(({ made }) => made.skipped)),
  };
}

/** A rule of one policy, with the actions that are left of it where the policy counts. */
interface Part {
  readonly policy: string;
  readonly rule: PlannedRule;
}

type Where = { readonly namespaces: readonly string[] } | { readonly exceptNamespaces: readonly string[] };

const partOf = (policy: string, rule: PlannedRule, where: Where): Part => ({
  policy,
  rule: { ...rule, actions: rule.actions.flatMap((action) => actionsIn(action, where)).map((action) => ({ ...action, policy })) },
});

function actionsIn({ mode, namespaces, exceptNamespaces = [] }: Action, where: Where): readonly Action[] {
  if ('exceptNamespaces' in where) {
    if (namespaces === undefined) {
      const except = [...new Set([...exceptNamespaces, ...where.exceptNamespaces])].toSorted();
      return [{ mode, ...(except.length === 0 ? {} : { exceptNamespaces: except }) }];
    }
    return inSome(
      mode,
      namespaces.filter((name) => !where.exceptNamespaces.includes(name)),
    );
  }
  const here = where.namespaces.filter((name) =>
    namespaces === undefined ? !exceptNamespaces.includes(name) : namespaces.includes(name),
  );
  return inSome(mode, here);
}

const inSome = (mode: Action['mode'], namespaces: readonly string[]): readonly Action[] =>
  namespaces.length === 0 ? [] : [{ mode, namespaces: namespaces.toSorted() }];

/** What an engine is told to judge by; parts that agree on it are one policy there. */
const judgedBy = ({ match, conditions, variables, expression, message, messageExpression }: PlannedRule): string =>
  JSON.stringify([match, conditions, variables, expression, message, messageExpression ?? null]);

/** A rule may have several forms in one policy already. */
function byVariant(parts: readonly Part[]): readonly (readonly Part[])[] {
  const variants = [...new Set(parts.map(({ rule }) => rule.variant))];
  return variants.map((variant) => parts.filter(({ rule }) => rule.variant === variant));
}

/** The first keeps its name, so that what most policies agree on is called as it is in a plan of one. */
function mergedRules(parts: readonly Part[], taken: ReadonlySet<string>): readonly PlannedRule[] {
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const key = judgedBy(part.rule);
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  return [...groups.values()].flatMap((group, at): readonly PlannedRule[] => {
    const [first] = group;
    const actions = group.flatMap(({ rule }) => rule.actions);
    if (first === undefined || actions.length === 0) return [];
    const fails = group.some(({ rule }) => rule.failurePolicy === 'Fail');
    return [
      {
        ...first.rule,
        ...(at === 0 ? {} : { variant: variantFor(first, taken) }),
        policies: group.map(({ policy }) => policy),
        actions,
        failurePolicy: fails ? 'Fail' : 'Ignore',
        waivers: unique(
          group.flatMap(({ rule }) => rule.waivers),
          ({ id }) => id,
        ),
        waiversLeftOut: unique(
          group.flatMap(({ rule }) => rule.waiversLeftOut),
          ({ waiver, why }) => `${waiver.id} ${why}`,
        ),
      },
    ];
  });
}

/** The same for a policy whatever others there are, unless a rule is called so already. */
function variantFor({ rule, policy }: Part, taken: ReadonlySet<string>): string {
  for (let turn = 0; ; turn += 1) {
    const variant = variantOf(policy, rule.variant ?? '', turn);
    if (!taken.has(`${rule.rule}-${variant}`)) return variant;
  }
}

const unique = <T>(items: readonly T[], key: (item: T) => string): readonly T[] =>
  [...new Map(items.toReversed().map((item) => [key(item), item])).values()].toReversed();

const skippedOnce = (skipped: readonly SkippedRule[]): readonly SkippedRule[] =>
  unique(skipped, ({ rule, why }) => `${rule} ${why}`);
