/**
 * Schema 3: every revision of a workspace's policies ever seen (decisions.md 19), and what each saved change replaced. A policy is
 * known by its folder and name; the same content may come again, so that hashes are not unique. `content` and `text` are compressed;
 * a policy that was removed has no text. The table of schema 1 was reserved and never written.
 */
export const revisions = `
DROP TABLE policy_revisions;

CREATE TABLE policy_revisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  folder TEXT NOT NULL,
  name TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('edit', 'baseline', 'promotion', 'demotion', 'decision', 'import', 'restore', 'external')),
  hash BLOB NOT NULL,
  content BLOB NOT NULL,
  text BLOB,
  author TEXT,
  reason TEXT,
  evidence TEXT NOT NULL,
  change_id TEXT,
  at_ms INTEGER NOT NULL,
  UNIQUE (folder, name, number)
) STRICT;

CREATE TABLE workspace_changes (
  id TEXT PRIMARY KEY,
  folder TEXT NOT NULL,
  what TEXT NOT NULL,
  files BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX workspace_changes_at ON workspace_changes (at_ms);
`;
