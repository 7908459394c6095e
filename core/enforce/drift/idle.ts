import { NAME_LABEL } from '#core/enforce/labels.ts';
import { at, isArray, own, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/** What else there is, which an installed policy may need to have an effect. */
interface Surroundings {
  readonly installed: readonly JsonObject[];
  readonly namespaces: ReadonlyMap<string, unknown>;
}

/** Why a policy that is installed as wanted is without effect. */
export function whyIdle(object: JsonObject, { installed, namespaces }: Surroundings): string | undefined {
  const name = textAt(object, 'metadata', 'name');
  switch (object['kind']) {
    case 'ValidatingAdmissionPolicy': {
      const bound = installed.some((one) => isBinding(one) && textAt(one, 'spec', 'policyName') === name);
      return bound ? undefined : 'no binding names it: nothing is enforced';
    }
    case 'ConstraintTemplate': {
      const kind = textAt(object, 'spec', 'crd', 'spec', 'names', 'kind');
      const constrained = installed.some((one) => one['kind'] === kind && isConstraint(one));
      return constrained ? undefined : 'there is no constraint of it: nothing is enforced';
    }
    default: {
      const named = namedNamespaces(object);
      if (named === undefined || namespaces.size === 0 || named.some((one) => namespaces.has(one))) return undefined;
      return `there is none of its namespaces: ${named.slice(0, 5).join(', ')}`;
    }
  }
}

const isBinding = (object: JsonObject): boolean => object['kind'] === 'ValidatingAdmissionPolicyBinding';

const isConstraint = (object: JsonObject): boolean =>
  textAt(object, 'apiVersion')?.startsWith('constraints.gatekeeper.sh/') === true;

/** Where each kind has its selector of namespaces: a binding, Kyverno's, Kubewarden's. */
const SELECTORS = [['matchResources'], ['matchConstraints'], []] as const;

/** Namespaces that a policy is for; undefined where it does not name them. */
function namedNamespaces(object: JsonObject): readonly string[] | undefined {
  for (const path of SELECTORS) {
    const expressions = at(object, 'spec', ...path, 'namespaceSelector', 'matchExpressions');
    for (const one of isArray(expressions) ? expressions : [])
      if (textAt(one, 'key') === NAME_LABEL && textAt(one, 'operator') === 'In') return texts(own(one, 'values'));
  }
  // A constraint's; and of a ClusterPolicy, which has one rule.
  return texts(at(object, 'spec', 'match', 'namespaces')) ?? texts(firstRule(object));
}

function firstRule(object: JsonObject): JsonValue | undefined {
  const rules = at(object, 'spec', 'rules');
  const any = at(isArray(rules) ? rules[0] : undefined, 'match', 'any');
  return at(isArray(any) ? any[0] : undefined, 'resources', 'namespaces');
}

const texts = (value: JsonValue | undefined): readonly string[] | undefined =>
  isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
