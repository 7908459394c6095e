import { z } from 'zod';
import {
  category,
  effort,
  objectRef,
  policyName,
  ruleId,
  scanId,
  severity,
  severityCounts,
  shortText,
  verdict,
  verdictCounts,
} from './common.ts';

/** The filters of the Findings screen; the URL's query carries exactly these names. */
export const findingFilter = z.object({
  text: shortText.optional(),
  severity: z.array(severity).optional(),
  rule: z.array(ruleId).optional(),
  category: z.array(category).optional(),
  namespace: z.array(z.string().max(253)).optional(),
  kind: z.array(z.string().max(253)).optional(),
  team: z.array(z.string().max(253)).optional(),
  /** Without it: fail, error and notEvaluated; waived ones are counted but hidden. */
  verdict: z.array(verdict).optional(),
  age: z.enum(['new', 'old']).optional(),
});
export type FindingFilter = z.infer<typeof findingFilter>;

export const GROUPINGS = ['rule', 'object', 'namespace', 'team', 'fix'] as const;
export const grouping = z.enum(GROUPINGS);

export const findingsQuery = z.object({
  scanId,
  policy: policyName,
  filter: findingFilter,
  groupBy: grouping,
  sort: z.enum(['severity', 'failing', 'namespaces', 'passing', 'name']).default('severity'),
  descending: z.boolean().default(true),
});
export type FindingsQuery = z.input<typeof findingsQuery>;

export const findingGroup = z.object({
  key: z.string(),
  title: z.string(),
  subtitle: z.string().optional(),
  /** The group's worst severity. */
  severity,
  failing: z.number(),
  notEvaluated: z.number(),
  waived: z.number(),
  objects: z.number(),
  namespaces: z.number(),
  /** pass / (pass + fail) of the objects in the group's rules, 0 to 1; absent where nothing was judged. */
  passing: z.number().optional(),
  /** Rows in this group under the filter. */
  rows: z.number(),
});
export type FindingGroup = z.infer<typeof findingGroup>;

export const findingGroups = z.object({
  groups: z.array(findingGroup),
  shown: z.number(),
  total: z.number(),
  hiddenWaived: z.number(),
  /** Choices for the filter chips, counted over all findings of the scan. */
  facets: z.object({
    severity: z.record(z.string(), z.number()),
    category: z.record(z.string(), z.number()),
    namespace: z.record(z.string(), z.number()),
    kind: z.record(z.string(), z.number()),
    team: z.record(z.string(), z.number()),
    verdict: z.record(z.string(), z.number()),
  }),
});

export const findingRow = z.object({
  fingerprint: z.string(),
  rule: z.string(),
  title: z.string(),
  category,
  severity,
  effort,
  verdict,
  object: objectRef,
  team: z.string().optional(),
  path: z.string(),
  container: z.string().optional(),
  message: z.string(),
  /** Owned objects (Pods, ReplicaSets) that fail with it and are not counted apart. */
  owned: z.number(),
  /** When the finding was first seen in this source; ISO 8601 UTC. */
  firstSeen: z.string().optional(),
  isNew: z.boolean(),
  /** A known failure of ratchet mode: it fails, but does not count as new. */
  debt: z.boolean(),
  /** Why it is waived, could not be computed or was not evaluated. */
  reason: z.string().optional(),
});
export type FindingRow = z.infer<typeof findingRow>;

export const yamlLine = z.object({
  number: z.number(),
  text: z.string(),
  /** Messages of the findings that stand on this line. */
  marks: z.array(z.string()),
});

export const findingDetail = z.object({
  finding: findingRow,
  why: z.string(),
  remediation: z.string(),
  references: z.array(z.string()),
  /** The object as YAML (redacted), whole; the screen folds what is far from a mark. */
  yaml: z.array(yamlLine),
  /** Where a file was read: its path, and the line of the finding. */
  file: z.object({ path: z.string(), line: z.number() }).optional(),
  /** Fix steps in words and, where no choice is needed, as a JSON patch text. */
  fix: z.array(z.object({ op: z.enum(['add', 'replace', 'remove']), path: z.string(), value: z.string().optional() })),
  samePlaces: z.number(),
  otherFindings: z.array(findingRow),
  history: z.object({
    firstSeen: z.string().optional(),
    lastSeen: z.string().optional(),
    runs: z.array(z.object({ scanId, startedAt: z.string(), verdict: verdict.optional() })),
  }),
});
export type FindingDetail = z.infer<typeof findingDetail>;

export const ruleStanding = z.object({
  rule: z.string(),
  title: z.string(),
  category,
  severity,
  effort,
  counts: verdictCounts,
  findings: z.number(),
  namespaces: z.number(),
  teams: z.number(),
});
export type RuleStanding = z.infer<typeof ruleStanding>;

export const overview = z.object({
  scanId,
  policy: policyName,
  /** `rate`: pass / (pass + fail), each weighted by the rule's severity (core/policy/posture.ts), 0 to 1; absent where nothing was judged. */
  posture: z.object({
    rate: z.number().optional(),
    pass: z.number(),
    fail: z.number(),
    covered: z.number(),
    change: z.number().optional(),
  }),
  failing: severityCounts,
  findings: z.number(),
  waived: z.number(),
  errors: z.number(),
  notEvaluated: z.number(),
  objects: z.number(),
  newFindings: z.number(),
  fixedFindings: z.number(),
  comparedWith: scanId.optional(),
  /** Every rule of the policy with its counts; the load line draws them. */
  rules: z.array(ruleStanding),
  /** What a baseline made now would hold, and what keeps the others out. */
  baseline: z.object({
    holds: z.array(z.string()),
    fails: z.array(z.string()),
    notApplicable: z.array(z.string()),
    notEvaluated: z.array(z.string()),
  }),
  namespaces: z.array(
    z.object({
      namespace: z.string(),
      team: z.string().optional(),
      byCategory: z.record(z.string(), z.number()),
      total: z.number(),
    }),
  ),
  trend: z.array(
    z.object({
      scanId,
      number: z.number(),
      startedAt: z.string(),
      failing: severityCounts,
      pass: z.number(),
      fail: z.number(),
      /** Posture of the run, as above. */
      rate: z.number().optional(),
    }),
  ),
  changes: z.array(z.object({ change: z.enum(['new', 'fixed']), finding: findingRow })),
});
export type Overview = z.infer<typeof overview>;
