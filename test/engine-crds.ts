import type { JsonObject } from '#core/json.ts';
import { textAt } from '#core/json.ts';
import { anything, byDefault, byName, definition, flag, list, map, object, oneOf, text, whole } from '#test/crd-schema.ts';
import type { Manifest } from '#test/scan-objects.ts';

/*
 * CustomResourceDefinitions with the fields, constraints and defaults that those of the engines have for what is exported
 * (Gatekeeper 3.23, Kyverno 1.19, Kubewarden 1.38, PolicyReport v1alpha2, OpenReports v1alpha1), written for these tests. What no
 * field is named for, the server drops, as it does with theirs.
 */

const selector = object({
  matchLabels: map,
  matchExpressions: list(object({ key: text, operator: text, values: list(text) }, 'key', 'operator')),
});
const texts = list(text);
const rule = object({
  apiGroups: texts,
  apiVersions: texts,
  operations: texts,
  resourceNames: texts,
  resources: texts,
  scope: text,
});
const expression = object({ name: text, expression: text }, 'name', 'expression');
const validation = object({ expression: text, message: text, messageExpression: text, reason: text }, 'expression');
const failurePolicy = oneOf('Ignore', 'Fail');

const template = definition(
  { group: 'templates.gatekeeper.sh', kind: 'ConstraintTemplate', plural: 'constrainttemplates', versions: ['v1'] },
  {
    spec: object({
      crd: object({
        spec: object({
          names: object({ kind: text, shortNames: texts }),
          validation: byDefault(
            object({ legacySchema: byDefault(flag, false), openAPIV3Schema: { type: 'object', ...anything } }),
            { legacySchema: false },
          ),
        }),
      }),
      targets: list(
        object({
          target: text,
          code: {
            ...list(object({ engine: text, source: anything }, 'engine', 'source')),
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['engine'],
          },
        }),
      ),
    }),
  },
);

/** What Gatekeeper makes of a ConstraintTemplate: the kind of its constraints. */
export function constraintDefinition(of: JsonObject): Manifest {
  const kind = textAt(of, 'spec', 'crd', 'spec', 'names', 'kind') ?? '';
  const labels = { ...((of['metadata'] as JsonObject)['labels'] as JsonObject), 'gatekeeper.sh/constraint': 'yes' };
  const pattern = list({ ...text, pattern: String.raw`^\*?[-:a-z0-9]*\*?$` });
  const match = object({
    kinds: list(object({ apiGroups: texts, kinds: texts })),
    scope: text,
    source: oneOf('All', 'Generated', 'Original'),
    namespaces: pattern,
    excludedNamespaces: pattern,
    labelSelector: selector,
    namespaceSelector: selector,
  });
  return definition(
    { group: 'constraints.gatekeeper.sh', kind, plural: kind.toLowerCase(), versions: ['v1beta1', 'v1alpha1'], labels },
    {
      metadata: object({ name: { ...text, maxLength: 63 } }),
      spec: object({ enforcementAction: byDefault(text, 'deny'), match }),
    },
  );
}

const enabled = object({ enabled: byDefault(flag, true) });
const policies = { group: 'policies.kyverno.io', versions: ['v1beta1', 'v1', 'v1alpha1'] };
const validatingPolicy = definition(
  { ...policies, kind: 'ValidatingPolicy', plural: 'validatingpolicies' },
  {
    spec: object({
      validationActions: { ...list(oneOf('Deny', 'Audit', 'Warn')), 'x-kubernetes-list-type': 'set' },
      failurePolicy,
      evaluation: object({ mode: text, admission: enabled, background: enabled }),
      webhookConfiguration: object({ timeoutSeconds: whole }),
      matchConstraints: object({
        matchPolicy: text,
        namespaceSelector: selector,
        objectSelector: selector,
        resourceRules: list(rule),
        excludeResourceRules: list(rule),
      }),
      matchConditions: byName(expression),
      variables: byName(expression),
      validations: list(validation),
      auditAnnotations: list(object({ key: text, valueExpression: text })),
      autogen: object({
        podControllers: object({ controllers: texts }),
        validatingAdmissionPolicy: object({ enabled: flag }),
      }),
    }),
  },
);
const policyException = definition(
  { ...policies, kind: 'PolicyException', plural: 'policyexceptions', namespaced: true },
  {
    spec: object(
      {
        policyRefs: list(object({ kind: text, name: text }, 'kind', 'name')),
        matchConditions: list(expression),
        images: texts,
        allowedValues: texts,
        reportResult: byDefault(oneOf('skip', 'pass'), 'skip'),
        expiresAt: { ...text, format: 'date-time' },
        properties: map,
      },
      'policyRefs',
    ),
  },
);

const described = list(
  object({
    resources: object({ kinds: texts, namespaces: texts, operations: list(oneOf('CREATE', 'UPDATE', 'CONNECT', 'DELETE')) }),
  }),
);
const matched = object({ any: described, all: described });
const clusterPolicy = definition(
  { group: 'kyverno.io', kind: 'ClusterPolicy', plural: 'clusterpolicies', versions: ['v1', 'v2beta1'] },
  {
    spec: object({
      admission: byDefault(flag, true),
      background: byDefault(flag, true),
      emitWarning: byDefault(flag, false),
      validationFailureAction: byDefault(oneOf('audit', 'enforce', 'Audit', 'Enforce'), 'Audit'),
      webhookConfiguration: object({ failurePolicy, timeoutSeconds: whole }),
      rules: list(
        object(
          {
            name: { ...text, maxLength: 63 },
            match: matched,
            exclude: matched,
            celPreconditions: list(expression),
            skipBackgroundRequests: byDefault(flag, true),
            validate: object({
              failureAction: oneOf('Audit', 'Enforce'),
              allowExistingViolations: byDefault(flag, true),
              message: text,
              cel: object({ generate: byDefault(flag, false), variables: list(expression), expressions: list(validation) }),
            }),
          },
          'name',
          'match',
        ),
      ),
    }),
  },
);

const admissionPolicy = definition(
  { group: 'policies.kubewarden.io', kind: 'ClusterAdmissionPolicy', plural: 'clusteradmissionpolicies', versions: ['v1'] },
  {
    spec: object(
      {
        policyServer: byDefault(text, 'default'),
        mode: byDefault(oneOf('protect', 'monitor'), 'protect'),
        module: text,
        settings: { type: 'object', nullable: true, ...anything },
        rules: list(rule),
        failurePolicy: text,
        mutating: flag,
        backgroundAudit: byDefault(flag, true),
        matchPolicy: text,
        matchConditions: list(expression),
        namespaceSelector: selector,
        objectSelector: selector,
        sideEffects: text,
        timeoutSeconds: byDefault({ ...whole, minimum: 2, maximum: 30 }, 10),
        timeoutEvalSeconds: { ...whole, minimum: 2, maximum: 30 },
        message: text,
        contextAwareResources: list(object({ apiVersion: text, kind: text })),
      },
      'module',
      'mutating',
      'rules',
    ),
  },
);

/** The kinds by which engines are told what to enforce, but for those that Gatekeeper makes. */
export const ENGINE_DEFINITIONS: readonly Manifest[] = [
  template,
  validatingPolicy,
  policyException,
  clusterPolicy,
  admissionPolicy,
];

const reference = object({
  apiVersion: text,
  kind: text,
  namespace: text,
  name: text,
  uid: text,
  resourceVersion: text,
  fieldPath: text,
});
const outcome = oneOf('pass', 'fail', 'warn', 'error', 'skip');
const result = object(
  {
    source: text,
    policy: text,
    rule: text,
    category: text,
    severity: oneOf('critical', 'high', 'medium', 'low', 'info'),
    result: outcome,
    scored: flag,
    message: text,
    properties: map,
    resources: list(reference),
    timestamp: object({ seconds: { ...whole, format: 'int64' }, nanos: { ...whole, format: 'int32' } }, 'seconds', 'nanos'),
  },
  'policy',
);
const report = {
  scope: reference,
  summary: object({ pass: whole, fail: whole, warn: whole, error: whole, skip: whole }),
  results: list(result),
};
const reports = (group: string, version: string, kind: string, more: JsonObject): readonly Manifest[] =>
  [kind, `Cluster${kind}`].map((one) =>
    definition(
      { group, kind: one, plural: `${one.toLowerCase()}s`, namespaced: one === kind, versions: [version] },
      { ...report, ...more },
    ),
  );

export const REPORT_DEFINITIONS: readonly Manifest[] = [
  ...reports('wgpolicyk8s.io', 'v1alpha2', 'PolicyReport', {}),
  ...reports('openreports.io', 'v1alpha1', 'Report', {
    source: text,
    configuration: object({ limits: object({ maxResults: whole, statusFilter: list(outcome) }) }, 'limits'),
  }),
];
