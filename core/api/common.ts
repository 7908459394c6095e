import { z } from 'zod';
import { COVERAGE_STATUSES, EFFORTS, ERROR_CODES, MODES, RUN_STATUSES, SEVERITIES, SOURCE_KINDS, VERDICTS } from '#core/model.ts';
import { CATEGORIES } from '#core/rules/model.ts';
import { RULE_ID_LENGTH } from '#core/rules/schema.ts';

/** Shapes that several calls share. Every payload is plain JSON, so that IPC, HTTP and SQLite carry it unchanged. */

export const severity = z.enum(SEVERITIES);
export const effort = z.enum(EFFORTS);
export const verdict = z.enum(VERDICTS);
export const mode = z.enum(MODES);
export const category = z.enum(CATEGORIES);
export const runStatus = z.enum(RUN_STATUSES);

/** Text that a person or a kubeconfig typed: bounded, so that a hostile page cannot fill the memory. */
export const shortText = z.string().max(512);
/** Names of contexts, namespaces and sources: bounded, any script. */
export const sourceText = z.string().min(1).max(512);
export const scanId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'a scan id is a ULID');
export const policyName = z.string().min(1).max(100);
/** Of a policy that is to be made: it becomes the name of a file. */
export const newPolicyName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a policy name is small letters, digits and hyphens')
  .min(RULE_ID_LENGTH.min)
  .max(RULE_ID_LENGTH.max);
export const ruleId = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a rule id is kebab-case')
  .max(40);

export const appError = z.object({
  code: z.enum(ERROR_CODES),
  what: z.string(),
  where: z.string(),
  why: z.string(),
  next: z.string(),
});

/** Every call answers with this: errors are values on every transport. */
export const result = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('ok', [z.object({ ok: z.literal(true), value }), z.object({ ok: z.literal(false), error: appError })]);

export const objectRef = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});

export const verdictCounts = z.object({
  pass: z.number(),
  fail: z.number(),
  waived: z.number(),
  notApplicable: z.number(),
  error: z.number(),
  notEvaluated: z.number(),
});

export const severityCounts = z.object({ critical: z.number(), high: z.number(), medium: z.number(), low: z.number() });

export const coverageEntry = z.object({
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  resource: z.string(),
  verb: z.literal('list'),
  namespace: z.string().optional(),
  status: z.enum(COVERAGE_STATUSES),
  httpStatus: z.number().optional(),
  objects: z.number(),
  reason: z.string().optional(),
});

export const requestEntry = z.object({
  verb: z.enum(['GET', 'POST']),
  path: z.string(),
  status: z.number(),
  ms: z.number(),
  bytes: z.number(),
});

/** A run in lists: History, the trend, the top bar. Times are ISO 8601 UTC. */
export const run = z.object({
  id: scanId,
  /** Running number within its source, for people: "scan #12". */
  number: z.number(),
  origin: z.enum(['scan', 'test', 'import', 'schedule']),
  status: runStatus,
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  durationMs: z.number().optional(),
  source: z.object({ id: z.number(), kind: z.enum(SOURCE_KINDS), name: z.string(), colour: z.string(), production: z.boolean() }),
  /** The policy it was judged by, for its figures. */
  policy: z.string(),
  labels: z.record(z.string(), z.string()),
  git: z.object({ remote: z.string().optional(), branch: z.string().optional(), commit: z.string().optional() }).optional(),
  ci: z.object({ vendor: z.string(), jobUrl: z.string().optional() }).optional(),
  /** Reserved: the token a CI run or a cluster sent its results with (label only, never the token). */
  token: z.object({ label: z.string(), type: z.enum(['read', 'write']) }).optional(),
  toolVersion: z.string(),
  kubernetesMinor: z.string().optional(),
  server: z.string().optional(),
  user: z.string().optional(),
  objects: z.number(),
  evaluated: z.number(),
  requests: z.number(),
  /** Share of listable kinds (and namespaces) that were read completely, 0 to 1. */
  covered: z.number(),
  failing: severityCounts,
  posture: z.object({ pass: z.number(), fail: z.number() }),
  error: appError.optional(),
});
export type Run = z.infer<typeof run>;

export const theme = z.enum(['system', 'light', 'dark']);
