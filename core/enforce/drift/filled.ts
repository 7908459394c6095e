import { canonicalJson } from '#core/canonical-json.ts';
import { isArray, isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/*
 * What API servers write into the specs of policies by themselves, for Kubernetes' own kinds
 * (k8s.io/kubernetes/pkg/apis/admissionregistration/v1/defaults.go) and for those of the engines, by the schemas of their
 * CustomResourceDefinitions. Exports never have these values at these places, so that they can be told from what was written.
 */

type Fill = readonly [path: string, value: JsonValue];

/** Kinds are of one engine each, but for Kyverno's PolicyException, into which nothing is written. `[]`: of each element. */
const FILLED: Readonly<Record<string, readonly Fill[]>> = {
  ValidatingAdmissionPolicy: [
    ['matchConstraints.namespaceSelector', {}],
    ['matchConstraints.objectSelector', {}],
    ['matchConstraints.resourceRules[].scope', '*'],
    ['matchConstraints.excludeResourceRules[].scope', '*'],
  ],
  ValidatingAdmissionPolicyBinding: [
    ['matchResources.matchPolicy', 'Equivalent'],
    ['matchResources.namespaceSelector', {}],
    ['matchResources.objectSelector', {}],
    ['matchResources.resourceRules[].scope', '*'],
  ],
  ConstraintTemplate: [['crd.spec.validation', { legacySchema: false }]],
  ClusterPolicy: [
    ['admission', true],
    ['emitWarning', false],
    ['validationFailureAction', 'Audit'],
    ['rules[].skipBackgroundRequests', true],
    ['rules[].validate.allowExistingViolations', true],
  ],
  ClusterAdmissionPolicy: [
    ['policyServer', 'default'],
    ['timeoutSeconds', 10],
  ],
};

/** The spec of a policy of this kind without what a server wrote into it. */
export function withoutFilled(kind: string, spec: JsonObject): JsonObject {
  let kept = spec;
  for (const [path, value] of FILLED[kind] ?? [])
    kept = without(kept, path.replaceAll('[]', '.[]').split('.'), canonicalJson(value));
  return kept;
}

function without(object: JsonObject, path: readonly string[], filled: string): JsonObject {
  const [key = '', ...rest] = path;
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined) return object;
  if (rest.length > 0) return { ...object, [key]: inside(value, rest, filled) };
  const { [key]: _, ...others } = object;
  return canonicalJson(value) === filled ? others : object;
}

function inside(value: JsonValue, path: readonly string[], filled: string): JsonValue {
  const [first = '', ...rest] = path;
  if (first === '[]') return isArray(value) ? value.map((one) => inside(one, rest, filled)) : value;
  return isObject(value) ? without(value, path, filled) : value;
}
