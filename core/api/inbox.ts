import { z } from 'zod';
import { objectRef, policyName, ruleId, scanId, severity } from './common.ts';
import { findingRow } from './findings.ts';
import { change, day, longText, scope } from './workspace.ts';

/** What waits for a decision, waivers, and feedback rounds. */

export const inboxInput = z.object({ policy: policyName, scanId });
export const inboxItem = z.object({
  id: z.string(),
  kind: z.enum(['undecided', 'overdue', 'expiring', 'expired', 'stale', 'demotion']),
  rule: ruleId,
  title: z.string(),
  severity,
  policy: z.string(),
  /** Since when it waits; ISO 8601. */
  since: z.string().optional(),
  /** One sentence: what fails where, or which waiver ends when. */
  detail: z.string(),
  objects: z.number(),
  namespaces: z.array(z.string()),
  teams: z.array(z.string()),
  /** One failing place to show, for undecided items. */
  example: findingRow.optional(),
  waiver: z.string().optional(),
  /** What broke a promoted rule. */
  broke: z.array(objectRef),
  /** Of what is open, at most 100. */
  fingerprints: z.array(z.string()),
});
export type InboxItem = z.infer<typeof inboxItem>;
export const inboxPage = z.object({
  items: z.array(inboxItem),
  counts: z.object({ undecided: z.number(), waivers: z.number(), demotions: z.number(), overdue: z.number() }),
  /** Decisions of the last 30 days, by what was decided. */
  decided: z.object({ fix: z.number(), disable: z.number(), waive: z.number(), debt: z.number() }),
});
export type InboxPage = z.infer<typeof inboxPage>;

const object = z.object({ group: z.string(), kind: z.string(), namespace: z.string().optional(), name: z.string() });

export const waiverInput = scope.extend({
  rule: ruleId,
  policies: z.array(policyName).max(100).optional(),
  object: object.optional(),
  container: z.string().max(253).optional(),
  path: z.string().max(2048).optional(),
  reason: longText.min(1),
  owner: z.string().max(512).optional(),
  expires: day.optional(),
});
export type WaiverInput = z.infer<typeof waiverInput>;

/** One keystroke each: fix, disable, waive, debt. */
export const decideInput = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('fix'),
    policy: policyName,
    rule: ruleId,
    assignee: z.string().max(512).optional(),
    due: day.optional(),
    reason: longText.optional(),
  }),
  z.object({ decision: z.literal('disable'), policy: policyName, rule: ruleId, reason: longText.min(1) }),
  z.object({ decision: z.literal('waive'), waiver: waiverInput }),
  z.object({ decision: z.literal('debt'), policy: policyName, rule: ruleId, scanId, reason: longText.optional() }),
]);
export type DecideInput = z.infer<typeof decideInput>;

export const waiverRow = waiverInput.extend({
  /** Absent for an annotation. */
  id: z.string().optional(),
  origin: z.enum(['file', 'annotation']),
  file: z.string().optional(),
  title: z.string(),
  state: z.enum(['live', 'expiring', 'expired', 'stale']),
  /** Findings it lets off in the scan asked for. */
  findings: z.number(),
  objects: z.number(),
  /** For annotations: the object that carries it, and the annotation's key. */
  at: z.object({ object: objectRef, annotation: z.string() }).optional(),
});
export type WaiverRow = z.infer<typeof waiverRow>;
export const waiverList = z.object({ waivers: z.array(waiverRow) });
export const waiverChange = z.object({
  id: z.string().max(100),
  patch: waiverInput.partial().extend({ expires: day.nullable().optional() }),
});
export const changed = z.object({ change });

export const feedbackView = z.object({
  /** When the next round is due; ISO 8601 date. */
  due: z.string().optional(),
  isDue: z.boolean(),
  rounds: z.array(
    z.object({
      id: z.string(),
      policy: z.string(),
      started: z.string(),
      closed: z.string().optional(),
      file: z.string(),
      questions: z.array(
        z.object({
          rule: ruleId,
          title: z.string(),
          question: z.string(),
          answers: z.array(
            z.object({ by: z.string(), vote: z.enum(['keep', 'change', 'drop']), comment: z.string().optional() }),
          ),
        }),
      ),
    }),
  ),
  /** Most waived, disabled, voted down; with what to do about it. */
  noisy: z.array(
    z.object({
      rule: ruleId,
      title: z.string(),
      waived: z.number(),
      disabled: z.number(),
      against: z.number(),
      suggestion: z.string(),
    }),
  ),
});
export type FeedbackView = z.infer<typeof feedbackView>;
export const feedbackStart = z.object({ policy: policyName, rules: z.array(ruleId).max(200).optional() });
export const feedbackAnswer = z.object({
  round: z.string().max(100),
  rule: ruleId,
  vote: z.enum(['keep', 'change', 'drop']),
  comment: longText.optional(),
});
