import type { Connection } from './database.ts';

/** Who holds a running scan (decisions.md 12): a process of a machine that gives a sign of life now and then. */
export interface Lease {
  readonly pid: number;
  readonly host: string;
}

/** A process of another machine that was silent for so long is dead. */
export const SILENT_MS = 60_000;
/** A living process of this machine may have slept with its laptop; after so long its number belongs to someone else. */
export const ASLEEP_MS = 12 * 3_600_000;

interface LeaseRow {
  id: number;
  ulid: string;
  lease_pid: number | null;
  lease_host: string | null;
  heartbeat_ms: number | null;
}

/** Running runs whose holder is gone. */
export function staleRuns(
  db: Connection,
  host: string,
  now: number,
  isAlive: (pid: number) => boolean,
): readonly { readonly id: number; readonly ulid: string }[] {
  const rows = db
    .prepare<[], LeaseRow>(`SELECT id, ulid, lease_pid, lease_host, heartbeat_ms FROM runs WHERE status = 'running'`)
    .all();
  return rows.filter((row) => isStale(row, host, now, isAlive));
}

function isStale(row: LeaseRow, host: string, now: number, isAlive: (pid: number) => boolean): boolean {
  const silent = now - (row.heartbeat_ms ?? 0);
  if (row.lease_pid === null || row.lease_host !== host) return silent > SILENT_MS;
  return !isAlive(row.lease_pid) || silent > ASLEEP_MS;
}
