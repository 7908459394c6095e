import { costIssues } from '#core/rules/lint-cost.ts';
import { messageIssues } from '#core/rules/lint-messages.ts';
import { exampleIssues } from '#core/rules/lint-examples.ts';
import { referenceIssues } from '#core/rules/lint-references.ts';
import type { LibraryIssue } from '#core/rules/load.ts';
import type { Library } from '#core/rules/model.ts';

/**
 * Whether a library that has the right shape also means what it says: names are unique and lead somewhere, messages are short and
 * use known variables, expressions compile at the portable floor and are cheap, and every example gives exactly its stated verdict and findings.
 * An empty list is a sound library.
 */
export const lintLibrary = (library: Library): readonly LibraryIssue[] => [
  ...referenceIssues(library),
  ...messageIssues(library),
  ...exampleIssues(library),
  ...costIssues(library),
];

/** What `npm run rules:check` counts: examples of all verdicts. */
export const exampleCount = (library: Library): number =>
  library.rules.reduce(
    (sum, rule) => sum + Object.values(rule.examples).reduce((count, examples) => count + examples.length, 0),
    0,
  );
