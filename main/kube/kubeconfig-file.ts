import { dirname, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { err, ok, type Result } from '#core/result.ts';
import type { ExecConfig, Impersonation, NamedCluster, NamedContext, NamedUser, Pem } from './kubeconfig-model.ts';
import { yamlReason } from './yaml-reason.ts';

/** One kubeconfig file, checked. Reading is strict where kubectl is strict (duplicate names, shapes) and lenient where it is (unknown keys). */
export interface KubeconfigFile {
  readonly clusters: readonly NamedCluster[];
  readonly users: readonly NamedUser[];
  readonly contexts: readonly NamedContext[];
  readonly currentContext?: string;
}

/** A reason and a line. Never the text of the file: its lines are credentials. */
export interface FileFault {
  readonly reason: string;
  readonly line?: number;
}

type Path = readonly (string | number)[];

/** Thrown inside this module only, so that the readers below stay flat. */
class Fault extends Error {
  readonly path: Path;
  constructor(path: Path, reason: string) {
    super(reason);
    this.path = path;
  }
}

const show = (path: Path): string =>
  path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');

type Fields = Readonly<Record<string, unknown>>;

/** The value at a path with YAML's usual types. */
type Typed = (path: Path) => unknown;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every scalar was read as text (YAML schema failsafe), so that a token of digits keeps its zeros; these texts mean "absent". */
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || value === '~' || value === 'null';

function text(fields: Fields, key: string, path: Path): string | undefined {
  const value = fields[key];
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') throw new Fault([...path, key], 'must be a text');
  return value;
}

function flag(fields: Fields, key: string, path: Path): boolean {
  const value = text(fields, key, path)?.toLowerCase();
  if (value === undefined || ['false', 'no', 'off', 'n'].includes(value)) return false;
  if (['true', 'yes', 'on', 'y'].includes(value)) return true;
  throw new Fault([...path, key], 'must be true or false');
}

function map(fields: Fields, key: string, path: Path): Fields | undefined {
  const value = fields[key];
  if (isAbsent(value)) return undefined;
  if (!isFields(value)) throw new Fault([...path, key], 'must be a mapping');
  return value;
}

function list(fields: Fields, key: string, path: Path): readonly unknown[] {
  const value = fields[key];
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw new Fault([...path, key], 'must be a list');
  return value as readonly unknown[];
}

function texts(fields: Fields, key: string, path: Path): readonly string[] {
  return list(fields, key, path).map((value, i) => {
    if (typeof value !== 'string') throw new Fault([...path, key, i], 'must be a text');
    return value;
  });
}

/** `KEY-data` (base64) or `KEY` (a path relative to the file). */
function pem(fields: Fields, key: string, path: Path, file: string): Pem | undefined {
  const data = text(fields, `${key}-data`, path);
  if (data !== undefined) {
    const compact = data.replaceAll(/\s/gu, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/u.test(compact)) throw new Fault([...path, `${key}-data`], 'is not base64');
    return { kind: 'inline', pem: Buffer.from(compact, 'base64').toString('latin1') };
  }
  const name = text(fields, key, path);
  return name === undefined ? undefined : { kind: 'file', path: resolve(dirname(file), name) };
}

/** Leaves out what is undefined, as exactOptionalPropertyTypes wants it. */
const given = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** The named entries of `clusters`, `users` or `contexts`: `- name: N` with the body under `cluster`, `user` or `context`. */
function entries<T>(
  root: Fields,
  key: string,
  body: string,
  read: (name: string, fields: Fields, path: Path) => T,
): readonly T[] {
  const seen = new Set<string>();
  return list(root, key, []).map((entry, i) => {
    const path = [key, i];
    if (!isFields(entry)) throw new Fault(path, 'must be a mapping with a name');
    const name = text(entry, 'name', path);
    if (name === undefined) throw new Fault(path, 'has no name');
    if (seen.has(name)) throw new Fault(path, 'has a name that was used before in this list');
    seen.add(name);
    return read(name, map(entry, body, path) ?? {}, [...path, body]);
  });
}

const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

/** A plugin gets its extension with numbers and booleans as they are, so that part is read again with YAML's usual types. */
function execExtension(fields: Fields, path: Path, typed: Typed): unknown {
  const index = list(fields, 'extensions', path).findIndex((entry) => isFields(entry) && entry['name'] === EXEC_EXTENSION);
  return index === -1 ? undefined : typed([...path, 'extensions', index, 'extension']);
}

function cluster(name: string, fields: Fields, path: Path, file: string, typed: Typed): NamedCluster {
  return given({
    name,
    file,
    server: text(fields, 'server', path) ?? '',
    ca: pem(fields, 'certificate-authority', path, file),
    insecureSkipTlsVerify: flag(fields, 'insecure-skip-tls-verify', path),
    tlsServerName: text(fields, 'tls-server-name', path),
    proxyUrl: text(fields, 'proxy-url', path),
    execConfig: execExtension(fields, path, typed),
  });
}

function exec(fields: Fields, path: Path): ExecConfig | undefined {
  const body = map(fields, 'exec', path);
  if (body === undefined) return undefined;
  const at = [...path, 'exec'];
  const env = list(body, 'env', at).map((entry, i): readonly [string, string] => {
    const where = [...at, 'env', i];
    if (!isFields(entry)) throw new Fault(where, 'must be a mapping with name and value');
    return [text(entry, 'name', where) ?? '', text(entry, 'value', where) ?? ''];
  });
  return given({
    apiVersion: text(body, 'apiVersion', at) ?? '',
    command: text(body, 'command', at) ?? '',
    args: texts(body, 'args', at),
    env: Object.fromEntries(env),
    installHint: text(body, 'installHint', at),
    interactiveMode: text(body, 'interactiveMode', at),
    provideClusterInfo: flag(body, 'provideClusterInfo', at),
  });
}

function impersonation(fields: Fields, path: Path): Impersonation | undefined {
  const extra = map(fields, 'as-user-extra', path) ?? {};
  const found: Impersonation = given({
    user: text(fields, 'as', path),
    uid: text(fields, 'as-uid', path),
    groups: texts(fields, 'as-groups', path),
    extra: Object.fromEntries(Object.keys(extra).map((key) => [key, texts(extra, key, [...path, 'as-user-extra'])])),
  });
  const asked = found.user !== undefined || found.uid !== undefined || found.groups.length > 0 || Object.keys(extra).length > 0;
  return asked ? found : undefined;
}

function user(name: string, fields: Fields, path: Path, file: string): NamedUser {
  const tokenFile = text(fields, 'tokenFile', path);
  const provider = map(fields, 'auth-provider', path);
  return given({
    name,
    file,
    clientCertificate: pem(fields, 'client-certificate', path, file),
    clientKey: pem(fields, 'client-key', path, file),
    token: text(fields, 'token', path),
    tokenFile: tokenFile === undefined ? undefined : resolve(dirname(file), tokenFile),
    username: text(fields, 'username', path),
    password: text(fields, 'password', path),
    exec: exec(fields, path),
    authProvider: provider === undefined ? undefined : (text(provider, 'name', [...path, 'auth-provider']) ?? 'unnamed'),
    impersonate: impersonation(fields, path),
  });
}

const context = (name: string, fields: Fields, path: Path, file: string): NamedContext =>
  given({
    name,
    file,
    cluster: text(fields, 'cluster', path) ?? '',
    user: text(fields, 'user', path) ?? '',
    namespace: text(fields, 'namespace', path),
  });

function convert(root: unknown, file: string, typed: Typed): KubeconfigFile {
  if (isAbsent(root)) return { clusters: [], users: [], contexts: [] };
  if (!isFields(root)) throw new Fault([], 'is not a mapping');
  const kind = text(root, 'kind', []);
  if (kind !== undefined && kind !== 'Config') throw new Fault(['kind'], 'is not Config');
  return given({
    clusters: entries(root, 'clusters', 'cluster', (name, fields, path) => cluster(name, fields, path, file, typed)),
    users: entries(root, 'users', 'user', (name, fields, path) => user(name, fields, path, file)),
    contexts: entries(root, 'contexts', 'context', (name, fields, path) => context(name, fields, path, file)),
    currentContext: text(root, 'current-context', []),
  });
}

/** The line of the node at a path, or of its nearest parent that stands in the file. */
function lineOf(document: Document, path: Path, lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) return lines.linePos(start).line;
  }
  return undefined;
}

/** Reads the text of one kubeconfig. An empty file is an empty configuration. JSON is YAML too. */
export function parseKubeconfig(content: string, file: string): Result<KubeconfigFile, FileFault> {
  const lines = new LineCounter();
  const document = parseDocument(content, {
    schema: 'failsafe',
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) return err({ reason: yamlReason(error.code), line: lines.linePos(error.pos[0]).line });
  try {
    const typed: Typed = (path) => {
      const node = parseDocument(content, { merge: true, logLevel: 'error' });
      const found: unknown = node.getIn(path);
      return isNode(found) ? found.toJS(node, { maxAliasCount: 50 }) : found;
    };
    return ok(convert(document.toJS({ maxAliasCount: 50 }), file, typed));
  } catch (fault) {
    if (!(fault instanceof Fault)) return err({ reason: 'its YAML aliases cannot be resolved' });
    const line = lineOf(document, fault.path, lines);
    const reason = fault.path.length === 0 ? `it ${fault.message}` : `${show(fault.path)} ${fault.message}`;
    return err(line === undefined ? { reason } : { reason, line });
  }
}
