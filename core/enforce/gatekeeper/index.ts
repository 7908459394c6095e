import { formatCost } from '#core/cel/index.ts';
import { fileOf } from '#core/enforce/files.ts';
import type { YamlFile } from '#core/enforce/files.ts';
import { costBound, templateCost, TEMPLATE_COST_LIMIT } from '#core/enforce/gatekeeper/cost.ts';
import { constraintObject, templateObject } from '#core/enforce/gatekeeper/objects.ts';
import { exclusionLine, leftOutLines, PASS_LINES } from '#core/enforce/headers.ts';
import type { EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import { kustomization, rollback, ROLLBACK } from '#core/enforce/packaging.ts';
import { withoutRules } from '#core/enforce/plan-for.ts';
import { once } from '#core/once.ts';
import { stressPod } from '#core/rules/stress-pod.ts';

const TEMPLATES = 'constraint-templates.yaml';
const CONSTRAINTS = 'constraints.yaml';

/** The plan without the rules that cost more than Gatekeeper gives. */
export function gatekeeperPlan(plan: EnforcementPlan): EnforcementPlan {
  const pod = stressPod();
  return withoutRules(plan, (rule) => {
    if (!judgesPods(rule) || costBound(rule) < TEMPLATE_COST_LIMIT) return undefined;
    const cost = templateCost(rule, pod);
    if (cost === undefined) return 'what it costs on a large Pod cannot be computed';
    if (cost < TEMPLATE_COST_LIMIT) return undefined;
    return `on a large Pod it costs more than the ${formatCost(TEMPLATE_COST_LIMIT)} units that Gatekeeper gives a template`;
  });
}

const judgesPods = ({ match }: PlannedRule): boolean =>
  match.rules.some(({ kinds }) => kinds.includes('Pod') || kinds.includes('*'));

/** Templates, constraints, a kustomization, and what takes them back. `bundle` is the bundle digest (decisions.md 19). */
export function gatekeeperFiles(plan: EnforcementPlan, bundle: string): readonly YamlFile[] {
  const templates = once(() => plan.rules.map((rule) => templateObject(plan, rule, bundle)));
  const constraints = once(() =>
    plan.rules.flatMap((rule) => rule.actions.map((action) => constraintObject(plan, rule, action))),
  );
  return [
    fileOf(TEMPLATES, headerOf(plan, bundle), templates),
    fileOf(
      CONSTRAINTS,
      [
        `What is enforced where, of ${TEMPLATES}: applied once these are established.`,
        `Try first: kubectl apply --dry-run=server -f ${CONSTRAINTS}`,
        `Apply:     kubectl apply -f ${CONSTRAINTS}`,
        `Take back: kubectl delete -f ${CONSTRAINTS} --ignore-not-found`,
      ],
      constraints,
    ),
    kustomization([TEMPLATES, CONSTRAINTS], 'Apply it twice: the constraints are of kinds that the templates make.'),
    rollback(
      () => [...constraints(), ...templates()],
      `Names everything of ${CONSTRAINTS} and ${TEMPLATES}, constraints first: without them nothing is enforced any more.`,
    ),
  ];
}

function headerOf(plan: EnforcementPlan, bundle: string): readonly string[] {
  return [
    `Policy ${plan.policy}: ${plan.rules.length} rules for Gatekeeper 3.18 and later (K8sNativeValidation; 3.17 has it as beta).`,
    `Bundle ${bundle}.`,
    '',
    `Try first: kubectl apply --dry-run=server -f ${TEMPLATES}`,
    `Apply:     kubectl apply -f ${TEMPLATES}`,
    "           kubectl wait --for=jsonpath='{.status.created}'=true --timeout=60s constrainttemplates \\",
    '             -l app.kubernetes.io/managed-by=plimsoll',
    `           kubectl apply -f ${CONSTRAINTS}`,
    `Take back: kubectl delete -f ${ROLLBACK} --ignore-not-found`,
    '',
    exclusionLine(plan),
    ...PASS_LINES,
    'Gatekeeper sends no ValidatingAdmissionPolicies to the API server for these (generateVAP: false). Its audit has no user and no',
    'old object, so that it lists Pods of workloads beside the workloads, and what is in the cluster from before the rule.',
    plan.rules.some(({ failurePolicy }) => failurePolicy === 'Fail')
      ? 'Where an expression cannot be computed, rules that deny refuse the request (failurePolicy Fail).'
      : 'Where an expression cannot be computed, the request is let through (failurePolicy Ignore).',
    ...leftOutLines(plan),
  ];
}
