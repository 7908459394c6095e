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
  error TEXT, problems BLOB,
  UNIQUE (source_id, number)
) STRICT;
CREATE INDEX runs_started ON runs (started_ms);
CREATE INDEX runs_open ON runs (status) WHERE status = 'running';
CREATE INDEX runs_ruleset ON runs (ruleset_id);
CREATE INDEX runs_summary ON runs (summary_id);
CREATE INDEX runs_places ON runs (place_set_id);
CREATE INDEX runs_token ON runs (token_id);
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
CREATE TABLE ages (
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  since_ms INTEGER NOT NULL,
  exceptions TEXT,
  PRIMARY KEY (object_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ages_source ON ages (source_id);
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
CREATE TABLE chores (
  name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE schedules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  spec TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  next_ms INTEGER
) STRICT;
CREATE INDEX schedules_source ON schedules (source_id);
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
INSERT INTO sources VALUES (1, 'cluster', 'kind-kind', 'plum', 0, NULL, NULL, NULL, 2);
INSERT INTO source_identities VALUES ('cluster', 'uid-1', 0, 1);
INSERT INTO rulesets VALUES (1, x'4aec2f1a45630111c9f62fba204ed2a7368e83cc41e04bd78e7f64342ebe53fb', '[["a","a@1"],["b","b@1"],["c","c@1"]]');
INSERT INTO summaries VALUES (1, x'e00e9ed952f8e6e92fb49060d42c7dc5ff09d7d6701a4687c0d247e4a9c9bee3', x'ab562a2acd492d56b28a564a548ad551ca4bcc4d2d2e484c86081567e417804493f34bf34a4022863a063018aba3949699979299970e9688ad0500');
INSERT INTO place_sets VALUES (1, x'f1803490b024c493db6446731ba6e40067f620ead800992522832b95941d7604', x'ab564acbcc492d56b28a562a4f4dd2ab4ccccd518ad5512aca2f0789451beb18e818ea18c6c6d60200');
INSERT INTO runs VALUES (1, '01JD0000000000000000000001', 1, 1, 'scan', 'complete', 1795507200000, 1795507260000, '0.1.0', NULL, 'digest', 'library', 'default', '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
INSERT INTO runs VALUES (2, '09F7MMPTPWG8T7W60Y52ADA962', 1, 2, 'scan', 'complete', 1795593600000, 1795507260000, '0.1.0', NULL, 'digest', 'library', 'default', '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, x'8b8e0500', x'8b8e0500', NULL, NULL);
INSERT INTO body_blocks VALUES (1, x'012329ee90ad84baad3c1534d288ecfce28c7cf0983c726281767b6b6bb928b52f8524eb00');
INSERT INTO body_blocks VALUES (2, x'012329ee90ad84baad3c1534d288ecfce28c7cf0983c726281747b8d946a6b01');
INSERT INTO bodies VALUES (1, x'4b447a9526798f4d4526b8bd5ea4ac129ee646aaea9c11bc1049c2f2c1c4a6f6', 1, 0);
INSERT INTO bodies VALUES (2, x'88bca67de8b60684ddf935735875c4fad5471f331506b2c88a37cfec8d44add1', 1, 1);
INSERT INTO bodies VALUES (3, x'c425dcfc909d48eb1f0e151fae510d28e78d1c224e37a41bd67f1fde2250d941', 2, 0);
INSERT INTO objects VALUES (1, x'184babecf688574c66ac8abf2b67f8e711cbeb7fc55f9bffb711418c7a4595c3', 1, 'apps/v1', 'Deployment', 'shop', 'web', '4b5e57f6-eb2f-42b9-039b-3d1e13929295', NULL, '{"app":"web"}', NULL, NULL, 0);
INSERT INTO objects VALUES (2, x'77f12741b1f01519bc71e8e52eb5b9c9ce51db64e18fbf6ce83666725d4743ac', 2, 'apps/v1', 'Deployment', 'shop', 'db', '7bdc25d1-694e-f984-782a-16f6f1710c1c', NULL, '{"app":"db"}', NULL, NULL, 0);
INSERT INTO objects VALUES (3, x'400e73cb3835ee554312bfbd20d78f321c2e4a23957c8c490be5352f5b689398', 3, 'apps/v1', 'Deployment', 'shop', 'web', '4b5e57f6-eb2f-42b9-039b-3d1e13929295', NULL, '{"app":"web"}', NULL, NULL, 0);
INSERT INTO seen VALUES (1, '1');
INSERT INTO seen VALUES (2, '1');
INSERT INTO seen VALUES (3, '1');
INSERT INTO fact_sets VALUES (1, x'9832462d4e85b8e31f293667937b709b', x'020101', '[[0,"spec.replicas",null,"1"]]');
INSERT INTO fact_sets VALUES (2, x'75c8fd04ad916aec3e3d5cb76a452b11', x'010101', NULL);
INSERT INTO fact_sets VALUES (3, x'781ee9fddfc2dfd1a8edf96399996ebd', x'020201', '[[0,"spec.replicas",null,"1"],[1,"spec.replicas",null,"1"]]');
INSERT INTO facts VALUES (1, 1, 1);
INSERT INTO facts VALUES (2, 1, 2);
INSERT INTO facts VALUES (3, 1, 3);
INSERT INTO run_sets VALUES (1, NULL, 0, 2, x'9dcf97a184f32623d11a73124ceb99a5709b083721e878a16d78f596718ba7b2', x'63640400', x'');
INSERT INTO run_sets VALUES (2, NULL, 0, 1, x'084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5', x'630600', x'');
INSERT INTO ages VALUES (1, 1, 1795507200000, NULL);
INSERT INTO ages VALUES (1, 2, 1795507200000, NULL);
INSERT INTO ages VALUES (1, 3, 1795507200000, '[["b","spec.replicas",1795593600000]]');
INSERT INTO rule_ages VALUES (1, 'a', 1795507200000);
INSERT INTO rule_ages VALUES (1, 'b', 1795507200000);
INSERT INTO rule_ages VALUES (1, 'c', 1795507200000);
INSERT INTO settings VALUES ('theme', '"dark"');
INSERT INTO policy_revisions VALUES (1, '/w', 'strict', 1, 'promotion', x'abababababababababababababababababababababababababababababababab', x'358c410a80201045eff2d77681b946cb68613ad0808ea11311e2ddc345cbf7e0bd0ef59941685625181c4c2c4db1fe22720b552e93a220c0a1de891ba8a33cca7549fee034319738c3c8fa620c87707a51d0f6bff7f101', x'53cacecc4bb15208c8cfc94cae540200', NULL, 'it holds', '["01JD0000000000000000000001"]', NULL, 1795939200000);
INSERT INTO workspace_changes VALUES ('01JD0000000000000000000001', '/w', 'Promoted', x'8bae564acbcc4955b2524ad4ab4ccccd51d2514a4c2b492d52b252aa50aa8d0500', 1795939200000);
PRAGMA user_version = 3;
