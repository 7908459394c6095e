import { policyReportFiles } from '#core/enforce/policy-report-files.ts';
import type { Settings } from '#core/enforce/settings.ts';
import type { JsonObject } from '#core/json.ts';
import { hasVerdicts } from '#core/model.ts';
import type { AppError } from '#core/model.ts';
import { policyReports } from '#core/report/policy-report.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { scanNamed } from '#cli/client.ts';
import type { Session } from '#cli/client.ts';
import { policyNamed } from '#cli/enforce/other-options.ts';
import type { Made, OtherOptions } from '#cli/enforce/other-options.ts';
import { beside, reportOf } from '#cli/run.ts';
import { contextOf } from '#main/services/report-context.ts';
import { invalidInput, notFound } from '#main/services/errors.ts';

/** A scan as PolicyReports, as `-o policyreport` has them, in files of a namespace each. */
export function policyReportOf(session: Session, options: OtherOptions, settings: Settings): Result<Made, AppError> {
  const { app } = session;
  const scanId = scanNamed(session, options.run);
  if (!scanId.ok) return scanId;
  const policy = app.workspace.find(policyNamed(options));
  if (!policy.ok) return policy;
  const run = app.store.runs.get(scanId.value);
  if (run === undefined || !hasVerdicts(run)) return err(notFound(`A finished scan ${scanId.value}`, app.store.file));
  const report = reportOf(app, { run, errors: app.store.runs.problems(run.id), notes: [] }, policy.value);
  const api = settings['api'] === 'openreports' ? 'openreports' : 'policyreport';
  const context = { ...contextOf(beside(app, policy.value)), verdicts: settings['passes'] === 'yes' };
  const reports = policyReports(report, api, context).map((one) => plain(one));
  if (reports.length === 0) return err(nothing(scanId.value, policyNamed(options)));
  return ok({
    files: policyReportFiles(reports, api, { policy: policyNamed(options), scan: scanId.value }),
    notes: [],
    value: { policy: policyNamed(options), scan: scanId.value, settings, reports: reports.length },
  });
}

const plain = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

const nothing = (scan: string, policy: string): AppError =>
  invalidInput(
    'There is nothing to report.',
    `--run ${scan}`,
    `No object of it was judged by the policy '${policy}'.`,
    'Name another scan or policy.',
  );
