import type { FileProblem } from '#core/api/workspace.ts';
import type { Library } from '#core/rules/model.ts';
import { lintWorkspace } from '#core/workspace/lint.ts';
import type { LintFacts } from '#core/workspace/lint-context.ts';
import type { Problem } from '#core/workspace/problem.ts';
import type { ReadWorkspace } from '#main/workspace/read-workspace.ts';

/** Everything wrong in a workspace, with files and lines: what cannot be read first, then what contradicts itself. */
export function workspaceProblems(read: ReadWorkspace, library: Library, facts: LintFacts): readonly FileProblem[] {
  const customRules = read.rules.map(({ name }) => name);
  const found = lintWorkspace(read.content, library, { ...facts, customRules });
  return [...read.problems, ...found.map((problem) => placed(problem, read))];
}

function placed({ document, path, severity, message, next }: Problem, { places }: ReadWorkspace): FileProblem {
  const place = places.find(({ kind, name }) => kind === document.kind && name === document.name);
  const steps = path === '' ? [] : path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return {
    file: place?.file ?? 'workspace.yaml',
    ...place?.at(steps),
    path,
    severity,
    message,
    ...(next === undefined ? {} : { next }),
  };
}

/** Those of one file. */
export const problemsIn = (problems: readonly FileProblem[], file: string | undefined): FileProblem[] =>
  problems.filter((problem) => problem.file === file);
