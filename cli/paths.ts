import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/**
 * The paths that can be judged. A path that is not there is a slip of the pen and not a document that could not be read
 * (decisions.md 24): usage, before anything is judged. So is a pattern that fits nothing, unless nothing to judge is no error.
 */
export async function existingPaths(
  paths: readonly string[],
  options: { readonly allowEmpty: boolean },
): Promise<Result<readonly string[], AppError>> {
  const existing: string[] = [];
  for (const path of paths) {
    if (path === '-' || existsSync(path)) existing.push(path);
    else if (!isPattern(path)) return err(noSuchPath(path));
    else if (await matchesSomething(path)) existing.push(path);
    else if (!options.allowEmpty) return err(noMatch(path));
  }
  return ok(existing);
}

const isPattern = (path: string): boolean => /[*?[{]/.test(path);

async function matchesSomething(pattern: string): Promise<boolean> {
  for await (const _ of glob(pattern)) return true;
  return false;
}

const noSuchPath = (path: string): AppError => ({
  code: 'notFound',
  what: 'There is no such file or folder.',
  where: path,
  why: 'It does not exist, or a link leads nowhere.',
  next: 'Check the path; nothing was judged.',
});

const noMatch = (pattern: string): AppError => ({
  code: 'notFound',
  what: 'Nothing matches this pattern.',
  where: pattern,
  why: 'No file or folder fits it.',
  next: 'Check it, and quote it so that the shell leaves it alone. --allow-empty makes that no error; nothing was judged.',
});
