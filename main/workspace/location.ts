import path from 'node:path';

/**
 * Where the workspace folder lies: what was asked for, else `PLIMSOLL_WORKSPACE`, else beside the database (decisions.md 12 and 19).
 * Absolute; it need not exist.
 */
export function workspaceLocation(around: {
  readonly asked?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly database: string;
}): string {
  const named = around.asked ?? (around.env['PLIMSOLL_WORKSPACE'] || undefined);
  return path.resolve(named ?? path.join(path.dirname(around.database), 'workspace'));
}
