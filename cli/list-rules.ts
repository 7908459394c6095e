import { findPolicy } from '#core/policy/policies.ts';
import { SEVERITIES } from '#core/model.ts';
import type { AppError } from '#core/model.ts';
import type { Framework, Rule } from '#core/rules/model.ts';
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
  /** `PSS`, or with a level or version of it `PSS:restricted`. */
  readonly framework?: string;
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
  const { framework = '' } = options;
  const on = library.value.rules.filter((rule) => (policy.value.rules[rule.id]?.mode ?? 'off') !== 'off');
  const rules = framework === '' ? on : on.filter((rule) => controlsIn(rule, framework).length > 0);
  if (rules.length === 0 && framework !== '') {
    printError(noFramework(framework, library.value.rules));
    process.exitCode = FATAL;
    return;
  }
  answerValue(
    rules.map(toJson),
    options,
    () => table(rules, framework, options.color),
    () => rowsOf(rules),
  );
}

/** What a rule stands for in a framework. */
function controlsIn({ frameworks }: Rule, asked: string): readonly Framework[] {
  const [id, part] = asked.toLowerCase().split(':', 2);
  return frameworks.filter(
    (one) =>
      one.id.toLowerCase() === id && (part === undefined || [one.level, one.version].some((is) => is?.toLowerCase() === part)),
  );
}

function noFramework(asked: string, rules: readonly Rule[]): AppError {
  const known = new Set(rules.flatMap(({ frameworks }) => frameworks.map(frameworkText)));
  return {
    code: 'notFound',
    what: `No rule stands for a control of '${asked}'.`,
    where: '--framework',
    why: 'No rule that is listed names it.',
    next: `There are ${[...known].toSorted((a, b) => (a < b ? -1 : 1)).join(', ')}.`,
  };
}

const frameworkText = ({ id, level, version }: Framework): string => [id, level ?? version ?? []].flat().join(':');

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

/** Under a framework with its controls, where it has them. */
function table(rules: readonly Rule[], framework: string, colour: boolean): string {
  const paint = paintFor(process.stdout, colour);
  const width = Math.max(...rules.map((rule) => rule.id.length), 2);
  const lines = rules
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.id < b.id ? -1 : 1))
    .map(
      (rule) =>
        `${paint(rule.severity, rule.severity.padEnd(8))} ${rule.id.padEnd(width)}  ${rule.category.padEnd(13)}  ${rule.title}${controlText(rule, framework)}`,
    );
  return `${lines.join('\n')}\n${rules.length} rules\n`;
}

function controlText(rule: Rule, framework: string): string {
  const controls = framework === '' ? [] : controlsIn(rule, framework).flatMap(({ control }) => control ?? []);
  return controls.length === 0 ? '' : ` (${controls.join(', ')})`;
}
