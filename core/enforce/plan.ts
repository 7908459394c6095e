import { actionsOf } from '#core/enforce/actions.ts';
import type { Step } from '#core/enforce/actions.ts';
import { notWaivedByAnnotation } from '#core/enforce/annotations.ts';
import { allOf, inNamespaces, scopeParts } from '#core/enforce/conditions.ts';
import { formsOf } from '#core/enforce/forms.ts';
import type { Form } from '#core/enforce/forms.ts';
import { guards, operationsOf } from '#core/enforce/guards.ts';
import { resourceMatch, servedKinds, servedWithPodSpec } from '#core/enforce/match.ts';
import type { Condition, EnforceMode, EnforcementPlan, FailurePolicy, PlannedRule, SkippedRule } from '#core/enforce/model.ts';
import { DEFAULT_ON_UPDATE } from '#core/enforce/update-guards.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { FIRST_STABLE_MINOR, minimumMinor } from '#core/enforce/servers.ts';
import { enforcedWaivers, waiversOf } from '#core/enforce/waivers.ts';
import type { EnforcedWaivers } from '#core/enforce/waivers.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { settingOf } from '#core/policy/effective.ts';
import type { Library, MatchedKind, Policy, Rule, RuleSetting } from '#core/rules/model.ts';
import { isEnforceable } from '#core/rules/enforceable.ts';
import { dependsOnKubernetes, forKubernetes, neverApplies } from '#core/rules/kubernetes.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Waiver } from '#core/workspace/model.ts';

export interface PlanOptions {
  /** All that the workspace has; those that count on the day are taken. */
  readonly waivers: readonly Waiver[];
  /** `YYYY-MM-DD`, in UTC. A cluster has no clock for its policies: waivers that have ended by then are not in the plan. */
  readonly today: string;
  /**
   * The Kubernetes minor of the cluster, 28 or later: 30 for 1.30. What depends on the version, such as the Pod Security Standards, is
   * judged as for this one, on newer servers too. Default: what any server from 1.30 on takes, and judged as for the newest version,
   * as everywhere else where nothing says the version.
   */
  readonly minor?: number;
  /** How far to go; default: as far as the policy says. */
  readonly steps?: readonly Step[];
  /** Names and patterns of namespaces in which nothing is enforced. */
  readonly excludedNamespaces: readonly string[];
  /** For rules that refuse requests somewhere; the others never do, so that theirs is `Ignore`. */
  readonly failurePolicy: FailurePolicy;
  /** Default: `template-changed`. */
  readonly onUpdate?: OnUpdate;
}

/** What a cluster is to enforce of a policy: its rules that are on, each planned or skipped with the reason, in the library's order. */
export function plan(policy: Policy, library: Library, options: PlanOptions): EnforcementPlan {
  const rules: PlannedRule[] = [];
  const skipped: SkippedRule[] = [];
  for (const rule of library.rules) {
    const setting = settingOf(policy, rule.id);
    if (setting === undefined || setting.mode === 'off') continue;
    const planned = planRule(rule, setting.mode, { policy, setting, library, options });
    if (planned.ok) rules.push(...planned.value.rules);
    const why = planned.ok ? planned.value.leftOut : [planned.error];
    skipped.push(...why.map((one) => ({ rule: rule.id, title: rule.title, why: one })));
  }
  const { minor = FIRST_STABLE_MINOR, excludedNamespaces, onUpdate = DEFAULT_ON_UPDATE } = options;
  const annotationWaivers = policy.exportAnnotationWaivers === true ? [policy.name] : [];
  return { policy: policy.name, minor, excludedNamespaces, onUpdate, annotationWaivers, rules, skipped };
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
): Result<{ readonly rules: readonly PlannedRule[]; readonly leftOut: readonly string[] }, string> {
  if (!isEnforceable(asWritten)) return err('it needs other objects of the cluster, and admission sees one object alone');
  const { matchers } = library;
  const matcher = matchers.matchers[asWritten.match];
  const served = matcher === undefined ? [] : servedKinds(matcher);
  if (served !== 'any' && served.length === 0) return err('no API server serves the kinds that it judges any more');
  const kinds = served === 'any' ? servedWithPodSpec(matchers) : served;
  const judgedAsMinor = judgedAs(options);
  const own = forKubernetes({ ...asWritten, params: { ...asWritten.params, ...setting.params } }, judgedAsMinor);
  if (neverApplies(own)) return err(`it has nothing to judge at Kubernetes 1.${judgedAsMinor}`);
  const waived = enforcedWaivers(waiversOf(options.waivers, own.id, policy.name, options.today), own, matchers, kinds);
  const { rule } = waived;
  const forms = formsOf(rule, setting.message ?? rule.message, library, {
    onUpdate: options.onUpdate ?? DEFAULT_ON_UPDATE,
    asksForCost: setting.params !== undefined || rule !== own,
  });
  if (!forms.ok) return forms;
  const prepared = { rule, mode, served, kinds, waived, dependsOn: dependsOnKubernetes(asWritten) };
  const rules: PlannedRule[] = [];
  for (const form of forms.value.forms) {
    const planned = planForm(form, prepared, { policy, setting, library, options });
    if (!planned.ok) return planned;
    rules.push(planned.value);
  }
  return ok({ rules, leftOut: forms.value.leftOut });
}

/** What nothing says the version of is judged as the newest has it. */
const judgedAs = ({ minor }: PlanOptions): number => minor ?? NEWEST_MINOR;

/** What is known of a rule before it is put into a form. */
interface Prepared {
  readonly rule: Rule;
  readonly mode: EnforceMode;
  readonly served: readonly MatchedKind[] | 'any';
  readonly kinds: readonly MatchedKind[];
  readonly waived: EnforcedWaivers;
  /** It judges otherwise on another Kubernetes minor. */
  readonly dependsOn: boolean;
}

function planForm(
  { reads, ...form }: Form,
  { rule, mode, served, kinds, waived, dependsOn }: Prepared,
  { policy, setting, options }: Context,
): Result<PlannedRule, string> {
  const { onUpdate = DEFAULT_ON_UPDATE, minor = FIRST_STABLE_MINOR } = options;
  const conditions = [
    ...guards(reads, kinds, onUpdate),
    ...placed(setting, options),
    ...(waived.condition === undefined ? [] : [waived.condition]),
    ...(policy.exportAnnotationWaivers === true ? [notWaivedByAnnotation(rule, kinds)] : []),
  ];
  const oldest = minimumMinor({ conditions, ...form });
  if (!oldest.ok) return oldest;
  if (oldest.value > minor) return err(`it needs Kubernetes 1.${oldest.value}, and the plan is for 1.${minor}`);
  const texts = [form.expression, ...form.variables.map((variable) => variable.expression)];
  const actions = actionsOf(mode, options.steps ?? []);
  return ok({
    rule: rule.id,
    title: rule.title,
    severity: setting.severity ?? rule.severity,
    match: { ...resourceMatch(served, texts), operations: operationsOf(reads, onUpdate) },
    conditions,
    ...form,
    actions,
    failurePolicy: actions.some((action) => action.mode === 'deny') ? options.failurePolicy : 'Ignore',
    waivers: waived.waivers,
    objectWaivers: waived.objectWaivers,
    waiversLeftOut: waived.leftOut,
    minimumMinor: oldest.value,
    ...(dependsOn ? { judgedAsMinor: judgedAs(options) } : {}),
    ...(rule.maxCost === undefined ? {} : { maxCost: rule.maxCost }),
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
