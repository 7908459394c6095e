import { findPolicy } from '#core/policy/policies.ts';
import { SEVERITIES } from '#core/model.ts';
import type { Rule } from '#core/rules/model.ts';
import { FATAL } from '#cli/exit-code.ts';
import { printError } from '#cli/output.ts';
import { paintFor } from '#cli/paint.ts';
import { openLibrary } from '#main/open-library.ts';
import { isEnforceable } from '#core/rules/enforceable.ts';

export function listRules(options: { readonly policy?: string; readonly output: string; readonly color: boolean }): void {
  const library = openLibrary();
  const policy = library.ok ? findPolicy(library.value, options.policy ?? 'all') : library;
  if (!library.ok || !policy.ok) {
    if (!policy.ok) printError(policy.error);
    process.exitCode = FATAL;
    return;
  }
  const rules = library.value.rules.filter((rule) => (policy.value.rules[rule.id]?.mode ?? 'off') !== 'off');
  process.stdout.write(
    options.output === 'json' ? `${JSON.stringify(rules.map(toJson), null, 2)}\n` : table(rules, options.color),
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
