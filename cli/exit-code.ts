import type { Report } from '#core/report/report.ts';

export const CLEAN = 0;
export const FATAL = 1;
export const FINDINGS = 2;

export interface Tolerance {
  readonly allowEmpty: boolean;
  readonly allowIncomplete: boolean;
}

/**
 * decisions.md 24. 2: a finding of mode warn or deny, or a document that could not be read. 1: nothing to judge, coverage
 * missing or a verdict `error` without findings, or a run that did not end well. What is `notEvaluated` because a file's
 * neighbours are unknown is printed and changes nothing.
 */
export function exitCode(report: Report, tolerance: Tolerance): number {
  const failing = report.counts.some(({ rule, counts }) => counts.fail > 0 && rule.mode !== 'audit');
  if (failing || report.errors.length > 0) return FINDINGS;
  if (report.status !== 'complete' && report.status !== 'incomplete') return FATAL;
  if (report.summary.objects === 0 && report.objects.length === 0 && !tolerance.allowEmpty) return FATAL;
  const incomplete = report.status === 'incomplete' || report.covered < 1 || report.summary.verdicts.error > 0;
  return incomplete && !tolerance.allowIncomplete ? FATAL : CLEAN;
}
