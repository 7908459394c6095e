import { jsonReport } from '#core/report/json.ts';
import type { JsonReport } from '#core/report/json.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** A file of ours that tells a run: checked, whoever wrote it. What a later version adds is left alone. */
export function readResult(file: string, text: string): Result<JsonReport, AppError> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    return err(
      unreadable(
        'This file is no JSON.',
        file,
        cause instanceof Error ? cause.message : String(cause),
        'It may be cut off, or no report: `plimsoll test -o json=FILE` writes one.',
      ),
    );
  }
  const foreign = whyForeign(value);
  if (foreign !== undefined) return err(unreadable('This file is no report of Plimsoll.', file, ...foreign));
  const report = jsonReport.safeParse(value);
  if (!report.success) {
    const [issue] = report.error.issues;
    return err(
      unreadable(
        'This report is damaged.',
        file,
        `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'it is not as it should be'}.`,
        'Make it again; a report that was changed by hand is not taken.',
      ),
    );
  }
  const broken = whyBroken(report.data);
  return broken === undefined ? ok(report.data) : err(unreadable('This report cannot be taken in.', file, ...broken));
}

/** Why and what next. */
type Reason = readonly [why: string, next: string];

function whyForeign(value: unknown): Reason | undefined {
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const version = fields['schemaVersion'];
  if (typeof version === 'number' && version > 1)
    return [`It is of schema version ${version}, and this Plimsoll reads 1.`, 'Use a newer Plimsoll.'];
  if (version === 1 && 'rules' in fields && 'run' in fields) return undefined;
  if ('policyValidationResults' in fields || 'PolicyValidationResults' in fields)
    return [
      'It is a result of Datree, which says nothing of what passed.',
      'Judge the same files with `plimsoll test -o json=FILE`.',
    ];
  return [
    'It has no schemaVersion 1 with a run and rules.',
    'Take what `plimsoll scan` or `plimsoll test` wrote with `-o json=FILE`.',
  ];
}

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

function whyBroken({ run, rules }: JsonReport): Reason | undefined {
  if (!ULID.test(run.id)) return [`'${run.id.slice(0, 40)}' is no id of a run.`, 'Make the report again.'];
  for (const time of [run.startedAt, run.finishedAt ?? run.startedAt])
    if (Number.isNaN(Date.parse(time))) return [`'${time.slice(0, 40)}' is no time.`, 'Make the report again.'];
  if (run.status === 'running' || run.status === 'interrupted' || run.status === 'failed')
    return [`Its run is ${run.status}: it has no figures.`, 'Take the report of a run that came to its end.'];
  if (new Set(rules.map(({ id }) => id)).size < rules.length) return ['It names a rule twice.', 'Make the report again.'];
  return undefined;
}

const unreadable = (what: string, where: string, why: string, next: string): AppError => ({
  code: 'unreadable',
  what,
  where,
  why,
  next,
});
