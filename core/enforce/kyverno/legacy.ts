import { annotationsOf, labelsOf } from '#core/enforce/labels.ts';
import type { Action, EnforcementPlan, PlannedRule, ResourceRule } from '#core/enforce/model.ts';
import { actionName } from '#core/enforce/names.ts';
import { namesOutside } from '#core/enforce/namespaces.ts';
import type { JsonObject } from '#core/json.ts';
import { hashOf } from '#core/rules/hash.ts';

/** One action of a rule as a ClusterPolicy of `kyverno.io/v1` with `validate.cel`: Kyverno 1.11 to 1.19. */
export function clusterPolicyObject(plan: EnforcementPlan, rule: PlannedRule, action: Action, bundle: string): JsonObject {
  const spec = {
    background: true,
    webhookConfiguration: { failurePolicy: rule.failurePolicy },
    ...(action.mode === 'warn' ? { emitWarning: true } : {}),
    rules: [
      {
        name: rule.rule,
        match: { any: [{ resources: matched(rule, action) }] },
        ...exclude(plan, rule, action),
        celPreconditions: rule.conditions.map(({ name, expression }) => ({ name, expression })),
        validate: {
          failureAction: action.mode === 'deny' ? 'Enforce' : 'Audit',
          cel: {
            generate: false,
            ...(rule.variables.length === 0
              ? {}
              : { variables: rule.variables.map(({ name, expression }) => ({ name, expression })) }),
            expressions: [
              {
                expression: rule.expression,
                message: rule.message,
                ...(rule.messageExpression === undefined ? {} : { messageExpression: rule.messageExpression }),
              },
            ],
          },
        },
      },
    ],
  };
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: {
      name: actionName(rule.rule, action.mode),
      labels: labelsOf(rule),
      annotations: {
        ...annotationsOf(plan, rule, bundle, hashOf(spec)),
        // Rules on Pods would be made into rules on workloads, by replacing text.
        'pod-policies.kyverno.io/autogen-controllers': 'none',
        'policies.kyverno.io/title': rule.title,
        'policies.kyverno.io/severity': rule.severity,
      },
    },
    spec,
  };
}

/** Cluster-scoped objects are in no list of namespaces. */
const matched = ({ match }: PlannedRule, { namespaces }: Action): JsonObject => ({
  kinds: match.rules.flatMap(kindNames),
  operations: match.operations,
  ...(namespaces === undefined ? {} : { namespaces }),
});

/** `apps/v1/Deployment`, `v1/Pod/ephemeralcontainers`, `*`. */
function kindNames({ apiGroups, apiVersions, resources, kinds }: ResourceRule): readonly string[] {
  if (kinds.includes('*')) return ['*'];
  const subresources = resources.flatMap((resource) => (resource.includes('/') ? [`Pod/${resource.split('/')[1] ?? ''}`] : []));
  return apiGroups.flatMap((group) =>
    apiVersions.flatMap((version) =>
      [...kinds, ...subresources].map((kind) => [...(group === '' ? [] : [group]), version, kind].join('/')),
    ),
  );
}

function exclude(plan: EnforcementPlan, { match }: PlannedRule, action: Action): JsonObject {
  const namespaces = namesOutside(plan, action);
  const any = [
    ...(namespaces.length === 0 ? [] : [{ resources: { namespaces } }]),
    ...(match.except.length === 0 ? [] : [{ resources: { kinds: match.except.flatMap(kindNames) } }]),
  ];
  return any.length === 0 ? {} : { exclude: { any } };
}
