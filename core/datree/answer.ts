import type { PolicyImport } from '#core/api/policies.ts';
import type { DatreeImport, ImportedPolicy, ImportedRule } from '#core/datree/import.ts';

/** An import as the contract gives it; `file` is what problems name. */
export const importAnswer = (found: DatreeImport, file: string, applied: boolean): PolicyImport => ({
  policies: found.policies.map(policyRow),
  notEvaluated: found.notEvaluated.map((entry) => ({ ...entry })),
  problems: found.problems.map((problem) => ({ file, ...problem })),
  applied,
});

const policyRow = ({ name, document, isDefault, rules }: ImportedPolicy): PolicyImport['policies'][number] => ({
  name,
  as: document.name,
  isDefault,
  rules: rules.map(ruleRow),
});

const ruleRow = ({ identifier, rule, enabled, message }: ImportedRule): PolicyImport['policies'][number]['rules'][number] => ({
  identifier,
  message,
  ...(enabled ? {} : { commentedOut: true as const }),
  ...(rule === undefined ? {} : { rule: rule.id, title: rule.title }),
  ...(rule?.differs === undefined ? {} : { differs: rule.differs }),
});
