/**
 * `npm run rules:check`: whether the rule library is sound (core/rules/lint.ts) and its pages in docs/rules/ are up to date.
 * One line per problem with its file, then a summary; exit code 1 where there is a problem.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exampleCount, lintLibrary } from '#core/rules/lint.ts';
import { issueText } from '#core/rules/load.ts';
import type { LibraryIssue } from '#core/rules/load.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { docsFolder, pagesOf } from './rules-docs.ts';

function check(): { readonly issues: readonly LibraryIssue[]; readonly summary: string } {
  const library = loadShippedLibrary();
  if (!library.ok) return { issues: library.error, summary: '' };
  const issues = [...lintLibrary(library.value), ...staleDocs(library.value)];
  return { issues, summary: `${library.value.rules.length} rules, ${exampleCount(library.value)} examples, ok` };
}

function staleDocs(library: Parameters<typeof pagesOf>[0]): readonly LibraryIssue[] {
  return pagesOf(library)
    .filter(({ name, text }) => read(join(docsFolder(), name)) !== text)
    .map(({ name }) => ({ file: `docs/rules/${name}`, path: '', message: 'is not up to date: run node scripts/rules-docs.ts' }));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { issues, summary } = check();
  for (const issue of issues) console.log(issueText(issue));
  console.log(issues.length === 0 ? summary : `${issues.length} problem${issues.length === 1 ? '' : 's'}`);
  process.exitCode = issues.length === 0 ? 0 : 1;
}
