import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Connection } from './database.ts';
import { attempt, missing } from './errors.ts';
import type { RunSets } from './run-sets.ts';
import { freeBodies, hasDeadBodies } from './sweep-bodies.ts';

/** Takes a run out of the history. What stood on its set is rewritten first; what only it used is freed by `sweep`. */
export function deleteRun(db: Connection, sets: RunSets, runId: string): Result<void, AppError> {
  const found = attempt(db.name, () =>
    db.prepare<[string], { id: number; status: string }>('SELECT id, status FROM runs WHERE ulid = ?').get(runId),
  );
  if (!found.ok) return found;
  const run = found.value;
  if (run === undefined) return err(missing(`Run ${runId} is not known`, db.name));
  if (run.status === 'running') {
    return err({
      code: 'busy',
      what: 'A running scan cannot be deleted',
      where: `run ${runId}`,
      why: 'It is still being written.',
      next: 'Cancel it first, or wait for its end.',
    });
  }
  const done = attempt(db.name, () => {
    db.transaction(() => {
      sets.remove(run.id);
      db.prepare('DELETE FROM runs WHERE id = ?').run(run.id);
    }).immediate();
    sweep(db, sets);
  });
  return done.ok ? ok(undefined) : done;
}

/**
 * Frees every row that no run uses any more, those of crashed scans too. While any scan runs, in whatever process, nothing is
 * freed (it may stand on rows that no finished run has); the end of that scan sweeps again. Gives whether it could sweep.
 */
export function sweep(db: Connection, sets: RunSets): boolean {
  const swept = db
    .transaction(() => {
      if (db.prepare(`SELECT 1 FROM runs WHERE status = 'running'`).get() !== undefined) {
        db.prepare(`INSERT INTO chores (name) VALUES ('sweep') ON CONFLICT DO NOTHING`).run();
        return false;
      }
      freeObjects(db, sets);
      // Their bodies take more than this transaction: a crash must not make anybody forget them.
      db.prepare(`INSERT INTO chores (name) VALUES ('bodies') ON CONFLICT DO NOTHING`).run();
      db.prepare(`DELETE FROM chores WHERE name = 'sweep'`).run();
      return true;
    })
    .immediate();
  if (!swept) return false;
  freeBodies(db);
  db.transaction(() => {
    // Another process may have freed objects meanwhile: their bodies are its own chore, and it has not done it yet.
    if (!hasDeadBodies(db)) db.prepare(`DELETE FROM chores WHERE name = 'bodies'`).run();
  }).immediate();
  db.pragma('incremental_vacuum');
  // What was deleted is overwritten in the file by secure_delete; the log still had it.
  db.pragma('wal_checkpoint(TRUNCATE)');
  return true;
}

/** Sweeps where a deletion had to leave it undone, or did not come to its end. */
export function sweepIfDue(db: Connection, sets: RunSets): void {
  if (db.prepare(`SELECT 1 FROM chores WHERE name IN ('sweep', 'bodies')`).get() !== undefined) sweep(db, sets);
}

function freeObjects(db: Connection, sets: RunSets): void {
  const used = usedObjects(sets);
  const facts = db.prepare<[], [number, number]>('SELECT object_id, ruleset_id FROM facts').raw();
  const loose: [number, number][] = [];
  for (const [object, ruleset] of facts.iterate()) if (!used.has(object, ruleset)) loose.push([object, ruleset]);
  const dropFact = db.prepare('DELETE FROM facts WHERE object_id = ? AND ruleset_id = ?');
  for (const pair of loose) dropFact.run(...pair);
  const run = (sql: string): unknown => db.prepare(sql).run();
  // Seen rows and ages go with their objects.
  run('DELETE FROM objects WHERE NOT EXISTS (SELECT 1 FROM facts f WHERE f.object_id = objects.id)');
  run('DELETE FROM fact_sets WHERE id NOT IN (SELECT fact_set_id FROM facts)');
  run('DELETE FROM summaries WHERE id NOT IN (SELECT summary_id FROM runs WHERE summary_id IS NOT NULL)');
  run('DELETE FROM place_sets WHERE id NOT IN (SELECT place_set_id FROM runs WHERE place_set_id IS NOT NULL)');
  run(
    `DELETE FROM rulesets WHERE id NOT IN (SELECT ruleset_id FROM runs WHERE ruleset_id IS NOT NULL UNION SELECT ruleset_id FROM facts)`,
  );
}

/**
 * Which facts the stored sets need. A delta's base has the same rule set, and its objects are marked through its own record:
 * so the added ids of every record are all.
 */
function usedObjects(sets: RunSets): { has(object: number, ruleset: number): boolean } {
  const marks = new Map<number, Uint8Array>();
  for (const record of sets.records()) {
    const top = record.added.at(-1) ?? 0;
    let bits = marks.get(record.rulesetId) ?? new Uint8Array(0);
    if (bits.length <= top >> 3) {
      const wider = new Uint8Array(Math.max((top >> 3) + 1, bits.length * 2));
      wider.set(bits);
      bits = wider;
    }
    marks.set(record.rulesetId, bits);
    for (const id of record.added) bits[id >>> 3] = (bits[id >>> 3] ?? 0) | (1 << (id & 7));
  }
  return { has: (object, ruleset) => ((marks.get(ruleset)?.[object >>> 3] ?? 0) & (1 << (object & 7))) !== 0 };
}
