import { keysOf, selects } from '#core/enforce/drift/selector.ts';
import { NAME_LABEL } from '#core/enforce/labels.ts';
import { at, isArray } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';

/** An object as admission's match constraints see the request that creates it. */
export interface AdmittedObject {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Undefined where the scan does not know it. */
  readonly resource: string | undefined;
  readonly namespace?: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels of the namespaces that were read. */
export type NamespaceLabels = ReadonlyMap<string, Readonly<Record<string, string>>>;

export type MatchAnswer = 'yes' | 'no' | { readonly unknown: string };

const strings = (value: JsonValue | undefined): readonly string[] =>
  isArray(value) ? value.filter((one) => typeof one === 'string') : [];

const rulesOf = (match: JsonValue | undefined, key: string) => {
  const rules = at(match, key);
  return (isArray(rules) ? rules : []).map((rule) => {
    const scope = at(rule, 'scope');
    return {
      groups: strings(at(rule, 'apiGroups')),
      versions: strings(at(rule, 'apiVersions')),
      resources: strings(at(rule, 'resources')),
      operations: strings(at(rule, 'operations')),
      names: strings(at(rule, 'resourceNames')),
      scope: typeof scope === 'string' ? scope : '*',
    };
  });
};

type Rule = ReturnType<typeof rulesOf>[number];

const holds = (list: readonly string[], one: string): boolean => list.includes('*') || list.includes(one);

/**
 * Whether a policy's matchConstraints and a binding's matchResources take in the creation of an object. Versions are not looked at
 * where the policy matches equivalent ones (the default), as every served version is another form of the same object.
 */
export function admissionMatch(
  matches: readonly (JsonValue | undefined)[],
  namespaces: NamespaceLabels,
): (object: AdmittedObject) => MatchAnswer {
  const parts = matches
    .filter((match) => match !== undefined && match !== null)
    .map((match) => ({
      rules: rulesOf(match, 'resourceRules'),
      except: rulesOf(match, 'excludeResourceRules'),
      exact: at(match, 'matchPolicy') === 'Exact',
      namespaceSelector: at(match, 'namespaceSelector'),
      objectSelector: at(match, 'objectSelector'),
    }));
  return (object) => {
    let open: MatchAnswer = 'yes';
    for (const { rules, except, exact, namespaceSelector, objectSelector } of parts) {
      const covers = (rule: Rule): boolean => coversObject(rule, object, exact);
      if ((rules.length > 0 && !rules.some(covers)) || except.some(covers)) return 'no';
      if (!selects(objectSelector, object.labels)) return 'no';
      const inNamespace = namespaceAnswer(namespaceSelector, object, namespaces);
      if (inNamespace === 'no') return 'no';
      if (inNamespace !== 'yes') open = inNamespace;
    }
    return open;
  };
}

function coversObject(rule: Rule, object: AdmittedObject, exact: boolean): boolean {
  if (!holds(rule.operations, 'CREATE') || !holds(rule.groups, object.group)) return false;
  if (exact && !holds(rule.versions, object.version)) return false;
  const named = object.resource !== undefined && rule.resources.includes(object.resource);
  if (!named && !rule.resources.some((resource) => resource === '*' || resource === '*/*')) return false;
  if (rule.scope === 'Namespaced' && object.namespace === undefined) return false;
  if (rule.scope === 'Cluster' && object.namespace !== undefined) return false;
  return rule.names.length === 0 || rule.names.includes(object.name);
}

/** Cluster-scoped objects fit every selector of namespaces; a namespace is selected by its own labels. */
function namespaceAnswer(selector: JsonValue | undefined, object: AdmittedObject, namespaces: NamespaceLabels): MatchAnswer {
  const answer = (labels: Readonly<Record<string, string>>): MatchAnswer => (selects(selector, labels) ? 'yes' : 'no');
  if (object.group === '' && object.kind === 'Namespace') return answer({ ...object.labels, [NAME_LABEL]: object.name });
  const { namespace } = object;
  if (namespace === undefined) return 'yes';
  const labels = namespaces.get(namespace);
  if (labels !== undefined) return answer({ ...labels, [NAME_LABEL]: namespace });
  if (keysOf(selector).every((key) => key === NAME_LABEL)) return answer({ [NAME_LABEL]: namespace });
  return { unknown: `the labels of the namespace ${namespace} were not read` };
}
