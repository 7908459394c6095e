import { annotationsOf, labelsOf } from '#core/enforce/labels.ts';
import type { Action, EnforceMode, EnforcementPlan, PlannedRule, ResourceMatch, ResourceRule } from '#core/enforce/model.ts';
import { namespaceSelector } from '#core/enforce/namespaces.ts';
import { FIRST_STABLE_MINOR } from '#core/enforce/servers.ts';
import { bindingName, policyName } from '#core/enforce/vap/names.ts';
import type { JsonObject } from '#core/json.ts';
import { hashOf } from '#core/rules/hash.ts';

/** What each mode does with a request that fails. `Deny` with `Warn` is refused by the API server. */
const ACTIONS: Readonly<Record<EnforceMode, readonly string[]>> = {
  audit: ['Audit'],
  warn: ['Warn', 'Audit'],
  deny: ['Deny'],
};

/** v1 from Kubernetes 1.30 on, v1beta1 on the two before. */
export const apiVersionFor = (minor: number): string =>
  `admissionregistration.k8s.io/${minor < FIRST_STABLE_MINOR ? 'v1beta1' : 'v1'}`;

/** The objects of one rule: its ValidatingAdmissionPolicy and a binding for each action. */
export function vapObjects(plan: EnforcementPlan, rule: PlannedRule, bundle: string): readonly JsonObject[] {
  return [policyObject(plan, rule, bundle), ...rule.actions.map((action) => bindingObject(plan, rule, action))];
}

function policyObject(plan: EnforcementPlan, rule: PlannedRule, bundle: string): JsonObject {
  const spec = {
    failurePolicy: rule.failurePolicy,
    matchConstraints: {
      matchPolicy: 'Equivalent',
      resourceRules: rule.match.rules.map((resources) => resourceRule(resources, rule.match)),
      ...(rule.match.except.length === 0
        ? {}
        : { excludeResourceRules: rule.match.except.map((resources) => resourceRule(resources, rule.match)) }),
    },
    matchConditions: rule.conditions.map(({ name, expression }) => ({ name, expression })),
    ...(rule.variables.length === 0 ? {} : { variables: rule.variables.map(({ name, expression }) => ({ name, expression })) }),
    validations: [
      {
        expression: rule.expression,
        message: rule.message,
        ...(rule.messageExpression === undefined ? {} : { messageExpression: rule.messageExpression }),
        reason: 'Invalid',
      },
    ],
  };
  return {
    apiVersion: apiVersionFor(plan.minor),
    kind: 'ValidatingAdmissionPolicy',
    metadata: {
      name: policyName(rule),
      labels: labelsOf(rule),
      annotations: annotationsOf(plan, rule, bundle, hashOf(spec)),
    },
    spec,
  };
}

const resourceRule = (resources: ResourceRule, { operations }: ResourceMatch, scope?: 'Namespaced'): JsonObject => ({
  apiGroups: resources.apiGroups,
  apiVersions: resources.apiVersions,
  operations,
  resources: resources.resources,
  ...(scope === undefined ? {} : { scope }),
});

function bindingObject(plan: EnforcementPlan, rule: PlannedRule, action: Action): JsonObject {
  const spec = {
    policyName: policyName(rule),
    validationActions: ACTIONS[action.mode],
    ...matchResources(plan, rule, action),
  };
  return {
    apiVersion: apiVersionFor(plan.minor),
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: {
      name: bindingName(action.policy ?? plan.policy, rule, action),
      labels: labelsOf(rule),
      annotations: {
        'plimsoll.dev/digest': hashOf(spec),
        ...(action.policy === undefined ? {} : { 'plimsoll.dev/policy': action.policy }),
      },
    },
    spec,
  };
}

/** Cluster-scoped objects match every selector of namespaces: a binding for some namespaces must say that it means no others. */
function matchResources(plan: EnforcementPlan, { match }: PlannedRule, action: Action): JsonObject {
  const { namespaceSelector: selector } = namespaceSelector(plan, action);
  if (selector === undefined) return {};
  const narrowed = action.namespaces !== undefined && match.clusterScoped;
  return {
    matchResources: {
      ...(narrowed ? { resourceRules: match.rules.map((resources) => resourceRule(resources, match, 'Namespaced')) } : {}),
      namespaceSelector: selector,
    },
  };
}
