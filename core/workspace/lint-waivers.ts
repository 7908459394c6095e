import { isOn } from '#core/policy/effective.ts';
import type { LintContext } from '#core/workspace/lint-context.ts';
import { emptyScope } from '#core/workspace/lint-scope.ts';
import type { Waiver } from '#core/workspace/model.ts';
import { meant } from '#core/workspace/problem.ts';
import type { DocumentName, Problem } from '#core/workspace/problem.ts';

/** Waivers: what they name, whether they still count, and whether somebody answers for them. */
export function waiverProblems(context: LintContext): readonly Problem[] {
  const { waivers } = context.content;
  return waivers.flatMap((waiver, index) => {
    const document: DocumentName = { kind: 'Waiver', name: waiver.id };
    const twice = waivers.findIndex(({ id }) => id === waiver.id) !== index;
    return [
      ...(twice ? [problem(document, 'id', 'error', `a waiver with the id '${waiver.id}' stands in another file too`)] : []),
      ...ruleProblems(waiver, document, context),
      ...policyProblems(waiver, document, context),
      ...emptyScope(document, '', waiver, context.facts),
      ...endProblems(waiver, document, context.facts.today),
    ];
  });
}

const problem = (
  document: DocumentName,
  path: string,
  severity: Problem['severity'],
  message: string,
  next?: string,
): Problem => ({ document, path, severity, message, ...(next === undefined ? {} : { next }) });

function ruleProblems(waiver: Waiver, document: DocumentName, context: LintContext): readonly Problem[] {
  const { rule } = waiver;
  if (!context.rules.has(rule)) return [{ document, path: 'rule', severity: 'error', ...context.rules.unknown(rule) }];
  const among = waiver.policies ?? usedPolicies(context);
  if (among.some((policy) => isOn(context.effective(policy), rule))) return [];
  const where = waiver.policies === undefined ? 'in every policy in use' : `in ${among.join(', ')}`;
  return [problem(document, 'rule', 'warning', `'${rule}' is off ${where}: nothing to waive`, 'Remove the waiver.')];
}

/** Files of the workspace and what they are bound to, else what counts where nothing is. */
function usedPolicies({ content }: LintContext): readonly string[] {
  const own = content.policies.map(({ name }) => name);
  const bound = content.workspace.bindings.flatMap(({ policies }) => Object.values(policies));
  return own.length + bound.length === 0 ? ['default'] : [...own, ...bound];
}

function policyProblems({ policies = [] }: Waiver, document: DocumentName, { book }: LintContext): readonly Problem[] {
  return policies.flatMap((policy, index) =>
    book.names.includes(policy)
      ? []
      : [
          {
            document,
            path: `policies.${index}`,
            severity: 'error' as const,
            message: `there is no policy '${policy}'`,
            ...meant(policy, book.names),
          },
        ],
  );
}

function endProblems({ expires, owner }: Waiver, document: DocumentName, today: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (expires === undefined) {
    problems.push(problem(document, '', 'warning', 'never ends', "Give it a last day: expires: '2027-01-31'."));
  } else if (expires < today) {
    problems.push(problem(document, 'expires', 'warning', `ended on ${expires}`, 'Remove it, or renew it with a new reason.'));
  }
  if (owner === undefined)
    problems.push(problem(document, '', 'warning', 'has no owner', 'Say who answers for it: owner: <name>.'));
  return problems;
}
