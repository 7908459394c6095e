import { format, parse, simplify, substituteParams } from '#core/cel/index.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { KUBERNETES_PARAM, paramsRead } from '#core/rules/hash.ts';
import type { Library, PassExample, Rule } from '#core/rules/model.ts';

/** Whether a rule judges otherwise on another Kubernetes minor: its expressions read `params.kubernetesMinor`. */
export const dependsOnKubernetes = (rule: Rule): boolean => paramsRead(rule).includes(KUBERNETES_PARAM);

/** Whether a rule has nothing to say at all, whatever the object: on this Kubernetes minor, or with these parameters. */
export const neverApplies = ({ when }: Pick<Rule, 'when'>): boolean => when === 'false';

/**
 * The rule as it is for one Kubernetes minor (36 for 1.36): parameters inlined, and of what depends on the minor only what holds
 * for it. A rule that does not depend on it stays as it is, and so does one whose expressions cannot be read.
 */
export function forKubernetes(rule: Rule, minor: number): Rule {
  if (!dependsOnKubernetes(rule)) return rule;
  const params = { ...rule.params, [KUBERNETES_PARAM]: minor };
  const settled = (text: string): string | undefined => {
    const inlined = substituteParams(text, params);
    const tree = inlined.ok ? parse(inlined.value) : inlined;
    return tree.ok ? format(simplify(tree.value)) : undefined;
  };
  const require = settled(rule.require);
  const when = settled(rule.when ?? 'true');
  if (require === undefined || when === undefined) return rule;
  const { when: _when, ...always } = { ...rule, require };
  return when === 'true' ? always : { ...always, when };
}

/** The minor that an example is judged for. */
export const exampleMinor = ({ kubernetes }: PassExample): number =>
  kubernetes === undefined ? NEWEST_MINOR : Number(kubernetes.slice('1.'.length));

/** The library with each rule as it is for one Kubernetes minor. */
export const libraryFor = (library: Library, minor: number): Library => ({
  ...library,
  rules: library.rules.map((rule) => forKubernetes(rule, minor)),
});
