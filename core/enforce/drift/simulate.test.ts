import { describe, expect, it } from 'vitest';
import { simulation } from '#core/enforce/drift/simulate.ts';
import type { Simulated, SimulatedObject } from '#core/enforce/drift/simulate.ts';
import type { JsonObject } from '#core/json.ts';

/** Foreign policies as files have them, on one Deployment. */

const RULES = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }];

const policyOf = (spec: JsonObject): JsonObject => ({
  metadata: { name: 'theirs' },
  spec: {
    matchConstraints: { resourceRules: RULES },
    validations: [{ expression: 'object.spec.replicas > 2', message: 'too few' }],
    ...spec,
  },
});
const bindingOf = (spec: JsonObject = {}): JsonObject => ({
  spec: { policyName: 'theirs', validationActions: ['Deny'], ...spec },
});

const deployment: SimulatedObject = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  namespace: 'shop',
  name: 'web',
  labels: { tier: 'front' },
  namespaceObject: { metadata: { name: 'shop', labels: { env: 'prod' } } },
  body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 1 } },
};

function said(
  spec: JsonObject,
  bindings: readonly JsonObject[] = [bindingOf()],
  more: Partial<SimulatedObject> = {},
): Simulated | string | undefined {
  const made = simulation({ policy: policyOf(spec), bindings }, { minor: 36, namespaces: new Map([['shop', { env: 'prod' }]]) });
  return made.ok ? made.value({ ...deployment, ...more }) : made.error;
}

describe('a foreign policy on an object', () => {
  it('does what its bindings say, the hardest of them', () => {
    expect(said({})).toEqual({ outcome: 'denied', message: 'too few' });
    expect(said({}, [bindingOf({ validationActions: ['Warn', 'Audit'] })])).toEqual({ outcome: 'warned', message: 'too few' });
    expect(said({}, [bindingOf({ validationActions: ['Audit'] }), bindingOf()])).toMatchObject({ outcome: 'denied' });
    expect(said({ validations: [{ expression: 'object.spec.replicas > 0' }] })).toBeUndefined();
  });

  it('says its message, that of its expression, or the expression', () => {
    const validations = [{ expression: 'variables.few', messageExpression: "'has ' + string(object.spec.replicas)" }];
    expect(said({ variables: [{ name: 'few', expression: 'object.spec.replicas > 2' }], validations })).toMatchObject({
      message: 'has 1',
    });
    expect(said({ validations: [{ expression: 'false' }] })).toMatchObject({ message: 'failed expression: false' });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['another kind', { matchConstraints: { resourceRules: [{ ...RULES[0], resources: ['pods'] }] } }, {}],
    ['updates only', { matchConstraints: { resourceRules: [{ ...RULES[0], operations: ['UPDATE'] }] } }, {}],
    ['an exception', { matchConstraints: { resourceRules: RULES, excludeResourceRules: RULES } }, {}],
    ['cluster-scoped objects', { matchConstraints: { resourceRules: [{ ...RULES[0], scope: 'Cluster' }] } }, {}],
    ['other labels', { matchConstraints: { resourceRules: RULES, objectSelector: { matchLabels: { tier: 'back' } } } }, {}],
    [
      'other namespaces',
      {},
      { matchResources: { namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] } } },
    ],
    ['a condition', { matchConditions: [{ name: 'big', expression: 'object.spec.replicas > 5' }] }, {}],
  ])('does not look at it: %s', (_, spec, binding) => {
    expect(said(spec, [bindingOf(binding)])).toBeUndefined();
  });

  it('is refused where it cannot be computed, unless the failure policy is Ignore', () => {
    const validations = [{ expression: 'object.spec.none > 1' }];
    expect(said({ validations })).toMatchObject({ outcome: 'denied' });
    expect(said({ validations, failurePolicy: 'Ignore' })).toBeUndefined();
  });

  it('is not evaluated where the scan does not know what decides', () => {
    expect(said({ validations: [{ expression: "request.userInfo.username == 'ada'" }] })).toMatchObject({
      outcome: 'notEvaluated',
    });
    const selected = [bindingOf({ matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } } })];
    expect(said({}, selected, { namespace: 'elsewhere' })).toMatchObject({ outcome: 'notEvaluated' });
    expect(said({}, undefined, { body: undefined })).toMatchObject({ outcome: 'notEvaluated' });
  });

  it('is not simulated at all where it takes parameters, is bound nowhere, or does not compile here', () => {
    expect(said({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } })).toContain('parameters');
    expect(said({}, [])).toContain('no binding');
    expect(said({ validations: [{ expression: "authorizer.group('').resource('pods').check('get').allowed()" }] })).toContain(
      'does not compile',
    );
  });
});
