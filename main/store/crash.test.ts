import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openAt, scan, temporaryFolder, unwrap } from '#test/store.ts';

const CHILD = fileURLToPath(new URL('../../test/store-crash-child.ts', import.meta.url));
const KILLS = 20;

/** Lets a process scan and kills it after a while; gives what it said it had finished or begun to delete. */
async function scanAndKill(
  folder: string,
  afterMs: number,
): Promise<{ readonly finished: readonly string[]; readonly deleting: ReadonlySet<string> }> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => said.push(line));
  await once(lines, 'line');
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await once(child, 'close');
  const named = (what: string): string[] =>
    said.filter((line) => line.startsWith(what)).map((line) => line.slice(what.length + 1));
  return { finished: named('finished'), deleting: new Set(named('deleting')) };
}

it(`survives ${KILLS} kills at random moments: it opens, nothing finished is lost, the rest is marked interrupted`, async () => {
  using folder = temporaryFolder();
  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { finished, deleting } = await scanAndKill(folder.path, Math.random() * 250);
    const store = openAt(folder.path);
    const { runs } = store.runs.list({ limit: 500 });
    expect(runs.map((run) => run.status).filter((status) => !['complete', 'cancelled', 'interrupted'].includes(status))).toEqual(
      [],
    );
    const there = new Set(runs.map((run) => run.id));
    expect(finished.filter((id) => !there.has(id) && !deleting.has(id))).toEqual([]);
    for (const run of runs) expect([...store.scans.objects(run.id)].length).toBe(run.status === 'interrupted' ? 0 : 100);
    interrupted += runs.filter((run) => run.status === 'interrupted').length;
    for (const run of runs.slice(10)) unwrap(store.deleteRun(run.id));
    store.close();
    const db = new Database(store.file, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  }
  expect(interrupted).toBeGreaterThan(0);
  const store = openAt(folder.path);
  const last = scan(store, [{ name: 'after' }]);
  expect([...store.scans.objects(last.id)]).toHaveLength(1);
  store.close();
}, 240_000);
