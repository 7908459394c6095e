import { allOf } from '#core/enforce/conditions.ts';
import { annotationsOf, labelsOf } from '#core/enforce/labels.ts';
import type { Action, Condition, EnforceMode, EnforcementPlan, PlannedRule, ResourceRule } from '#core/enforce/model.ts';
import { actionName } from '#core/enforce/names.ts';
import { toLiteral } from '#core/cel/index.ts';
import { namesOutside } from '#core/enforce/namespaces.ts';
import type { JsonObject } from '#core/json.ts';
import { hashOf } from '#core/rules/hash.ts';

/** What each mode is called by Gatekeeper, which denies where nothing is said. */
const ACTIONS: Readonly<Record<EnforceMode, string>> = { audit: 'dryrun', warn: 'warn', deny: 'deny' };

/** `PlimsollMemoryLimit`: rule ids are unique without their hyphens too (decisions.md 1), as a template has its kind in lower case. */
export const constraintKind = (rule: string): string =>
  ['plimsoll', ...rule.split('-')].map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join('');

/** The ConstraintTemplate of a rule. */
export function templateObject(plan: EnforcementPlan, rule: PlannedRule, bundle: string): JsonObject {
  const kind = constraintKind(rule.rule);
  const source = {
    failurePolicy: rule.failurePolicy,
    // Policies of the API server's own would enforce a second time, with a failure policy that nobody chose.
    generateVAP: false,
    // Its name has no plural: Gatekeeper passes over `matchConditions`.
    matchCondition: gatekeeperConditions(rule).map(({ name, expression }) => ({ name, expression })),
    ...(rule.variables.length === 0 ? {} : { variables: rule.variables.map(({ name, expression }) => ({ name, expression })) }),
    validations: [
      {
        expression: rule.expression,
        message: rule.message,
        ...(rule.messageExpression === undefined ? {} : { messageExpression: rule.messageExpression }),
      },
    ],
  };
  const spec = {
    crd: { spec: { names: { kind } } },
    targets: [{ target: 'admission.k8s.gatekeeper.sh', code: [{ engine: 'K8sNativeValidation', source }] }],
  };
  return {
    apiVersion: 'templates.gatekeeper.sh/v1',
    kind: 'ConstraintTemplate',
    metadata: {
      name: kind.toLowerCase(),
      labels: labelsOf(rule),
      annotations: annotationsOf(plan, rule, bundle, hashOf(spec)),
    },
    spec,
  };
}

/** What constraints cannot say is a condition: operations, exceptions among all kinds, subresources. Audits have no operation. */
export function gatekeeperConditions({ match, conditions }: PlannedRule): readonly Condition[] {
  const operation = { name: 'judged-operation', expression: `request.operation in ${toLiteral(['', ...match.operations])}` };
  const all = match.rules.some(({ kinds }) => kinds.includes('*'));
  // A selector of all resources leaves subresources out that it does not name, and Gatekeeper asks about some.
  const named = match.rules.flatMap(({ resources }) => resources.flatMap((resource) => resource.split('/')[1] ?? []));
  const whole = {
    name: 'no-subresource',
    expression: `!has(request.subResource) || request.subResource in ${toLiteral(['', ...new Set(named)])}`,
  };
  const except = { name: 'not-excepted', expression: allOf(match.except.map((resources) => `!(${isOneOf(resources)})`)) };
  return [operation, ...(all ? [whole] : []), ...(match.except.length === 0 ? [] : [except]), ...conditions];
}

/** Whether it selects more than subresources of what another one selects. */
const isOfObjects = ({ resources }: ResourceRule): boolean => resources.some((resource) => !resource.includes('/'));

const isOneOf = ({ apiGroups, kinds }: ResourceRule): string =>
  `request.kind.kind in ${toLiteral(kinds)} && request.kind.group in ${toLiteral(apiGroups)}`;

/** The constraint of one action of a rule. */
export function constraintObject(plan: EnforcementPlan, rule: PlannedRule, action: Action): JsonObject {
  const { namespaces } = action;
  const not = namesOutside(plan, action);
  const spec = {
    enforcementAction: ACTIONS[action.mode],
    match: {
      kinds: rule.match.rules.filter(isOfObjects).map(({ apiGroups, kinds }) => ({ apiGroups, kinds })),
      // Cluster-scoped objects are in every list of namespaces, unless the scope says otherwise.
      ...(namespaces === undefined ? {} : { ...(rule.match.clusterScoped ? { scope: 'Namespaced' } : {}), namespaces }),
      ...(not.length === 0 ? {} : { excludedNamespaces: not }),
    },
  };
  return {
    apiVersion: 'constraints.gatekeeper.sh/v1beta1',
    kind: constraintKind(rule.rule),
    metadata: {
      name: actionName(rule.rule, action.mode),
      labels: labelsOf(rule),
      annotations: { 'plimsoll.dev/digest': hashOf(spec) },
    },
    spec,
  };
}
