import { z } from 'zod';
import { category, effort, mode, ruleId, scanId, severity, verdictCounts } from './common.ts';
import { findingRow } from './findings.ts';

export const ruleSummary = z.object({
  id: ruleId,
  title: z.string(),
  category,
  severity,
  effort,
  scope: z.enum(['object', 'cluster']),
  enforceable: z.boolean(),
  aliases: z.record(z.string(), z.array(z.string())),
  frameworks: z.array(
    z.object({ id: z.string(), version: z.string().optional(), level: z.string().optional(), control: z.string().optional() }),
  ),
  /** Setting in the policy asked for. */
  mode,
  counts: verdictCounts.optional(),
  findings: z.number().optional(),
});
export type RuleSummary = z.infer<typeof ruleSummary>;

export const rulePage = z.object({
  rule: ruleSummary,
  why: z.string(),
  remediation: z.string(),
  references: z.array(z.string()),
  differs: z.string().optional(),
  match: z.string(),
  forEach: z.string().optional(),
  when: z.string().optional(),
  require: z.string(),
  field: z.string(),
  message: z.string(),
  /** The one boolean expression that exporters emit, with the variables it uses. */
  expression: z.string(),
  variables: z.array(z.object({ name: z.string(), expression: z.string() })),
  exportNote: z.string().optional(),
  examples: z.array(
    z.object({ verdict: z.enum(['pass', 'fail']), name: z.string(), yaml: z.string(), findings: z.array(z.string()) }),
  ),
  file: z.string(),
  failsNow: z.array(findingRow),
  failsNowTotal: z.number(),
  history: z.array(z.object({ scanId, startedAt: z.string(), counts: verdictCounts })),
});
export type RulePage = z.infer<typeof rulePage>;
