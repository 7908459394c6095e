import { z } from 'zod';
import { VERDICTS } from '#core/model.ts';
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
  shortText,
  verdictCounts,
} from './common.ts';
import { change, fileProblem, longText, scope } from './workspace.ts';

/** Policies: their list and matrix, the editor with live counts, revisions, diff, import and export. */

export const stage = z.enum(['baseline', 'strict']);
const params = z.record(z.string().max(100), z.json());

/** What a policy's own file says of a rule; every field may be missing. */
export const ownSetting = z.object({
  mode: mode.optional(),
  severity: severity.optional(),
  message: longText.optional(),
  params: params.optional(),
  scope: scope.optional(),
  reason: longText.optional(),
});
export type OwnSettingInput = z.infer<typeof ownSetting>;

export const policySummary = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** `template` ships with Plimsoll, `builtin` is `default` or `all`, `workspace` is a file of the team. */
  origin: z.enum(['workspace', 'template', 'builtin']),
  stage: stage.optional(),
  extends: z.string().optional(),
  /** Rules that it switches on, inherited ones included. */
  rules: z.number(),
  /** Number of its latest revision; absent for templates. */
  revision: z.number().optional(),
  file: z.string().optional(),
});
export type PolicySummary = z.infer<typeof policySummary>;

export const matrixCell = z.object({
  product: z.string().optional(),
  environment: z.string().optional(),
  stage,
  policy: z.string().optional(),
  revision: z.number().optional(),
  rules: z.number().optional(),
  /** Failing rules in the scan asked for; absent where it does not govern any object of it. */
  failing: z.number().optional(),
  /** The cell's own binding, or the row's, column's or organisation's that stands in for it. */
  from: z.enum(['cell', 'product', 'environment', 'organisation']).optional(),
});
export const policyMatrix = z.object({
  products: z.array(z.string()),
  environments: z.array(z.object({ name: z.string(), production: z.boolean() })),
  cells: z.array(matrixCell),
});
export type PolicyMatrix = z.infer<typeof policyMatrix>;

/** One rule in a policy: what is set, where each part comes from, and what it does on a scan. */
export const policyRule = z.object({
  rule: ruleId,
  title: z.string(),
  category,
  effort,
  enforceable: z.boolean(),
  mode,
  severity,
  message: z.string(),
  params,
  /** JSON Schema of each parameter, by name. */
  paramsSchema: z.record(z.string(), z.json()),
  scope: scope.optional(),
  reason: z.string().optional(),
  own: ownSetting.optional(),
  /** What would be in force without the own setting. */
  inheritedMode: mode.optional(),
  /** Name of the policy each field comes from; a missing one is the rule's own. */
  origins: z.record(z.string(), z.string()),
  counts: verdictCounts.optional(),
  failing: z.object({ objects: z.number(), findings: z.number(), namespaces: z.number(), teams: z.number() }).optional(),
});
export type PolicyRuleRow = z.infer<typeof policyRule>;

export const policyPage = z.object({
  policy: policySummary,
  /** From itself to the outermost policy that it extends. */
  chain: z.array(z.string()),
  hash: z.string(),
  /** Whether waivers by annotation let objects off in a cluster too: what counts, what its own file says, and what would count without. */
  exportAnnotationWaivers: z.object({ value: z.boolean(), own: z.boolean().optional(), inherited: z.boolean() }),
  rules: z.array(policyRule),
  /** Objects of the scan that it governs, and those of them without a failing rule. */
  objects: z.number().optional(),
  clean: z.number().optional(),
  problems: z.array(fileProblem),
});
export type PolicyPage = z.infer<typeof policyPage>;

/** Changes to a policy: `null` removes its own setting, so that the inherited one counts. */
export const policyPatch = z.object({
  title: shortText.optional(),
  description: longText.optional(),
  stage: stage.nullable().optional(),
  extends: policyName.nullable().optional(),
  exportAnnotationWaivers: z.boolean().nullable().optional(),
  rules: z.record(ruleId, ownSetting.nullable()).optional(),
});
export type PolicyPatch = z.infer<typeof policyPatch>;

export const policyPreviewInput = z.object({ name: policyName, patch: policyPatch, scanId });
export const policyPreview = z.object({
  changes: z.number(),
  turnsOn: z.array(z.string()),
  turnsOff: z.array(z.string()),
  before: z.object({ objects: z.number(), clean: z.number(), findings: z.number() }),
  after: z.object({ objects: z.number(), clean: z.number(), findings: z.number() }),
  /** Objects that are clean now and fail then, at most 100. */
  startFailing: z.array(objectRef),
  startFailingTotal: z.number(),
  namespaces: z.array(z.string()),
  rules: z.array(z.object({ rule: ruleId, objects: z.number(), findings: z.number() })),
});
export type PolicyPreview = z.infer<typeof policyPreview>;

export const policySave = z.object({ name: policyName, hash: z.string().max(100), patch: policyPatch, reason: longText });
export const policyCreate = z.object({
  name: newPolicyName,
  title: shortText,
  description: longText.optional(),
  stage: stage.optional(),
  extends: policyName.optional(),
  /** Copies the rules of this policy. */
  from: policyName.optional(),
  reason: longText,
});
export const policySaved = z.object({ page: policyPage, change });

export const revision = z.object({
  name: z.string(),
  number: z.number(),
  /** SHA-256 of the effective content. */
  hash: z.string(),
  author: z.string().optional(),
  reason: z.string().optional(),
  at: z.string(),
  /** How it came to be. */
  kind: z.enum(['edit', 'baseline', 'promotion', 'demotion', 'decision', 'import', 'restore', 'external']),
  /** Runs it rests on, newest first. */
  evidence: z.array(scanId),
  /** What it changed against the one before, in a few words each. */
  changes: z.array(z.string()),
});
export type Revision = z.infer<typeof revision>;

const version = z.object({ name: policyName, revision: z.number().int().min(1).optional() });
export const policyDiffInput = z.object({ from: version, to: version });
const side = z.object({ mode, severity, message: z.string(), params, scope: scope.optional() });
export const policyDiff = z.object({
  rows: z.array(
    z.object({
      rule: z.string(),
      title: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      before: side.optional(),
      after: side.optional(),
    }),
  ),
});
export type PolicyDiff = z.infer<typeof policyDiff>;

/** A policies.yaml of Datree, or a policy of ours, as text. Nothing is written without `apply`. */
export const policyImportInput = z.object({
  text: z.string().max(2_000_000),
  format: z.enum(['datree', 'plimsoll']),
  tolerant: z.boolean(),
  apply: z.boolean(),
  reason: longText.optional(),
});
export const policyImport = z.object({
  policies: z.array(
    z.object({
      name: z.string(),
      /** Under which name it was or would be saved. */
      as: z.string(),
      isDefault: z.boolean(),
      rules: z.array(
        z.object({
          identifier: z.string(),
          rule: ruleId.optional(),
          title: z.string().optional(),
          differs: z.string().optional(),
          message: z.string(),
          /** It was commented out, and is imported switched off. */
          commentedOut: z.literal(true).optional(),
        }),
      ),
    }),
  ),
  /** Kept in the file, listed, and not evaluated here yet. */
  notEvaluated: z.array(z.object({ identifier: z.string(), why: z.string(), nearest: z.string().optional() })),
  problems: z.array(fileProblem),
  applied: z.boolean(),
});
export type PolicyImport = z.infer<typeof policyImport>;

export const policyExportInput = z.object({ names: z.array(policyName).min(1).max(50), format: z.enum(['datree', 'plimsoll']) });
export const policyExport = z.object({ text: z.string(), notes: z.array(z.string()) });

/** Files on the host's machine, judged by its `datree` and by us. `notFound` where there is no datree. */
export const policyCompareInput = z.object({
  paths: z.array(shortText.min(1)).min(1).max(100),
  /** Default: every rule that Datree has too. */
  rules: z.array(ruleId).max(2000).optional(),
});
export const policyComparison = z.object({
  program: z.string(),
  files: z.number(),
  objects: z.number(),
  rules: z.array(
    z.object({
      rule: ruleId,
      title: z.string(),
      identifier: z.string(),
      /** Objects on which both say the same. */
      same: z.number(),
      /** Explained by `differs`, where the rule has one. */
      differences: z.array(
        z.object({
          file: z.string(),
          kind: z.string(),
          name: z.string(),
          datree: z.enum(['pass', 'fail', 'skipped']),
          ours: z.enum([...VERDICTS, 'unread']),
        }),
      ),
      differs: z.string().optional(),
    }),
  ),
  /** Files that Datree could not read: nothing is compared in them. */
  unread: z.array(z.object({ file: z.string(), message: z.string() })),
});
export type PolicyComparison = z.infer<typeof policyComparison>;
