import { readFileSync } from 'node:fs';
import type { DatreeProblem } from '#core/datree/text.ts';
import type { AppError } from '#core/model.ts';
import { nearest } from '#core/nearest.ts';
import { isReserved, policyBook } from '#core/policy/effective.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { note } from '#cli/output.ts';
import { readPoliciesYaml } from '#main/datree/index.ts';

/** The policy of a policies.yaml that a test is judged by: the one named (by Datree's name or ours), else its default. */
export function policyFromConfig(
  file: string,
  name: string | undefined,
  library: Library,
  quiet: boolean,
): Result<Policy, AppError> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    return err(usage('The policies file cannot be read.', file, messageOf(cause), 'Name a policies.yaml of Datree.'));
  }
  const found = readPoliciesYaml(text, library, { tolerant: true, taken: (taken) => isReserved(library, taken) });
  const broken = found.problems.find(({ severity }) => severity === 'error');
  if (broken !== undefined)
    return err(
      usage('The policies file is not right.', placeOf(file, broken), broken.message, broken.next ?? 'Correct the file.'),
    );
  for (const problem of found.problems) note(`${placeOf(file, problem)}: ${problem.message}`, quiet);
  const left = found.notEvaluated.map(({ identifier }) => identifier);
  if (left.length > 0) note(`${file}: not evaluated here: ${left.join(', ')}`, quiet);
  const chosen = found.policies.find((policy) =>
    name === undefined ? policy.isDefault : policy.name === name || policy.document.name === name,
  );
  if (chosen === undefined) {
    const names = found.policies.map((policy) => policy.name);
    return err(
      usage(
        `There is no policy named '${name ?? ''}' in it.`,
        file,
        `It has ${names.join(', ')}.`,
        `Did you mean '${nearest(name ?? '', names)}'?`,
      ),
    );
  }
  const policy = policyBook(library, [chosen.document]).find(chosen.document.name);
  // Reports call it as its file does.
  return policy.ok ? ok({ ...policy.value, name: chosen.name }) : policy;
}

const placeOf = (file: string, { line, column }: DatreeProblem): string =>
  line === undefined ? file : `${file}:${line}:${column ?? 1}`;

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const usage = (what: string, where: string, why: string, next: string): AppError => ({
  code: 'invalidInput',
  what,
  where,
  why,
  next,
});
