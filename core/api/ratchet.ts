import { z } from 'zod';
import {
  category,
  effort,
  mode,
  newPolicyName,
  objectRef,
  policyName,
  ruleId,
  scanId,
  severity,
  verdictCounts,
} from './common.ts';
import { policyPage } from './policies.ts';
import { change, longText } from './workspace.ts';

/** Baseline beside strict: what holds, what is ready, what is missing, and the evidence. */

/** One run as a streak counts it. */
export const streakRun = z.object({
  scanId,
  startedAt: z.string(),
  /** Why it ends the streak; absent where it is clean. */
  ends: z.string().optional(),
  pass: z.number(),
  fail: z.number(),
});
export const sourceStreak = z.object({
  source: z.string(),
  kind: z.enum(['cluster', 'manifests', 'snapshot', 'ci']),
  /** Clean runs at the end without a break, and the days they span. */
  runs: z.number(),
  days: z.number(),
  enough: z.boolean(),
  /** Why it is not longer: the run that ended it. */
  ended: z.string().optional(),
  /** The newest first: 30, or as many as the criteria ask for. */
  evidence: z.array(streakRun),
});
export type SourceStreak = z.infer<typeof sourceStreak>;

const common = { rule: ruleId, title: z.string(), category, severity, effort };

export const baselineRow = z.object({
  ...common,
  mode,
  counts: verdictCounts,
  /** Since when it has held without a break in this source; ISO 8601. */
  heldSince: z.string().optional(),
  /** What broke it, where it regressed: new failures that are no known debt. */
  regressed: z
    .object({ objects: z.array(objectRef), total: z.number(), since: z.string().optional(), namespaces: z.array(z.string()) })
    .optional(),
  /** Known failures of ratchet mode. */
  debt: z.number(),
  promoted: z.object({ at: z.string(), revision: z.number(), change: change.optional() }).optional(),
});
export const readyRow = z.object({ ...common, applicable: z.number(), streaks: z.array(sourceStreak) });
export const gapRow = z.object({
  ...common,
  counts: verdictCounts,
  failing: z.number(),
  findings: z.number(),
  namespaces: z.number(),
  teams: z.array(z.string()),
  /** Failing objects of the last runs, oldest first. */
  trend: z.array(z.number()),
  /** Passing runs and days so far, where nothing fails now. */
  streaks: z.array(sourceStreak),
  /** "Fix 3 objects in 2 teams and the rule is ready", or why not. */
  forecast: z.string(),
  /** Why it is not ready though nothing fails: rights, waivers, nothing applicable. */
  blocked: z.string().optional(),
});
export type BaselineRow = z.infer<typeof baselineRow>;
export type ReadyRow = z.infer<typeof readyRow>;
export type GapRow = z.infer<typeof gapRow>;

export const ratchetInput = z.object({ baseline: policyName.optional(), strict: policyName, scanId });
export const ratchetView = z.object({
  baseline: z.object({ name: z.string(), revision: z.number().optional(), rules: z.number() }).optional(),
  strict: z.object({ name: z.string(), revision: z.number().optional(), rules: z.number() }),
  criteria: z.object({ runs: z.number(), days: z.number(), sources: z.array(z.string()) }),
  held: z.array(baselineRow),
  ready: z.array(readyRow),
  gap: z.array(gapRow),
  /** How many rules the baseline held at earlier revisions: the ticks of the load line. */
  ticks: z.array(z.object({ at: z.string(), rules: z.number() })),
  /** What moves most: objects whose fix makes most rules ready, at most 10. */
  moves: z.array(z.object({ object: objectRef, team: z.string().optional(), rules: z.array(z.string()) })),
});
export type RatchetView = z.infer<typeof ratchetView>;

export const proposalInput = z.object({ scanIds: z.array(scanId).min(1).max(20), strict: policyName });
export const proposalRow = z.object({
  ...common,
  place: z.enum(['holds', 'fails', 'notApplicable', 'notEvaluated']),
  reason: z.string().optional(),
  counts: verdictCounts,
  failing: z.number(),
  namespaces: z.array(z.string()),
  teams: z.array(z.string()),
});
export const proposal = z.object({ rows: z.array(proposalRow) });
export type Proposal = z.infer<typeof proposal>;

export const acceptInput = z.object({
  /** Of the baseline to be made or replaced. */
  name: newPolicyName,
  strict: policyName,
  rules: z.array(ruleId).max(2000),
  scanIds: z.array(scanId).min(1).max(20),
  mode: mode.default('warn'),
  /** Ratchet mode: freeze today's failures of the chosen rules as debt. */
  freeze: z.boolean().default(false),
  reason: longText,
});
export const promoteInput = z.object({
  rules: z.array(ruleId).min(1).max(2000),
  to: policyName,
  strict: policyName,
  scanId,
  mode: mode.optional(),
  reason: longText,
  /** Take rules that are not ready as well: said in the revision. */ force: z.boolean().default(false),
});
export const demoteInput = z.object({
  rules: z.array(ruleId).min(1).max(2000),
  from: policyName,
  scanId: scanId.optional(),
  reason: longText,
});
export const ratchetSaved = z.object({ page: policyPage, change });
