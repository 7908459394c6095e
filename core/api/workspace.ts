import { z } from 'zod';
import { SOURCE_KINDS } from '#core/model.ts';
import { criteria } from '#core/workspace/schema.ts';
import { policyName, scanId, shortText, sourceText } from './common.ts';

/** The workspace folder, who is who in it, and which policy governs what. Dates are YYYY-MM-DD, times ISO 8601 UTC. */

const names = z.array(sourceText).max(500);
const labels = z.record(sourceText, z.string().max(512));
export const longText = z.string().max(4096);
/** A day of the calendar. */
export const day = z.iso.date();

export const scope = z.object({
  namespaces: names.optional(),
  exceptNamespaces: names.optional(),
  labels: labels.optional(),
});
export type ScopeInput = z.infer<typeof scope>;

export const team = z.object({ name: sourceText, contacts: names, needs: z.array(longText).max(200) });
export const product = z.object({ name: sourceText, team: sourceText.optional() });
export const environment = z.object({ name: sourceText, order: z.number().int(), production: z.boolean() });
export const sourceEntry = z.object({
  name: sourceText,
  kind: z.enum(SOURCE_KINDS),
  product: sourceText.optional(),
  environment: sourceText.optional(),
  labels,
  branches: names,
  schedule: shortText.optional(),
});
export const binding = scope.extend({
  policies: z.object({ baseline: policyName.optional(), strict: policyName.optional() }),
  product: sourceText.optional(),
  environment: sourceText.optional(),
  sources: names.optional(),
  sourceLabels: labels.optional(),
});
export type BindingInput = z.infer<typeof binding>;

/** Something wrong in a file of the workspace. Lines and columns count from 1. */
export const fileProblem = z.object({
  file: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
  /** Where in the document, as a dot path; empty for the whole. */
  path: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  next: z.string().optional(),
});
export type FileProblem = z.infer<typeof fileProblem>;

/** A step of the guide (design/product.md, The loop), ticked off by what was really done. */
export const guideStep = z.object({
  id: z.enum(['teams', 'scan', 'baseline', 'strict', 'gap', 'decisions', 'enforce', 'separate', 'share', 'feedback']),
  title: z.string(),
  done: z.boolean(),
  /** What was found done, or what is missing, in one sentence. */
  detail: z.string(),
  /** The screen on which it is done; absent where it is not there yet. */
  href: z.string().optional(),
});
export type GuideStep = z.infer<typeof guideStep>;

export const workspaceView = z.object({
  folder: z.string(),
  /** False until something is saved: the folder is made then. */
  exists: z.boolean(),
  /** Present where the folder stands in a git repository. */
  git: z.object({ branch: z.string().optional(), changed: z.number() }).optional(),
  author: z.string(),
  name: z.string(),
  teams: z.array(team),
  products: z.array(product),
  environments: z.array(environment),
  sources: z.array(sourceEntry),
  bindings: z.array(binding),
  criteria: z.object({ runs: z.number(), days: z.number(), sources: names.optional() }),
  feedbackDays: z.number(),
  expiringDays: z.number(),
  /** SHA-256 of the file as it was read: what a save must name, so that nothing is overwritten unseen. Empty: no file yet. */
  hash: z.string(),
  problems: z.array(fileProblem),
  steps: z.array(guideStep),
  /** The pair of policies that screens start with. */
  pair: z.object({ baseline: policyName.optional(), strict: policyName.optional() }),
});
export type WorkspaceView = z.infer<typeof workspaceView>;

export const workspaceSave = z.object({
  hash: z.string(),
  name: sourceText.optional(),
  teams: z.array(team).max(500).optional(),
  products: z.array(product).max(500).optional(),
  environments: z.array(environment).max(50).optional(),
  sources: z.array(sourceEntry).max(500).optional(),
  bindings: z.array(binding).max(1000).optional(),
  criteria: criteria.optional(),
  feedbackDays: z.number().int().min(1).max(3650).optional(),
  expiringDays: z.number().int().min(0).max(365).optional(),
});

/** What bindings would govern in a scan, before they are saved. */
export const bindingPreviewInput = z.object({ scanId, bindings: z.array(binding).max(1000) });
export const bindingPreview = z.object({
  bindings: z.array(z.object({ objects: z.number(), namespaces: z.array(z.string()) })),
  /** Governed by nothing, and by two equally close ones. */
  none: z.object({ objects: z.number(), namespaces: z.array(z.string()) }),
  twice: z.array(z.object({ namespace: z.string(), objects: z.number(), bindings: z.array(z.number()) })),
});
export type BindingPreview = z.infer<typeof bindingPreview>;

/** A saved change of files: `undo` takes it back while nobody has changed them since. */
export const change = z.object({ id: z.string(), what: z.string(), files: z.array(z.string()) });
export type Change = z.infer<typeof change>;
export const undoInput = z.object({ change: z.string().max(64) });
