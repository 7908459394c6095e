import { actionsOf } from '#core/enforce/actions.ts';
import type { Step } from '#core/enforce/actions.ts';
import { allOf, inNamespaces, scopeParts } from '#core/enforce/conditions.ts';
import { canChange, guards } from '#core/enforce/guards.ts';
import { resourceMatch, servedKinds } from '#core/enforce/match.ts';
import { enforcedMessage } from '#core/enforce/message.ts';
import type {
  Condition,
  EnforceMode,
  EnforcementPlan,
  FailurePolicy,
  Operation,
  PlannedRule,
  SkippedRule,
} from '#core/enforce/model.ts';
import { readsOf } from '#core/enforce/reads.ts';
import { FIRST_STABLE_MINOR, minimumMinor } from '#core/enforce/servers.ts';
import { enforcedWaivers, waiversOf } from '#core/enforce/waivers.ts';
import { oneExpression } from '#core/evaluate/one-expression.ts';
import { kindsWithPodSpec } from '#core/evaluate/variables.ts';
import { settingOf } from '#core/policy/effective.ts';
import type { Library, Policy, Rule, RuleSetting } from '#core/rules/model.ts';
import { isEnforceable } from '#core/rules/enforceable.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Waiver } from '#core/workspace/model.ts';

export interface PlanOptions {
  /** All that the workspace has; those that count on the day are taken. */
  readonly waivers: readonly Waiver[];
  /** `YYYY-MM-DD`, in UTC. A cluster has no clock for its policies: waivers that have ended by then are not in the plan. */
  readonly today: string;
  /** The Kubernetes minor of the cluster, 28 or later: 30 for 1.30. Default: 30. */
  readonly minor?: number;
  /** How far to go; default: as far as the policy says. */
  readonly steps?: readonly Step[];
  /** Names and patterns of namespaces in which nothing is enforced. */
  readonly excludedNamespaces: readonly string[];
  /** For rules that refuse requests somewhere; the others never do, so that theirs is `Ignore`. */
  readonly failurePolicy: FailurePolicy;
}

/** What a cluster is to enforce of a policy: its rules that are on, each planned or skipped with the reason, in the library's order. */
export function plan(policy: Policy, library: Library, options: PlanOptions): EnforcementPlan {
  const rules: PlannedRule[] = [];
  const skipped: SkippedRule[] = [];
  for (const rule of library.rules) {
    const setting = settingOf(policy, rule.id);
    if (setting === undefined || setting.mode === 'off') continue;
    const planned = planRule(rule, setting.mode, { policy, setting, library, options });
    if (planned.ok) rules.push(planned.value);
    else skipped.push({ rule: rule.id, title: rule.title, why: planned.error });
  }
  const { minor = FIRST_STABLE_MINOR, excludedNamespaces } = options;
  return { policy: policy.name, minor, excludedNamespaces, rules, skipped };
}

interface Context {
  readonly policy: Policy;
  readonly setting: RuleSetting;
  readonly library: Library;
  readonly options: PlanOptions;
}

function planRule(
  asWritten: Rule,
  mode: EnforceMode,
  { policy, setting, library, options }: Context,
): Result<PlannedRule, string> {
  if (!isEnforceable(asWritten)) return err('it needs other objects of the cluster, and admission sees one object alone');
  const { matchers } = library;
  const matcher = matchers.matchers[asWritten.match];
  const served = matcher === undefined ? [] : servedKinds(matcher);
  if (served !== 'any' && served.length === 0) return err('no API server serves the kinds that it judges any more');
  const kinds = served === 'any' ? kindsWithPodSpec(matchers).filter(({ legacy }) => legacy !== true) : served;
  const own = { ...asWritten, params: { ...asWritten.params, ...setting.params } };
  const waived = enforcedWaivers(waiversOf(options.waivers, own.id, policy.name, options.today), own, matchers, kinds);
  const { rule } = waived;
  const form = oneExpression(rule, matchers);
  if (!form.ok) return err(`its expression cannot be written: ${form.error.message}`);
  const reads = readsOf(form.value);
  if (reads === undefined) return err('its expression cannot be read');
  const told = enforcedMessage(rule, setting.message ?? rule.message, matchers);
  const conditions = [
    ...guards(reads, kinds),
    ...placed(setting, options),
    ...(waived.condition === undefined ? [] : [waived.condition]),
  ];
  const expressions = {
    conditions,
    variables: [...form.value.variables, ...told.variables],
    expression: form.value.expression,
    ...(told.messageExpression === undefined ? {} : { messageExpression: told.messageExpression }),
  };
  const oldest = minimumMinor(expressions);
  if (!oldest.ok) return oldest;
  const { minor = FIRST_STABLE_MINOR } = options;
  if (oldest.value > minor) return err(`it needs Kubernetes 1.${oldest.value}, and the plan is for 1.${minor}`);
  const actions = actionsOf(mode, options.steps ?? []);
  const operations: readonly Operation[] = canChange(reads) ? ['CREATE', 'UPDATE'] : ['CREATE'];
  return ok({
    rule: rule.id,
    title: rule.title,
    severity: setting.severity ?? rule.severity,
    match: { ...resourceMatch(served), operations },
    ...expressions,
    message: told.message,
    actions,
    failurePolicy: actions.some((action) => action.mode === 'deny') ? options.failurePolicy : 'Ignore',
    waivers: waived.waivers,
    objectWaivers: waived.objectWaivers,
    waiversLeftOut: waived.leftOut,
    minimumMinor: oldest.value,
    ...(rule.maxCost === undefined ? {} : { maxCost: rule.maxCost }),
    ...(form.value.narrowed === undefined ? {} : { narrowed: form.value.narrowed }),
  });
}

/** Where the policy does not speak. Namespaces that are excluded by name are left to the targets, which have selectors for them. */
function placed({ scope }: RuleSetting, { excludedNamespaces }: PlanOptions): readonly Condition[] {
  const patterns = excludedNamespaces.filter((namespace) => namespace.includes('*'));
  const parts = scope === undefined ? [] : scopeParts(scope);
  return [
    ...(patterns.length === 0 ? [] : [{ name: 'not-in-excluded-namespaces', expression: `!(${inNamespaces(patterns)})` }]),
    ...(parts.length === 0 ? [] : [{ name: 'in-scope', expression: allOf(parts) }]),
  ];
}
