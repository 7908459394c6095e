import { toLiteral } from '#core/cel/index.ts';
import { allOf } from '#core/enforce/conditions.ts';
import { annotationsOf, labelsOf } from '#core/enforce/labels.ts';
import type { Action, Condition, EnforceMode, EnforcementPlan, PlannedRule, ResourceRule } from '#core/enforce/model.ts';
import { actionName } from '#core/enforce/names.ts';
import { namespaceSelector } from '#core/enforce/namespaces.ts';
import type { JsonObject } from '#core/json.ts';
import { hashOf } from '#core/rules/hash.ts';

/** Kubewarden warns nobody: what would warn is traced and counted, as what is audited. Where nothing is said it protects. */
const MODES: Readonly<Record<EnforceMode, 'monitor' | 'protect'>> = { audit: 'monitor', warn: 'monitor', deny: 'protect' };

/** The policy that computes expressions; its functions are those of Kubernetes 1.29. */
export const CEL_POLICY = 'registry://ghcr.io/kubewarden/policies/cel-policy:v1.6.3';

/** The ClusterAdmissionPolicy of one action of a rule. */
export function admissionPolicyObject(plan: EnforcementPlan, rule: PlannedRule, action: Action, bundle: string): JsonObject {
  const narrowed = action.namespaces !== undefined && rule.match.clusterScoped;
  const spec = {
    module: CEL_POLICY,
    mode: MODES[action.mode],
    failurePolicy: rule.failurePolicy,
    mutating: false,
    backgroundAudit: true,
    matchPolicy: 'Equivalent',
    rules: rule.match.rules.map(({ apiGroups, apiVersions, resources }) => ({
      apiGroups,
      apiVersions,
      operations: rule.match.operations,
      resources,
      ...(narrowed ? { scope: 'Namespaced' } : {}),
    })),
    ...namespaceSelector(plan, action),
    // The API server judges these, before it asks Kubewarden.
    matchConditions: webhookConditions(rule).map(({ name, expression }) => ({ name, expression })),
    settings: {
      ...(rule.variables.length === 0 ? {} : { variables: rule.variables.map(({ name, expression }) => ({ name, expression })) }),
      validations: [
        {
          expression: rule.expression,
          message: rule.message,
          ...(rule.messageExpression === undefined ? {} : { messageExpression: rule.messageExpression }),
          reason: 'Invalid',
        },
      ],
    },
  };
  return {
    apiVersion: 'policies.kubewarden.io/v1',
    kind: 'ClusterAdmissionPolicy',
    metadata: {
      name: actionName(rule.rule, action.mode),
      labels: labelsOf(rule),
      annotations: {
        ...annotationsOf(plan, rule, bundle, hashOf(spec)),
        'io.kubewarden.policy.severity': rule.severity,
        'io.kubewarden.policy.title': rule.title,
      },
    },
    spec,
  };
}

/** A webhook has no rules for what it is not to be asked about. */
function webhookConditions({ match, conditions }: PlannedRule): readonly Condition[] {
  const excepted = match.except.map((resources) => `!(${isOneOf(resources)})`);
  return [...(excepted.length === 0 ? [] : [{ name: 'not-excepted', expression: allOf(excepted) }]), ...conditions];
}

const isOneOf = ({ apiGroups, resources }: ResourceRule): string =>
  `request.resource.resource in ${toLiteral(resources)} && request.resource.group in ${toLiteral(apiGroups)}`;
