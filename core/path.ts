/**
 * Paths into an object, one grammar everywhere (decisions.md 3):
 * `spec.containers[name=web].env[name=A].value`, `metadata.labels['a.b/c']`, `ports[containerPort=80,protocol=UDP]`, `args[2]`.
 *
 * A list element is named by its map key where that is unique in the list, so that a path survives reordering.
 */
import { Double, isArray, own, type JsonArray, type JsonValue } from './json.ts';
import { err, ok, type Result } from './result.ts';

/** A field by its name, a list element by its position, or a list element by its map keys. */
export type PathStep = string | number | ElementStep;

/** Which element of a list: every key must have that value. Values are text: `80` stands for the number and the string alike. */
export interface ElementStep {
  readonly keys: readonly (readonly [key: string, value: string])[];
}

export type Path = readonly PathStep[];

export interface PathSyntaxError {
  /** Offset in the text, from 0. */
  readonly position: number;
  /** What should have stood there, e.g. `a field name`. */
  readonly expected: string;
}

/** Values that the API server fills in where a map key is absent: files and live objects must give the same path. */
const ABSENT: ReadonlyMap<string, string> = new Map([
  ['protocol', 'TCP'],
  ['whenUnsatisfiable', 'DoNotSchedule'],
]);

/**
 * List map keys by field name, the first that fits an element: `x-kubernetes-list-map-keys` and `x-kubernetes-patch-merge-key`
 * of the OpenAPI documents of kube-apiserver 1.30 to 1.36. Every other list is tried with `name`.
 */
const MAP_KEYS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['ports', [['containerPort', 'protocol'], ['port', 'protocol'], ['name']]],
  ['volumeMounts', [['mountPath']]],
  ['volumeDevices', [['devicePath']]],
  ['hostAliases', [['ip']]],
  ['hostIPs', [['ip']]],
  ['podIPs', [['ip']]],
  ['topologySpreadConstraints', [['topologyKey', 'whenUnsatisfiable']]],
  ['conditions', [['type']]],
  ['addresses', [['type']]],
  ['ownerReferences', [['uid']]],
  ['reservedFor', [['uid']]],
]);
const BY_NAME: readonly (readonly string[])[] = [['name']];

/** The keys that tell the elements of a list apart, by the list's field: the first of which an element has all. */
export const mapKeysOf = (field: string): readonly (readonly string[])[] => MAP_KEYS.get(field) ?? BY_NAME;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PLAIN_VALUE = /^[A-Za-z0-9_./:-]+$/;

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const formatKey = (key: string): string => (IDENTIFIER.test(key) ? key : quote(key));
const formatValue = (value: string): string => (PLAIN_VALUE.test(value) ? value : quote(value));

/** The text of a path, after that of what it starts from; the empty path, which means the object itself, is the empty text. */
export function formatPath(steps: Path, from = ''): string {
  let text = from;
  for (const step of steps) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (typeof step !== 'string')
      text += `[${step.keys.map(([key, value]) => `${formatKey(key)}=${formatValue(value)}`).join(',')}]`;
    else if (!IDENTIFIER.test(step)) text += `[${quote(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Reads what `formatPath` writes. */
export function parsePath(text: string): Result<readonly PathStep[], PathSyntaxError> {
  const steps: PathStep[] = [];
  let position = 0;
  while (position < text.length) {
    const bracket = text[position] === '[';
    if (!bracket && steps.length > 0) {
      if (text[position] !== '.') return err({ position, expected: "'.' or '['" });
      position += 1;
    }
    const read = bracket ? readBracket(text, position + 1) : readName(text, position);
    if (!read.ok) return read;
    steps.push(read.value.step);
    position = read.value.end;
  }
  return ok(steps);
}

interface Read<T> {
  readonly step: T;
  readonly end: number;
}
type ReadResult<T> = Result<Read<T>, PathSyntaxError>;

/** Sticky patterns: each begins where it is told to (`lastIndex`). */
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED = /'(?:[^']|'')*'/y;
const INDEX = /(?:0|[1-9][0-9]{0,14})(?=\])/y;
const VALUE = /[A-Za-z0-9_./:-]+/y;

function readPattern(text: string, position: number, pattern: RegExp, expected: string): ReadResult<string> {
  pattern.lastIndex = position;
  const found = pattern.exec(text)?.[0];
  return found === undefined ? err({ position, expected }) : ok({ step: found, end: position + found.length });
}

const readName = (text: string, position: number): ReadResult<string> => readPattern(text, position, NAME, 'a field name');

function readQuoted(text: string, position: number): ReadResult<string> {
  const raw = readPattern(text, position, QUOTED, 'a closing quote');
  return raw.ok ? ok({ step: raw.value.step.slice(1, -1).replaceAll("''", "'"), end: raw.value.end }) : raw;
}

/** What stands in brackets, from behind the opening one: an index, a quoted field name, or map keys. */
function readBracket(text: string, start: number): ReadResult<PathStep> {
  if (/[0-9]/.test(text[start] ?? '')) {
    const index = readPattern(text, start, INDEX, "an index and ']'");
    return index.ok ? ok({ step: Number(index.value.step), end: index.value.end + 1 }) : index;
  }
  const keys: [string, string][] = [];
  let position = start;
  for (;;) {
    const key = text[position] === "'" ? readQuoted(text, position) : readName(text, position);
    if (!key.ok) return key;
    position = key.value.end;
    const isField = keys.length === 0 && text[start] === "'" && text[position] === ']';
    if (isField) return ok({ step: key.value.step, end: position + 1 });
    if (text[position] !== '=') return err({ position, expected: "'='" });
    position += 1;
    const value = text[position] === "'" ? readQuoted(text, position) : readPattern(text, position, VALUE, 'a value');
    if (!value.ok) return value;
    keys.push([key.value.step, value.value.step]);
    position = value.value.end;
    if (text[position] === ']') return ok({ step: { keys }, end: position + 1 });
    if (text[position] !== ',') return err({ position, expected: "',' or ']'" });
    position += 1;
  }
}

/** A scalar as it is written in a path; undefined for what cannot name an element. */
function keyText(value: JsonValue | undefined): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value instanceof Double ? String(value.value) : undefined;
  }
}

const valueOfKey = (element: JsonValue | undefined, key: string): string | undefined => {
  const value = own(element, key);
  return value === undefined || value === null ? ABSENT.get(key) : keyText(value);
};

const matches = (element: JsonValue | undefined, step: ElementStep): boolean =>
  step.keys.every(([key, value]) => valueOfKey(element, key) === value);

/**
 * How an element of a list is named in a path: by its map keys where they are there and unique in this list, else by its index.
 * `field` is the name of the field that holds the list, e.g. `containers`.
 */
export function elementStep(field: string, list: JsonArray, index: number): PathStep {
  const element = list[index];
  for (const candidate of mapKeysOf(field)) {
    const keys: [string, string][] = [];
    for (const key of candidate) {
      const value = valueOfKey(element, key);
      if (value === undefined) break;
      keys.push([key, value]);
    }
    if (keys.length !== candidate.length) continue;
    const step = { keys };
    return list.some((other, at) => at !== index && matches(other, step)) ? index : step;
  }
  return index;
}

/** The position of the element that a step names in a list; undefined where there is none. */
export function elementIndex(list: JsonArray, step: number | ElementStep): number | undefined {
  if (typeof step === 'number') return step < list.length ? step : undefined;
  const found = list.findIndex((element) => matches(element, step));
  return found === -1 ? undefined : found;
}

/** The value at a path; undefined where a step leads nowhere. Follows own properties only. */
export function resolvePath(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  let current = value;
  for (const step of path) {
    if (typeof step === 'string') current = own(current, step);
    else {
      if (!isArray(current)) return undefined;
      const index = elementIndex(current, step);
      current = index === undefined ? undefined : current[index];
    }
  }
  return current;
}
