import type { AppError } from '#core/model.ts';
import { err } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { issueText } from '#core/rules/load.ts';
import type { Library } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

/** The library that ships, or one error that says what is wrong with it. */
export function openLibrary(): Result<Library, AppError> {
  const library = loadShippedLibrary();
  if (library.ok) return library;
  return err({
    code: 'internal',
    what: 'The rule library cannot be read.',
    where: 'resources/',
    why: library.error.slice(0, 5).map(issueText).join('; '),
    next: 'Install Plimsoll again; in a checkout, run `npm run rules:check`.',
  });
}
