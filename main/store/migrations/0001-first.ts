/**
 * Schema 1. Never edited once released: changes are a file of their own (0002-...).
 *
 * How it hangs together: a run has a rule set and a set of objects (run_sets); an object is one content of one thing, known
 * by its evaluation key; a fact set is what a rule set found on it. Fact sets, bodies, places and summaries are stored once
 * by their hash, so that replicas and repeated scans cost next to nothing.
 */
export const first = `
CREATE TABLE sources (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('cluster', 'manifests', 'snapshot', 'ci')),
  name TEXT NOT NULL,
  colour TEXT NOT NULL,
  production INTEGER NOT NULL CHECK (production IN (0, 1)),
  context TEXT,
  path TEXT,
  server TEXT,
  last_number INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A cluster may be known by its URL and CA first and by its UID later: both lead to one source.
CREATE TABLE source_identities (
  kind TEXT NOT NULL,
  identity TEXT NOT NULL,
  provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  PRIMARY KEY (kind, identity)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_identities_source ON source_identities (source_id);

CREATE TABLE rulesets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  rules TEXT NOT NULL
) STRICT;

CREATE TABLE summaries (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE place_sets (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  data BLOB NOT NULL
) STRICT;

-- Reserved: read and write tokens of CI jobs and clusters. The token itself is never stored.
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('read', 'write')),
  hash BLOB NOT NULL UNIQUE,
  labels TEXT,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ulid TEXT NOT NULL UNIQUE,
  source_id INTEGER NOT NULL REFERENCES sources (id),
  number INTEGER NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('scan', 'test', 'import', 'schedule')),
  status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'incomplete', 'cancelled', 'interrupted', 'failed')),
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  tool_version TEXT NOT NULL,
  kubernetes_minor TEXT,
  bundle_digest TEXT NOT NULL,
  library_hash TEXT NOT NULL,
  policy TEXT NOT NULL,
  labels TEXT NOT NULL,
  git TEXT,
  ci TEXT,
  token_id INTEGER REFERENCES tokens (id),
  server TEXT,
  user TEXT,
  lease_pid INTEGER,
  lease_host TEXT,
  heartbeat_ms INTEGER,
  ruleset_id INTEGER REFERENCES rulesets (id),
  summary_id INTEGER REFERENCES summaries (id),
  place_set_id INTEGER REFERENCES place_sets (id),
  objects INTEGER NOT NULL DEFAULT 0,
  evaluated INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0,
  covered REAL NOT NULL DEFAULT 0,
  critical INTEGER NOT NULL DEFAULT 0,
  high INTEGER NOT NULL DEFAULT 0,
  medium INTEGER NOT NULL DEFAULT 0,
  low INTEGER NOT NULL DEFAULT 0,
  pass INTEGER NOT NULL DEFAULT 0,
  fail INTEGER NOT NULL DEFAULT 0,
  coverage BLOB,
  request_log BLOB,
  error TEXT,
  UNIQUE (source_id, number)
) STRICT;
CREATE INDEX runs_started ON runs (started_ms);
CREATE INDEX runs_open ON runs (status) WHERE status = 'running';
CREATE INDEX runs_ruleset ON runs (ruleset_id);
CREATE INDEX runs_summary ON runs (summary_id);
CREATE INDEX runs_places ON runs (place_set_id);
CREATE INDEX runs_token ON runs (token_id);

-- Bodies compressed together. AUTOINCREMENT: a block that somebody has inflated never comes to mean another.
CREATE TABLE body_blocks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE bodies (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  block_id INTEGER NOT NULL REFERENCES body_blocks (id),
  position INTEGER NOT NULL
) STRICT;
CREATE INDEX bodies_block ON bodies (block_id);

-- AUTOINCREMENT: an id that a screen still holds never comes to mean another object.
CREATE TABLE objects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE,
  body_id INTEGER NOT NULL REFERENCES bodies (id),
  api_version TEXT NOT NULL,
  kind TEXT NOT NULL,
  namespace TEXT,
  name TEXT NOT NULL,
  uid TEXT,
  owner TEXT,
  labels TEXT,
  waivers TEXT,
  declared TEXT,
  flags INTEGER NOT NULL
) STRICT;
CREATE INDEX objects_name ON objects (name, kind);
CREATE INDEX objects_body ON objects (body_id);

-- The resourceVersion at which an object was last found unchanged: the shortcut past its content.
CREATE TABLE seen (
  object_id INTEGER PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE,
  resource_version TEXT NOT NULL
) STRICT;

CREATE TABLE fact_sets (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  verdicts BLOB NOT NULL,
  findings TEXT
) STRICT;

CREATE TABLE facts (
  object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  ruleset_id INTEGER NOT NULL REFERENCES rulesets (id),
  fact_set_id INTEGER NOT NULL REFERENCES fact_sets (id),
  PRIMARY KEY (object_id, ruleset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_set ON facts (fact_set_id);

-- base_id NULL: the whole set stands in added. A base has the same source and the same rule set.
CREATE TABLE run_sets (
  run_id INTEGER PRIMARY KEY REFERENCES runs (id),
  base_id INTEGER REFERENCES run_sets (run_id),
  depth INTEGER NOT NULL,
  size INTEGER NOT NULL,
  hash BLOB NOT NULL,
  added BLOB NOT NULL,
  removed BLOB NOT NULL
) STRICT;
CREATE INDEX run_sets_base ON run_sets (base_id);

-- Since when the findings of an object stand in a source; exceptions by finding.
CREATE TABLE ages (
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  since_ms INTEGER NOT NULL,
  exceptions TEXT,
  PRIMARY KEY (object_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ages_source ON ages (source_id);

-- Since when a rule is judged in a source: nothing is older than its rule.
CREATE TABLE rule_ages (
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  rule TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (source_id, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Work that had to wait for the end of a running scan.
CREATE TABLE chores (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Reserved: regular runs of a source.
CREATE TABLE schedules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  spec TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  next_ms INTEGER
) STRICT;
CREATE INDEX schedules_source ON schedules (source_id);

-- Reserved: every revision of the workspace's files ever seen (decisions.md 19).
CREATE TABLE policy_revisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  hash BLOB NOT NULL,
  content TEXT NOT NULL,
  author TEXT,
  reason TEXT,
  evidence TEXT,
  seen_ms INTEGER NOT NULL,
  UNIQUE (name, hash)
) STRICT;
`;
