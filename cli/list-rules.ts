import { findPolicy } from '#core/policy/policies.ts';
import { SEVERITIES } from '#core/model.ts';
import type { Rule } from '#core/rules/model.ts';
import { answerValue } from '#cli/answer.ts';
import type { Rows } from '#cli/answer.ts';
import type { ListFormat, OutputTarget } from '#cli/options.ts';
import { FATAL } from '#cli/exit-code.ts';
import { printError } from '#cli/output.ts';
import { paintFor } from '#cli/paint.ts';
import { openLibrary } from '#main/open-library.ts';
import { isEnforceable } from '#core/rules/enforceable.ts';

export interface RulesOptions {
  readonly policy?: string;
  readonly output: readonly OutputTarget<ListFormat>[];
  readonly color: boolean;
}

export function listRules(options: RulesOptions): void {
  const library = openLibrary();
  const policy = library.ok ? findPolicy(library.value, options.policy ?? 'all') : library;
  if (!library.ok || !policy.ok) {
    if (!policy.ok) printError(policy.error);
    process.exitCode = FATAL;
    return;
  }
  const rules = library.value.rules.filter((rule) => (policy.value.rules[rule.id]?.mode ?? 'off') !== 'off');
  answerValue(
    rules.map(toJson),
    options,
    () => table(rules, options.color),
    () => rowsOf(rules),
  );
}

/** The documented shape of `plimsoll rules -o json`. */
const toJson = (rule: Rule) => ({
  id: rule.id,
  title: rule.title,
  category: rule.category,
  severity: rule.severity,
  effort: rule.effort,
  scope: rule.scope,
  enforceable: isEnforceable(rule),
  aliases: rule.aliases,
  frameworks: rule.frameworks,
});

const rowsOf = (rules: readonly Rule[]): Rows => [
  ['rule', 'title', 'category', 'severity', 'effort', 'enforceable', 'datree', 'frameworks'],
  ...rules.map((rule) => [
    rule.id,
    rule.title,
    rule.category,
    rule.severity,
    rule.effort,
    isEnforceable(rule) ? 'yes' : 'no',
    (rule.aliases['datree'] ?? []).join(' '),
    rule.frameworks
      .map(({ id, level, control }) => [id, level, control].filter((part) => part !== undefined).join('/'))
      .join(' '),
  ]),
];

function table(rules: readonly Rule[], colour: boolean): string {
  const paint = paintFor(process.stdout, colour);
  const width = Math.max(...rules.map((rule) => rule.id.length), 2);
  const lines = rules
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.id < b.id ? -1 : 1))
    .map(
      (rule) =>
        `${paint(rule.severity, rule.severity.padEnd(8))} ${rule.id.padEnd(width)}  ${rule.category.padEnd(13)}  ${rule.title}`,
    );
  return `${lines.join('\n')}\n${rules.length} rules\n`;
}
