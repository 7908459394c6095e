import type { SourceIdentity } from '#core/inventory/model.ts';
import type { AppError, SourceKind } from '#core/model.ts';
import { ok, err } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Connection } from './database.ts';
import { attempt, missing, StoreFailure } from './errors.ts';

/** Colours that a source may have, in the order in which new sources get them. */
export const SOURCE_COLOURS = ['plum', 'teal', 'amber', 'blue', 'moss', 'brick', 'slate', 'rose'] as const;

export interface StoredSource {
  readonly id: number;
  readonly kind: SourceKind;
  readonly name: string;
  readonly colour: string;
  readonly production: boolean;
  readonly context?: string;
  readonly path?: string;
  readonly server?: string;
  /** Runs of any status. */
  readonly runs: number;
}

/** What is known of a source when a run begins. `provisionalIdentity` joins what was scanned before the UID was readable. */
export interface OpenSource extends SourceIdentity {
  readonly provisionalIdentity?: string;
  /** Taken only when the source is new: a person may have changed it since. */
  readonly production?: boolean;
  readonly context?: string;
  readonly path?: string;
  readonly server?: string;
}

export interface SourcePatch {
  readonly name?: string;
  readonly colour?: string;
  readonly production?: boolean;
}

interface SourceRow {
  id: number;
  kind: SourceKind;
  name: string;
  colour: string;
  production: number;
  context: string | null;
  path: string | null;
  server: string | null;
  runs: number;
}

const SELECT = `SELECT s.*, (SELECT count(*) FROM runs r WHERE r.source_id = s.id) AS runs FROM sources s`;

/** Where runs come from, each known by one or several identities (decisions.md 5). */
export class Sources {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Finds or makes the source; joins a provisional one to the UID once both are known. */
  open(source: OpenSource): Result<StoredSource, AppError> {
    return attempt(this.#db.name, () => this.#db.transaction(() => this.#open(source)).immediate());
  }

  list(): StoredSource[] {
    return this.#db.prepare<[], SourceRow>(`${SELECT} ORDER BY s.id`).all().map(toSource);
  }

  get(id: number): StoredSource | undefined {
    const row = this.#db.prepare<[number], SourceRow>(`${SELECT} WHERE s.id = ?`).get(id);
    return row === undefined ? undefined : toSource(row);
  }

  /** The identity a source is best known by: a certain one before a provisional one. */
  identity(id: number): { readonly identity: string; readonly provisional: boolean } {
    const row = this.#db
      .prepare<[number], { identity: string; provisional: number }>(
        'SELECT identity, provisional FROM source_identities WHERE source_id = ? ORDER BY provisional, identity LIMIT 1',
      )
      .get(id);
    if (row === undefined) throw new StoreFailure(missing(`Source ${id} is not known`, this.#db.name));
    return { identity: row.identity, provisional: row.provisional === 1 };
  }

  update(id: number, patch: SourcePatch): Result<StoredSource, AppError> {
    const changed = attempt(this.#db.name, () => {
      this.#db
        .prepare(
          `UPDATE sources SET name = coalesce(?, name), colour = coalesce(?, colour), production = coalesce(?, production) WHERE id = ?`,
        )
        .run(patch.name ?? null, patch.colour ?? null, patch.production === undefined ? null : Number(patch.production), id);
      return this.get(id);
    });
    if (!changed.ok) return changed;
    return changed.value === undefined ? err(missing(`Source ${id} is not known`, this.#db.name)) : ok(changed.value);
  }

  #open(source: OpenSource): StoredSource {
    const known = this.#byIdentity(source.kind, source.identity);
    const earlier =
      source.provisionalIdentity === undefined ? undefined : this.#byIdentity(source.kind, source.provisionalIdentity);
    // The same address with another UID is another cluster: it was deleted and made anew.
    const joinable = earlier !== undefined && (earlier === known || !this.#hasUid(earlier)) ? earlier : undefined;
    const id = known ?? joinable ?? this.#create(source);
    if (joinable !== undefined && joinable !== id) this.#merge(joinable, id);
    this.#remember(source.kind, source.identity, source.provisional, id);
    if (source.provisionalIdentity !== undefined) this.#remember(source.kind, source.provisionalIdentity, true, id);
    this.#db
      .prepare(
        `UPDATE sources SET context = coalesce(?, context), path = coalesce(?, path), server = coalesce(?, server) WHERE id = ?`,
      )
      .run(source.context ?? null, source.path ?? null, source.server ?? null, id);
    const stored = this.get(id);
    if (stored === undefined) throw new StoreFailure(missing(`Source ${id} is not known`, this.#db.name));
    return stored;
  }

  #byIdentity(kind: SourceKind, identity: string): number | undefined {
    return this.#db
      .prepare<[string, string], number>('SELECT source_id FROM source_identities WHERE kind = ? AND identity = ?')
      .pluck()
      .get(kind, identity);
  }

  #hasUid(id: number): boolean {
    return this.#db.prepare('SELECT 1 FROM source_identities WHERE source_id = ? AND provisional = 0').get(id) !== undefined;
  }

  #create(source: OpenSource): number {
    const count = this.#db.prepare<[], number>('SELECT count(*) FROM sources').pluck().get() ?? 0;
    const colour = SOURCE_COLOURS[count % SOURCE_COLOURS.length] ?? SOURCE_COLOURS[0];
    const made = this.#db
      .prepare('INSERT INTO sources (kind, name, colour, production) VALUES (?, ?, ?, ?)')
      .run(source.kind, source.name, colour, Number(source.production ?? false));
    return Number(made.lastInsertRowid);
  }

  #remember(kind: SourceKind, identity: string, provisional: boolean, id: number): void {
    this.#db
      .prepare(
        `INSERT INTO source_identities (kind, identity, provisional, source_id) VALUES (?, ?, ?, ?)
         ON CONFLICT (kind, identity) DO UPDATE SET source_id = excluded.source_id, provisional = excluded.provisional`,
      )
      .run(kind, identity, Number(provisional), id);
  }

  /** Moves everything of one source to another; its runs are numbered on. */
  #merge(from: number, to: number): void {
    const run = (sql: string): unknown => this.#db.prepare(sql).run({ from, to });
    const next = this.#db
      .prepare<[number], number>('UPDATE sources SET last_number = last_number + 1 WHERE id = ? RETURNING last_number')
      .pluck();
    const move = this.#db.prepare('UPDATE runs SET source_id = ?, number = ? WHERE id = ?');
    const runs = this.#db.prepare<[number], number>('SELECT id FROM runs WHERE source_id = ? ORDER BY id').pluck().all(from);
    for (const id of runs) move.run(to, next.get(to), id);
    run(`INSERT INTO ages (source_id, object_id, since_ms, exceptions) SELECT @to, object_id, since_ms, exceptions FROM ages WHERE source_id = @from
         ON CONFLICT (object_id, source_id) DO UPDATE SET since_ms = min(since_ms, excluded.since_ms)`);
    run(`INSERT INTO rule_ages (source_id, rule, since_ms) SELECT @to, rule, since_ms FROM rule_ages WHERE source_id = @from
         ON CONFLICT (source_id, rule) DO UPDATE SET since_ms = min(since_ms, excluded.since_ms)`);
    run(`UPDATE source_identities SET source_id = @to WHERE source_id = @from`);
    run(`UPDATE schedules SET source_id = @to WHERE source_id = @from`);
    run(`DELETE FROM sources WHERE id = @from AND @to`);
  }
}

const toSource = (row: SourceRow): StoredSource => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  colour: row.colour,
  production: row.production === 1,
  ...(row.context === null ? {} : { context: row.context }),
  ...(row.path === null ? {} : { path: row.path }),
  ...(row.server === null ? {} : { server: row.server }),
  runs: row.runs,
});
