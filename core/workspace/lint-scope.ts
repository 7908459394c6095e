import type { Scope } from '#core/policy/model.ts';
import { namespaceTest } from '#core/policy/scope.ts';
import type { LintFacts } from '#core/workspace/lint-context.ts';
import type { DocumentName, Problem } from '#core/workspace/problem.ts';

/** A scope that matches none of the namespaces that were seen is dead, or misspelt. */
export function emptyScope(document: DocumentName, path: string, scope: Scope, { namespaces }: LintFacts): readonly Problem[] {
  if (namespaces === undefined || namespaces.length === 0 || scope.namespaces === undefined) return [];
  if (namespaces.some(namespaceTest(scope))) return [];
  return [
    {
      document,
      path: path === '' ? 'namespaces' : `${path}.namespaces`,
      severity: 'warning',
      message: `no namespace that was scanned matches ${scope.namespaces.join(', ')}`,
      next: 'Correct the pattern, or leave it if the namespace is still to come.',
    },
  ];
}
