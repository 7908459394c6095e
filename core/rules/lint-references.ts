import { KUBERNETES_PARAM, paramsRead } from '#core/rules/hash.ts';
import type { LibraryIssue } from '#core/rules/load.ts';
import type { Library, Rule } from '#core/rules/model.ts';

/** Names: unique where they must be (decisions.md 1), and leading to something that exists. */
export function referenceIssues(library: Library): readonly LibraryIssue[] {
  return [
    ...repeated(
      library.rules,
      'id',
      (rule) => [rule.id.replaceAll('-', '')],
      'is the id of another rule too (hyphens do not count)',
    ),
    ...repeated(library.rules, 'aliases.datree', (rule) => rule.aliases['datree'] ?? [], 'is the Datree key of another rule too'),
    ...library.rules.flatMap((rule) => ruleIssues(rule, library)),
    ...library.policies.flatMap((policy) => policyIssues(policy.name, Object.keys(policy.rules), library)),
    ...repeatedPolicies(library),
  ];
}

function repeated(
  rules: readonly Rule[],
  path: string,
  keysOf: (rule: Rule) => readonly string[],
  message: string,
): readonly LibraryIssue[] {
  const owners = new Map<string, Rule>();
  const issues: LibraryIssue[] = [];
  for (const rule of rules) {
    for (const key of keysOf(rule)) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, rule);
      else issues.push({ file: rule.file, path, message: `'${key}' ${message}: ${owner.id}, ${rule.id}` });
    }
  }
  return issues;
}

function ruleIssues(rule: Rule, library: Library): readonly LibraryIssue[] {
  const issues: LibraryIssue[] = [];
  const report = (path: string, message: string): void => {
    issues.push({ file: rule.file, path, message });
  };
  const expected = `rules/${rule.category}/${rule.family ?? rule.id}.yaml`;
  if (rule.file !== expected) report('', `belongs into ${expected}, after its category and id`);
  if (library.matchers.matchers[rule.match] === undefined) report('match', `there is no matcher '${rule.match}'`);
  const collection = rule.forEach === undefined ? undefined : library.matchers.collections[rule.forEach];
  if (rule.forEach !== undefined && collection === undefined) report('forEach', `there is no collection '${rule.forEach}'`);
  const strings = collection?.type === 'host' && collection.host === 'strings';
  if (strings !== rule.exportAs.length > 0)
    report('exportAs', strings ? 'must say what stands for the strings at export' : 'is for rules over strings only');
  for (const name of rule.exportAs) {
    const standIn = library.matchers.collections[name];
    if (standIn === undefined || standIn.type === 'host')
      report('exportAs', `there is no collection '${name}' that CEL can walk`);
  }
  for (const name of paramsRead(rule)) {
    if (name !== KUBERNETES_PARAM && !Object.hasOwn(rule.params, name)) report('params', `'${name}' is read but has no value`);
  }
  for (const name of Object.keys(rule.params)) {
    if (!Object.hasOwn(rule.paramsSchema, name)) report('params', `'${name}' has a value but is not declared`);
    if (name === KUBERNETES_PARAM) report('params', `'${name}' is the version that is judged for, and cannot be declared`);
  }
  const ids = new Set(library.rules.map(({ id }) => id));
  for (const field of ['overlaps', 'conflicts'] as const) {
    for (const id of rule[field]) if (!ids.has(id) || id === rule.id) report(field, `there is no other rule '${id}'`);
  }
  return issues;
}

function policyIssues(name: string, rules: readonly string[], library: Library): readonly LibraryIssue[] {
  const file = `policies/${name}.yaml`;
  const known = new Map(library.rules.map((rule) => [rule.id, rule]));
  const policy = library.policies.find((candidate) => candidate.name === name);
  const isOn = (id: string): boolean => (policy?.rules[id]?.mode ?? 'off') !== 'off';
  const issues: LibraryIssue[] = [];
  for (const id of rules) {
    const rule = known.get(id);
    if (rule === undefined) issues.push({ file, path: 'rules', message: `there is no rule '${id}'` });
    for (const other of rule?.conflicts ?? []) {
      if (isOn(id) && isOn(other))
        issues.push({ file, path: 'rules', message: `has both '${id}' and '${other}' on, which contradict each other` });
    }
  }
  return issues;
}

function repeatedPolicies(library: Library): readonly LibraryIssue[] {
  const names = library.policies.map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({ file: `policies/${name}.yaml`, path: 'name', message: `'${name}' is the name of another policy too` }));
}
