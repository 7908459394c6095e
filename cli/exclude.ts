import { UNMETERED } from '#core/cel/effort.ts';
import { compilePattern } from '#core/cel/regex.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { ReadProblem } from '#core/report/report.ts';
import type { JudgedFiles } from '#main/scan/judge-files.ts';

/** `--exclude`: RE2, so that no pattern takes longer than the path is long. */
export function excluding(pattern: string | undefined): Result<{ readonly exclude?: (name: string) => boolean }, AppError> {
  if (pattern === undefined) return ok({});
  const compiled = compilePattern(pattern);
  if (typeof compiled !== 'string') return ok({ exclude: (name) => compiled.test(name, UNMETERED) });
  return err({
    code: 'invalidInput',
    what: 'This is no regular expression.',
    where: '--exclude',
    why: compiled,
    next: "Write it as RE2 does, for example 'vendor/|_test\\.yaml$'.",
  });
}

/** `--only-k8s-files`: a file with a document that is no manifest, or cannot be read, counts for nothing, and is noted. */
export function onlyManifests({ objects, errors, notes }: JudgedFiles): JudgedFiles {
  const out = new Set([...errors, ...notes].map(({ file }) => file));
  const noted = [...out].map((file): ReadProblem => ({
    file,
    message: 'left out: not all of it are manifests (--only-k8s-files)',
  }));
  return { objects: objects.filter(({ place }) => place === undefined || !out.has(place.file)), errors: [], notes: noted };
}
