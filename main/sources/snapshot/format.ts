import { z } from 'zod';
import { coverageEntry } from '#core/api/common.ts';
import type { DeclaredVersion, FactFinding, InventoryObject, Place, RuleSet, SourceIdentity } from '#core/inventory/model.ts';
import type { JsonObject } from '#core/json.ts';
import type { AppError, CoverageEntry } from '#core/model.ts';
import { SOURCE_KINDS } from '#core/model.ts';

/**
 * A snapshot file (decisions.md 13): gzip over JSON Lines. First the header, then one line per object, then the end with the
 * number of objects, by which a file that was cut short is told from a whole one. It holds no credential: bodies are redacted,
 * evaluation keys are opaque without the key of the database they come from.
 */
export const SNAPSHOT_KIND = 'plimsoll-snapshot';
export const SNAPSHOT_VERSION = 1;
/** No object of an API server is longer (etcd takes 1.5 MiB); a file that has longer lines is none of ours. */
export const MAX_LINE = 16 * 1024 * 1024;

export interface SnapshotHeader {
  readonly source: SourceIdentity;
  /** The run it was taken from. Times are ISO 8601 UTC. */
  readonly run: {
    readonly id: string;
    readonly startedAt: string;
    readonly finishedAt?: string;
    readonly toolVersion: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly server?: string;
  readonly user?: string;
  readonly kubernetesMinor?: string;
  /** What was listed and how it ended: also which kinds the server had. */
  readonly coverage: readonly CoverageEntry[];
  readonly libraryHash: string;
  /** The rules of the facts, in the order of the verdicts. */
  readonly ruleset: RuleSet;
  /** Objects in the file. */
  readonly objects: number;
}

export interface SnapshotObject extends InventoryObject {
  /** Evaluation key of the database it was taken from: equal for equal contents from there. */
  readonly key: Uint8Array;
  readonly verdicts: Uint8Array;
  readonly findings: readonly FactFinding[];
  readonly declared: readonly DeclaredVersion[];
  readonly place?: Place;
  /** Redacted, once more on reading. */
  readonly body: JsonObject;
}

/** What reading gives after the header; a problem is always the last. */
export type SnapshotItem =
  | { readonly type: 'object'; readonly object: SnapshotObject }
  /** The file ends here against its own word: it holds `read` good objects before that. */
  | { readonly type: 'problem'; readonly error: AppError; readonly read: number };

const texts = z.record(z.string(), z.string());

export const headerLine = z.object({
  kind: z.literal(SNAPSHOT_KIND),
  schemaVersion: z.literal(SNAPSHOT_VERSION),
  source: z.object({
    kind: z.enum(SOURCE_KINDS),
    name: z.string().max(512),
    identity: z.string().max(4096),
    provisional: z.boolean(),
  }),
  run: z.object({
    id: z.string().max(64),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().exactOptional(),
    toolVersion: z.string().max(100),
    labels: texts,
  }),
  server: z.string().max(512).exactOptional(),
  user: z.string().max(512).exactOptional(),
  kubernetesMinor: z.string().max(20).exactOptional(),
  coverage: z.array(coverageEntry),
  libraryHash: z.string().max(200),
  rules: z.array(z.tuple([z.string().max(100), z.string().max(500)])),
  objects: z.number().int().min(0),
});

export const objectLine = z.object({
  key: z.string().max(64),
  meta: z.object({
    apiVersion: z.string(),
    kind: z.string(),
    namespace: z.string().exactOptional(),
    name: z.string(),
    uid: z.string().exactOptional(),
    owner: z.object({ kind: z.string(), name: z.string(), uid: z.string() }).exactOptional(),
    labels: texts,
    waivers: texts,
    idle: z.boolean(),
    assumedNamespace: z.boolean(),
  }),
  declared: z.array(z.object({ manager: z.string(), apiVersion: z.string() })),
  place: z.object({ file: z.string(), line: z.number(), document: z.number() }).exactOptional(),
  /** One digit per rule: its place in VERDICT_CODES. */
  verdicts: z.string().regex(/^[0-4]*$/),
  findings: z.array(
    z.object({
      rule: z.number().int().min(0),
      path: z.string(),
      container: z.string().exactOptional(),
      value: z.string().exactOptional(),
      reason: z.string().exactOptional(),
    }),
  ),
  body: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
});

export const endLine = z.object({ end: z.literal(true), objects: z.number().int().min(0) });
