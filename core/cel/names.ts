import type { LiteralType } from './ast.ts';
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
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
  type Type,
} from './types.ts';

/** The types of literals. */
export const LITERAL_TYPES: Readonly<Record<LiteralType, Type>> = {
  null: NULL,
  bool: BOOL,
  int: INT,
  uint: UINT,
  double: DOUBLE,
  string: STRING,
  bytes: BYTES,
};

const NAMED_TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ...[BOOL, INT, UINT, DOUBLE, STRING, BYTES].map((type): [string, Type] => [type.kind, typeOf(type)]),
  ['list', typeOf(list(DYN))],
  ['map', typeOf(map(DYN, DYN))],
  ['null_type', typeOf(NULL)],
  ['type', typeOf(typeOf(undefined))],
  ['optional_type', typeOf(opaque('optional_type'))],
  ['google.protobuf.Timestamp', typeOf(TIMESTAMP)],
  ['google.protobuf.Duration', typeOf(DURATION)],
]);

/** Libraries that name their types, and the minor that brought them. The other types of libraries have no name to write. */
const SINCE_30: ReadonlyMap<string, Type> = new Map(['net.IP', 'net.CIDR'].map((name) => [name, typeOf(opaque(name))]));

/** The type of a name that stands for a type, as in `type(x) == int`. */
export const namedType = (name: string, minor: number): Type | undefined =>
  NAMED_TYPES.get(name) ?? (minor >= 30 ? SINCE_30.get(name) : undefined);

/** cel-go takes any name whose value is a type for the name of a type, even that of a variable. */
export const standsForType = (name: string, type: Type | undefined, minor: number): boolean =>
  type?.kind === 'type' && namedType(name, minor) !== undefined;

/**
 * What a name may mean inside a container, innermost first: in `a.b` the name `x` is `a.b.x`, `a.x` or `x` (cel-spec,
 * doc/langdef.md, "Name Resolution").
 */
export function candidateNames(name: string, container: string): readonly string[] {
  const out: string[] = [];
  for (let at = container; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) out.push(`${at}.${name}`);
  return [...out, name];
}
