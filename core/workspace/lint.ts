import { policyBook } from '#core/policy/effective.ts';
import type { Library } from '#core/rules/model.ts';
import { bindingProblems } from '#core/workspace/lint-bindings.ts';
import type { LintContext, LintFacts } from '#core/workspace/lint-context.ts';
import { decisionProblems } from '#core/workspace/lint-decisions.ts';
import { pairProblems } from '#core/workspace/lint-pairs.ts';
import { policyProblems } from '#core/workspace/lint-policies.ts';
import { waiverProblems } from '#core/workspace/lint-waivers.ts';
import { rosterProblems } from '#core/workspace/lint-roster.ts';
import type { WorkspaceContent } from '#core/workspace/model.ts';
import { knownRules } from '#core/workspace/problem.ts';
import type { Problem } from '#core/workspace/problem.ts';

/**
 * Whether a workspace whose files have the right shape also means what it says: names lead somewhere, nothing contradicts itself,
 * nothing is dead, no waiver has run out. An empty list is a sound workspace.
 */
export function lintWorkspace(content: WorkspaceContent, library: Library, facts: LintFacts): readonly Problem[] {
  const book = policyBook(library, content.policies);
  const context: LintContext = {
    content,
    library,
    facts,
    book,
    rules: knownRules(library, facts.customRules ?? []),
    effective: (policy) => {
      const found = book.find(policy);
      return found.ok ? found.value : undefined;
    },
  };
  return [
    ...rosterProblems(context),
    ...bindingProblems(context),
    ...policyProblems(context),
    ...pairProblems(context),
    ...waiverProblems(context),
    ...decisionProblems(context),
  ];
}
