import { z } from 'zod';
import { appError, coverageEntry, objectRef, requestEntry, run, runStatus, scanId, shortText, sourceText } from './common.ts';

/** What a scan reads. A folder is read as manifests, a snapshot offline. */
export const scanTarget = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('context'),
    context: sourceText,
    kubeconfig: shortText.optional(),
    namespaces: z.array(sourceText).max(200).optional(),
  }),
  z.object({ type: z.literal('sample') }),
  z.object({ type: z.literal('folder'), path: z.string().min(1).max(4096) }),
  z.object({ type: z.literal('snapshot'), path: z.string().min(1).max(4096) }),
]);
export type ScanTarget = z.infer<typeof scanTarget>;

export const progress = z.object({
  scanId,
  phase: z.enum(['connecting', 'reading', 'evaluating', 'storing', 'finished']),
  /** The kind being read, e.g. `Deployment`. */
  kind: z.string().optional(),
  kindsDone: z.number(),
  kindsTotal: z.number(),
  objects: z.number(),
  evaluated: z.number(),
  /** Objects a second since the start. */
  rate: z.number(),
  requests: z.number(),
  elapsedMs: z.number(),
});
export type Progress = z.infer<typeof progress>;

export const scanEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress }),
  z.object({ type: z.literal('finished'), scanId, status: runStatus, error: appError.optional() }),
  /** Something that lists show has changed (settings, a deleted scan): ask again. */
  z.object({ type: z.literal('changed'), what: z.enum(['runs', 'settings', 'sources', 'workspace']) }),
]);
export type ScanEvent = z.infer<typeof scanEvent>;

/** A context of the kubeconfig, as far as a screen may know it: never a token, certificate, key, command or path of one. */
export const kubeContext = z.object({
  name: z.string(),
  cluster: z.string(),
  server: z.string(),
  namespace: z.string().optional(),
  authKind: z.enum(['none', 'clientCertificate', 'token', 'tokenFile', 'basic', 'exec', 'authProvider', 'unknown']),
  tlsMode: z.enum(['system', 'ca', 'insecure', 'plain']),
  current: z.boolean(),
  file: z.string(),
});
export type KubeContext = z.infer<typeof kubeContext>;

export const contexts = z.object({
  contexts: z.array(kubeContext),
  /** Every place that was looked at, in order, found or not. */
  looked: z.array(z.string()),
  problems: z.array(appError),
});

/** A source that has been scanned at least once. */
export const source = z.object({
  id: z.number(),
  kind: z.enum(['cluster', 'manifests', 'snapshot', 'ci']),
  name: z.string(),
  colour: z.string(),
  production: z.boolean(),
  context: z.string().optional(),
  path: z.string().optional(),
  server: z.string().optional(),
  runs: z.number(),
  latest: run.optional(),
});
export type Source = z.infer<typeof source>;

/** A document that could not be read, or an object that could not be judged. Lines and columns count from 1. */
export const readProblem = z.object({
  file: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
  message: z.string(),
});
export type ReadProblemRow = z.infer<typeof readProblem>;

export const coverageTable = z.object({
  scanId,
  covered: z.number(),
  entries: z.array(coverageEntry),
  problems: z.array(readProblem),
});
export const networkLog = z.object({ scanId, server: z.string().optional(), requests: z.array(requestEntry) });
export const paletteHit = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rule'), id: z.string(), title: z.string() }),
  z.object({ type: z.literal('namespace'), name: z.string() }),
  z.object({ type: z.literal('object'), object: objectRef, failing: z.number() }),
]);
