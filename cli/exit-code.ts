import { SEVERITIES } from '#core/model.ts';
import type { Severity } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { Report } from '#core/report/report.ts';

export const CLEAN = 0;
export const FATAL = 1;
export const FINDINGS = 2;

export interface Tolerance {
  readonly allowEmpty: boolean;
  readonly allowIncomplete: boolean;
  /** Which findings count: from this severity on, or those that are no known debt; default: all. */
  readonly failOn?: FailOn;
  /** So many findings of mode warn are let through; default: none. */
  readonly maxWarnings?: number;
}

export const FAIL_ON = ['new', ...SEVERITIES] as const;
export type FailOn = (typeof FAIL_ON)[number];

/**
 * decisions.md 24. 2: a finding of mode warn or deny, or a document that could not be read. 1: nothing to judge, coverage
 * missing or a verdict `error` without findings, or a run that did not end well. What is `notEvaluated` because a file's
 * neighbours are unknown is printed and changes nothing.
 */
export function exitCode(report: Report, tolerance: Tolerance): number {
  if (isFailing(report, tolerance) || report.errors.length > 0) return FINDINGS;
  if (report.status !== 'complete' && report.status !== 'incomplete') return FATAL;
  if (report.summary.objects === 0 && report.objects.length === 0 && !tolerance.allowEmpty) return FATAL;
  const incomplete = report.status === 'incomplete' || report.covered < 1 || report.summary.verdicts.error > 0;
  return incomplete && !tolerance.allowIncomplete ? FATAL : CLEAN;
}

function isFailing(report: Report, { failOn = 'low', maxWarnings = 0 }: Tolerance): boolean {
  const failing = report.counts.some(({ rule, counts }) => counts.fail > 0 && rule.mode !== 'audit');
  // Findings are only made where they are needed.
  if (!failing || (failOn === 'low' && maxWarnings === 0)) return failing;
  const counted = report.findings.filter((finding) => finding.verdict === 'fail' && counts(finding, failOn));
  const warnings = counted.filter(({ rule }) => rule.mode === 'warn').length;
  return counted.some(({ rule }) => rule.mode === 'deny') || warnings > maxWarnings;
}

const counts = ({ debt, rule }: Finding, failOn: FailOn): boolean =>
  failOn === 'new' ? !debt : severityRank(rule.severity) <= severityRank(failOn);

/** 0 is the worst. */
const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);
