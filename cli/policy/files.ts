import { readFileSync, writeFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import type { PolicyComparison, PolicyImport } from '#core/api/policies.ts';
import type { AppError } from '#core/model.ts';
import { safeText } from '#core/report/safe-text.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { answer, withClient } from '#cli/client.ts';
import type { WorkspaceOptions } from '#cli/client.ts';
import { columns } from '#cli/columns.ts';
import { CLEAN, FINDINGS } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { comparisonText } from '#cli/policy/comparison.ts';
import { invalidInput } from '#main/services/errors.ts';

/** Policies as files of others: Datree's policies.yaml, and our own. */

export interface ImportPolicyOptions extends WorkspaceOptions {
  readonly format: 'datree' | 'plimsoll';
  readonly strict: boolean;
  readonly apply: boolean;
  readonly reason?: string;
  readonly compare?: readonly string[];
  readonly datree?: string;
}

/** Shows what a file would become; with `--apply` it is saved. 2 where the file is not right. */
export const importPolicies = (file: string, options: ImportPolicyOptions): Promise<void> =>
  withClient(options, async ({ app, client }) => {
    const text = await readText(file);
    if (!text.ok) return text;
    const { format, strict, apply, reason } = options;
    const found = await client.policies.import({
      text: text.value,
      format,
      tolerant: !strict,
      apply,
      ...(reason === undefined ? {} : { reason }),
    });
    if (!found.ok) return found;
    const compared = await compareFiles(found.value, app.library, options);
    if (!compared.ok) return compared;
    const comparison = compared.value;
    answer({ ...found.value, ...(comparison === undefined ? {} : { comparison }) }, options, () =>
      [importText(found.value, file, apply), ...(comparison === undefined ? [] : [comparisonText(comparison)])].join('\n'),
    );
    return ok(found.value.problems.some(({ severity }) => severity === 'error') ? FINDINGS : CLEAN);
  });

async function readText(file: string): Promise<Result<string, AppError>> {
  try {
    return ok(file === '-' ? await readAll(process.stdin) : readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return err(invalidInput('The file cannot be read.', file, why, 'Name a file that exists, or - for standard input.'));
  }
}

async function compareFiles(
  { policies }: PolicyImport,
  library: Library,
  { compare = [], datree }: ImportPolicyOptions,
): Promise<Result<PolicyComparison | undefined, AppError>> {
  if (compare.length === 0) return ok(undefined);
  const { comparisonAnswer, compareWithDatree } = await import('#main/datree/compare.ts');
  const rules = [...new Set(policies.flatMap((policy) => policy.rules.flatMap(({ rule }) => rule ?? [])))];
  const compared = await compareWithDatree(compare, library, {
    env: process.env,
    rules,
    ...(datree === undefined ? {} : { program: datree }),
  });
  return compared.ok ? ok(comparisonAnswer(compared.value)) : compared;
}

function importText({ policies, notEvaluated, problems, applied }: PolicyImport, file: string, apply: boolean): string {
  const lines = policies.flatMap(({ name, as, isDefault, rules }) => [
    `${safeText(name)}${isDefault ? ' (default)' : ''} → ${as}: ${rules.filter(({ rule }) => rule !== undefined).length} of ${rules.length} rules are here\n`,
    columns(
      rules
        .filter(({ rule }) => rule !== undefined)
        .map(({ rule, commentedOut, differs }) => [
          '  ',
          rule ?? '',
          commentedOut === true ? 'off' : 'on',
          differs ?? 'as in Datree',
        ]),
    ),
  ]);
  const open = notEvaluated.map(({ identifier, why, nearest: near }) => [
    '  ',
    identifier,
    near === undefined ? why : `${why} Nearest: ${near}.`,
  ]);
  const wrong = problems.map(({ severity, line, column, message, next }) => [
    '  ',
    severity,
    `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`}`,
    next === undefined ? message : `${message}. ${next}`,
  ]);
  return [
    ...lines,
    ...(open.length === 0 ? [] : ['Not evaluated here\n', columns(open)]),
    ...(wrong.length === 0 ? [] : ['Problems\n', columns(wrong)]),
    applied
      ? 'Imported.\n'
      : apply
        ? 'Nothing was imported.\n'
        : problems.some(({ severity }) => severity === 'error')
          ? 'Nothing was written, and --apply would not import it as it is.\n'
          : 'Nothing was written. --apply imports it.\n',
  ].join('');
}

export interface ExportOptions extends WorkspaceOptions {
  readonly format: 'datree' | 'plimsoll';
  readonly file?: string;
}

export const exportPolicies = (names: readonly string[], options: ExportOptions): Promise<void> =>
  withClient(options, async ({ client }) => {
    const written = await client.policies.export({ names: [...names], format: options.format });
    if (!written.ok) return written;
    for (const text of written.value.notes) note(text);
    if (options.file === undefined) {
      process.stdout.write(written.value.text);
      return ok(CLEAN);
    }
    try {
      writeFileSync(options.file, written.value.text);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return err(
        invalidInput('The file cannot be written.', options.file, why, 'Name a file in a folder that you may write to.'),
      );
    }
    return ok(CLEAN);
  });
