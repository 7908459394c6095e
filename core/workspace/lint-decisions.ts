import { isOn } from '#core/policy/effective.ts';
import type { LintContext } from '#core/workspace/lint-context.ts';
import { meant } from '#core/workspace/problem.ts';
import type { DocumentName, Problem } from '#core/workspace/problem.ts';

/** Decisions, debt and feedback: what they name, and what the policy does not judge any more. */
export function decisionProblems(context: LintContext): readonly Problem[] {
  return [...decided(context), ...debts(context), ...rounds(context)];
}

function decided(context: LintContext): readonly Problem[] {
  const perPolicy = new Map<string, string[]>();
  return context.content.decisions.flatMap(({ policy, rule }) => {
    const before = perPolicy.get(policy) ?? [];
    perPolicy.set(policy, [...before, rule]);
    const document: DocumentName = { kind: 'Decisions', name: policy };
    const path = `decisions.${before.length}.rule`;
    const lost = before.length === 0 ? unknownPolicy(policy, document, context) : [];
    const twice: readonly Problem[] = before.includes(rule)
      ? [{ document, path, severity: 'warning', message: `'${rule}' was decided above already`, next: 'Keep one of both.' }]
      : [];
    return [...lost, ...twice, ...deadRule(policy, rule, document, path, 'Remove the decision.', context)];
  });
}

function debts(context: LintContext): readonly Problem[] {
  const { content, facts } = context;
  const sources = [...content.workspace.sources.map(({ name }) => name), ...(facts.sources ?? [])];
  return content.debts.flatMap(({ policy, source, entries }) => {
    const document: DocumentName = { kind: 'Debt', name: `${policy}--${source}` };
    const lost: readonly Problem[] =
      facts.sources === undefined || sources.includes(source)
        ? []
        : [
            {
              document,
              path: 'source',
              severity: 'warning',
              message: `the source '${source}' is not known`,
              ...meant(source, sources),
            },
          ];
    return [
      ...unknownPolicy(policy, document, context),
      ...lost,
      ...[...new Set(entries.map(({ rule }) => rule))].flatMap((rule) =>
        deadRule(policy, rule, document, `rules.${rule}`, 'Remove its entries.', context),
      ),
    ];
  });
}

function rounds(context: LintContext): readonly Problem[] {
  return context.content.feedback.flatMap(({ id, policy, questions }) => {
    const document: DocumentName = { kind: 'Feedback', name: id };
    return [
      ...unknownPolicy(policy, document, context),
      ...questions.flatMap(({ rule }, index): readonly Problem[] =>
        context.rules.has(rule)
          ? []
          : [{ document, path: `questions.${index}.rule`, severity: 'warning', ...context.rules.unknown(rule) }],
      ),
    ];
  });
}

const unknownPolicy = (policy: string, document: DocumentName, { book }: LintContext): readonly Problem[] =>
  book.names.includes(policy)
    ? []
    : [{ document, path: 'policy', severity: 'error', message: `there is no policy '${policy}'`, ...meant(policy, book.names) }];

function deadRule(
  policy: string,
  rule: string,
  document: DocumentName,
  path: string,
  next: string,
  { rules, effective }: LintContext,
): readonly Problem[] {
  if (!rules.has(rule)) return [{ document, path, severity: 'error', ...rules.unknown(rule) }];
  const found = effective(policy);
  if (found === undefined || isOn(found, rule)) return [];
  return [{ document, path, severity: 'warning', message: `'${rule}' is off in '${policy}'`, next }];
}
