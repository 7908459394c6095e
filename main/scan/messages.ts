import type { EvaluatedObject, KnownObject, RejudgedObject } from '#core/inventory/model.ts';
import type { ReadProblem } from '#core/report/report.ts';
import type { Library } from '#core/rules/model.ts';
import type { ListedKind } from '#main/sources/source.ts';

/** What a worker needs to judge, and how far its answers must go. */
export interface JudgeSetup {
  readonly library: Pick<Library, 'rules' | 'matchers' | 'defaults'>;
  readonly minor: number;
  /** Keys, redacted bodies and hashes are made only where something will be stored. */
  readonly store: { readonly hmacKey: Uint8Array; readonly dropEnvValues: boolean } | undefined;
  /** Files: the namespace of namespaced objects that name none (decisions.md 16). */
  readonly defaultNamespace: string;
  /** Files: rules whose findings get a line and a column, one byte per rule. */
  readonly located: Uint8Array;
}

/** What an earlier run of the source knows (main/store/known.ts), shared by all workers. */
export interface KnownSetup {
  readonly index: SharedArrayBuffer;
  /** A 1 for every rule that the earlier facts do not cover; undefined where they cover all. */
  readonly mask: Uint8Array | undefined;
}

/** A stretch of work: it travels as text or bytes and is parsed where it is judged. */
export type Chunk =
  | {
      readonly type: 'page';
      readonly kind: ListedKind;
      readonly bytes: Uint8Array;
      /** The bytes are texts of items, one after another; absent where they are the page as it was received. */
      readonly items?: {
        /** Where each item ends. */
        readonly ends: Uint32Array;
        /** Numbers stand there that `JSON.parse` alone would not keep. */
        readonly delicate: boolean;
      };
    }
  | { readonly type: 'files'; readonly files: readonly { readonly file: string; readonly text: string }[] };

/** An object as the store takes it: judged, known and unchanged, or judged again by some rules. */
export type Judged = EvaluatedObject | KnownObject | RejudgedObject;

export interface Batch {
  readonly judged: readonly Judged[];
  readonly errors: readonly ReadProblem[];
  readonly notes: readonly ReadProblem[];
  /** Objects judged here and now, where some of `judged` brought their facts along. */
  readonly evaluated?: number;
}

export interface WorkerSetup {
  readonly setup: JudgeSetup;
  readonly known: KnownSetup | undefined;
}

export interface WorkerData extends WorkerSetup {
  /** One Int32: a 1 asks the thread to end before the next object. */
  readonly stop: SharedArrayBuffer;
}

/** `stop` comes behind all chunks; those that still wait then are skipped. */
export type WorkerRequest = { readonly type: 'judge'; readonly id: number; readonly chunk: Chunk } | { readonly type: 'stop' };

export type WorkerAnswer =
  | { readonly type: 'batch'; readonly id: number; readonly batch: Batch }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
