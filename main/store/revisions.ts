import type { AppError } from '#core/model.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { Result } from '#core/result.ts';
import { packJson, unpackJson } from './blobs.ts';
import type { Connection } from './database.ts';
import { attempt } from './errors.ts';

/** How a revision came to be; `external`: found in the files, written by somebody else. */
export const REVISION_KINDS = ['edit', 'baseline', 'promotion', 'demotion', 'decision', 'import', 'restore', 'external'] as const;
export type RevisionKind = (typeof REVISION_KINDS)[number];

/** What is kept of a revision's effective policy. */
export type RevisionContent = Pick<
  EffectivePolicy,
  'name' | 'title' | 'description' | 'stage' | 'exportAnnotationWaivers' | 'rules' | 'chain'
>;

/** A revision to be kept. */
export interface NewRevision {
  readonly name: string;
  readonly kind: RevisionKind;
  /** SHA-256 (hex) of the effective content. */
  readonly hash: string;
  readonly content: RevisionContent;
  /** The policy's own document as it stands in its file; absent: it was removed. */
  readonly text?: string;
  readonly author?: string;
  readonly reason?: string;
  /** Runs (ULIDs) it rests on, newest first. */
  readonly evidence: readonly string[];
  readonly change?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface StoredRevision extends NewRevision {
  /** From 1, per policy. */
  readonly number: number;
}

interface RevisionRow {
  name: string;
  number: number;
  kind: RevisionKind;
  hash: Buffer;
  content: Buffer;
  text: Buffer | null;
  author: string | null;
  reason: string | null;
  evidence: string;
  change_id: string | null;
  at_ms: number;
}

const COLUMNS = 'name, number, kind, hash, content, text, author, reason, evidence, change_id, at_ms';

/** Revisions of the policies of workspace folders: only ever added to (decisions.md 19). */
export class Revisions {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /**
   * Keeps those whose content is another than that of the policy's latest revision; several processes may find the same edit.
   * Gives how many were new.
   */
  add(folder: string, revisions: readonly NewRevision[]): Result<number, AppError> {
    return attempt(this.#db.name, () =>
      this.#db.transaction(() => revisions.filter((revision) => this.#insert(folder, revision)).length).immediate(),
    );
  }

  /** Latest revision number and hash of every policy, removed ones with `removed`. */
  latest(folder: string): ReadonlyMap<string, { readonly number: number; readonly hash: string; readonly removed: boolean }> {
    const rows = this.#db
      .prepare<[string], { name: string; number: number; hash: Buffer; removed: number }>(
        `SELECT name, max(number) AS number, hash, text IS NULL AS removed FROM policy_revisions WHERE folder = ? GROUP BY name`,
      )
      .all(folder);
    return new Map(
      rows.map((row) => [row.name, { number: row.number, hash: row.hash.toString('hex'), removed: row.removed === 1 }]),
    );
  }

  /** When the first policy of a folder was seen; milliseconds since 1970. */
  begun(folder: string): number | undefined {
    return (
      this.#db.prepare<[string], number | null>('SELECT min(at_ms) FROM policy_revisions WHERE folder = ?').pluck().get(folder) ??
      undefined
    );
  }

  /** Newest first. */
  of(folder: string, name: string): readonly StoredRevision[] {
    return this.#db
      .prepare<[string, string], RevisionRow>(
        `SELECT ${COLUMNS} FROM policy_revisions WHERE folder = ? AND name = ? ORDER BY number DESC`,
      )
      .all(folder, name)
      .map(toRevision);
  }

  get(folder: string, name: string, number: number): StoredRevision | undefined {
    const row = this.#db
      .prepare<[string, string, number], RevisionRow>(
        `SELECT ${COLUMNS} FROM policy_revisions WHERE folder = ? AND name = ? AND number = ?`,
      )
      .get(folder, name, number);
    return row === undefined ? undefined : toRevision(row);
  }

  #insert(folder: string, revision: NewRevision): boolean {
    const before = this.latest(folder).get(revision.name);
    if (before?.hash === revision.hash && before.removed === (revision.text === undefined)) return false;
    this.#db
      .prepare(
        `INSERT INTO policy_revisions (folder, ${COLUMNS}) VALUES (@folder, @name, @number, @kind, @hash, @content, @text, @author, @reason,
         @evidence, @change_id, @at_ms)`,
      )
      .run({
        folder,
        name: revision.name,
        number: (before?.number ?? 0) + 1,
        kind: revision.kind,
        hash: Buffer.from(revision.hash, 'hex'),
        content: packJson(revision.content),
        text: revision.text === undefined ? null : packJson(revision.text),
        author: revision.author ?? null,
        reason: revision.reason ?? null,
        evidence: JSON.stringify(revision.evidence),
        change_id: revision.change ?? null,
        at_ms: revision.at,
      });
    return true;
  }
}

const toRevision = (row: RevisionRow): StoredRevision => ({
  name: row.name,
  number: row.number,
  kind: row.kind,
  hash: row.hash.toString('hex'),
  content: unpackJson(row.content),
  ...(row.text === null ? {} : { text: unpackJson<string>(row.text) }),
  ...(row.author === null ? {} : { author: row.author }),
  ...(row.reason === null ? {} : { reason: row.reason }),
  evidence: JSON.parse(row.evidence) as string[],
  ...(row.change_id === null ? {} : { change: row.change_id }),
  at: row.at_ms,
});
