import type { EffectivePolicy, PolicyBook } from '#core/policy/effective.ts';
import type { Library } from '#core/rules/model.ts';
import type { WorkspaceContent } from '#core/workspace/model.ts';
import type { KnownRules } from '#core/workspace/problem.ts';

/** What is known besides the files. Everything absent is not looked at. */
export interface LintFacts {
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Ids of custom rules, which are kept and not evaluated yet. */
  readonly customRules?: readonly string[];
  /** Namespaces seen in scans. */
  readonly namespaces?: readonly string[];
  /** Sources in the history. */
  readonly sources?: readonly string[];
}

/** What every part of the linter reads. */
export interface LintContext {
  readonly content: WorkspaceContent;
  readonly library: Library;
  readonly facts: LintFacts;
  readonly book: PolicyBook;
  readonly rules: KnownRules;
  /** Undefined where the policy is not there, or its chain is broken. */
  readonly effective: (policy: string) => EffectivePolicy | undefined;
}
