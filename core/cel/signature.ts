import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  list,
  map,
  NULL,
  opaque,
  optional,
  param,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
  wrapper,
  type Type,
} from './types.ts';

/** One way to call a function. For a member function the receiver is the first parameter. */
export interface Signature {
  readonly member: boolean;
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** The compatibility minor of Kubernetes that brought it. */
  readonly since: number;
}

const NAMED: ReadonlyMap<string, Type> = new Map(
  Object.entries({
    bool: BOOL,
    int: INT,
    uint: UINT,
    double: DOUBLE,
    string: STRING,
    bytes: BYTES,
    timestamp: TIMESTAMP,
    duration: DURATION,
    dyn: DYN,
    null: NULL,
    quantity: opaque('kubernetes.Quantity'),
    url: opaque('kubernetes.URL'),
    ip: opaque('net.IP'),
    cidr: opaque('net.CIDR'),
    format: opaque('kubernetes.NamedFormat'),
    semver: opaque('kubernetes.Semver'),
    empty: { kind: 'object', name: 'google.protobuf.Empty', fields: new Map() } satisfies Type,
  }),
);

/**
 * Reads a signature as libraries write it: `(list(T), T) bool`, or `string.(int) string` for a member function. Single capital
 * letters are type parameters. The texts are constants of this folder, so a wrong one is a bug and throws.
 */
export function signature(text: string, since: number): Signature {
  const parts = /^(?:(.+)\.)?\((.*)\) (.+)$/.exec(text);
  if (parts === null) throw new Error(`not a signature: ${text}`);
  const [, receiver, args = '', result = ''] = parts;
  const parameters = args === '' ? [] : split(args).map(readType);
  return {
    member: receiver !== undefined,
    parameters: receiver === undefined ? parameters : [readType(receiver), ...parameters],
    result: readType(result),
    since,
  };
}

function readType(text: string): Type {
  const name = text.trim();
  if (/^[A-Z]$/.test(name)) return param(name);
  const known = NAMED.get(name);
  if (known !== undefined) return known;
  const parts = /^(list|map|optional|type|wrapper)\((.*)\)$/.exec(name);
  if (parts === null) throw new Error(`not a type: ${text}`);
  const inner = split(parts[2] ?? '').map(readType);
  const first = inner[0] ?? DYN;
  switch (parts[1]) {
    case 'list':
      return list(first);
    case 'map':
      return map(first, inner[1] ?? DYN);
    case 'optional':
      return optional(first);
    case 'wrapper':
      return wrapper(first);
    default:
      return typeOf(first);
  }
}

/** Splits at the commas outside parentheses. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
