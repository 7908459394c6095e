/** The checker's types. */
export type Type =
  /** `nullable`: a wrapper of protocol buffers, which differs only in that it may be compared with null. */
  | { readonly kind: SimpleKind; readonly nullable?: true }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  /** A type of a library (`kubernetes.Quantity`), or `optional_type`, by name and parameters. */
  | { readonly kind: 'opaque'; readonly name: string; readonly parameters: readonly Type[] }
  /** The type of types. */
  | { readonly kind: 'type'; readonly of: Type | undefined }
  | { readonly kind: 'param'; readonly name: string }
  /** An object with known fields, such as `variables`. */
  | { readonly kind: 'object'; readonly name: string; readonly fields: ReadonlyMap<string, Type> };

type SimpleKind = 'dyn' | 'error' | 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration';

const simple = (kind: SimpleKind): Type => ({ kind });

export const DYN = simple('dyn');
export const ERROR = simple('error');
export const NULL = simple('null');
export const BOOL = simple('bool');
export const INT = simple('int');
export const UINT = simple('uint');
export const DOUBLE = simple('double');
export const STRING = simple('string');
export const BYTES = simple('bytes');
export const TIMESTAMP = simple('timestamp');
export const DURATION = simple('duration');

export const list = (element: Type): Type => ({ kind: 'list', element });
export const map = (key: Type, value: Type): Type => ({ kind: 'map', key, value });
export const opaque = (name: string, ...parameters: readonly Type[]): Type => ({ kind: 'opaque', name, parameters });
export const optional = (of: Type): Type => opaque('optional_type', of);
export const typeOf = (of: Type | undefined): Type => ({ kind: 'type', of });
export const param = (name: string): Type => ({ kind: 'param', name });

export const isOptional = (type: Type): type is Extract<Type, { kind: 'opaque' }> =>
  type.kind === 'opaque' && type.name === 'optional_type';

export const wrapper = (of: Type): Type => (isSimple(of) ? { ...of, nullable: true } : of);

const isSimple = (type: Type): type is Extract<Type, { readonly nullable?: true }> =>
  type.kind !== 'list' &&
  type.kind !== 'map' &&
  type.kind !== 'opaque' &&
  type.kind !== 'type' &&
  type.kind !== 'param' &&
  type.kind !== 'object';

export const isNullable = (type: Type): boolean => isSimple(type) && type.nullable === true;

/** The types inside a type. */
export function parametersOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'map':
      return [type.key, type.value];
    case 'opaque':
      return type.parameters;
    case 'type':
      return type.of === undefined ? [] : [type.of];
    default:
      return [];
  }
}

/** The same type around other inner types. */
export function withParameters(type: Type, inner: readonly Type[]): Type {
  const [first, second] = inner;
  switch (type.kind) {
    case 'list':
      return list(first ?? DYN);
    case 'map':
      return map(first ?? DYN, second ?? DYN);
    case 'opaque':
      return opaque(type.name, ...inner);
    case 'type':
      return typeOf(first);
    default:
      return type;
  }
}

/** The type's own name, without what it holds. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'opaque':
    case 'object':
    case 'param':
      return type.name;
    case 'error':
      return '!error!';
    default:
      return type.kind;
  }
}

/** As cel-go writes types: in messages `duration`, as the type of a result `google.protobuf.Duration`. */
export function formatType(type: Type, full = false): string {
  if (!full && (type.kind === 'timestamp' || type.kind === 'duration')) return type.kind;
  if (full && type.kind === 'null') return 'null_type';
  if (isNullable(type)) return `wrapper(${typeName(type)})`;
  const inner = parametersOf(type);
  return inner.length === 0 ? typeName(type) : `${typeName(type)}(${inner.map((each) => formatType(each, full)).join(', ')})`;
}

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || typeName(a) !== typeName(b)) return false;
  const left = parametersOf(a);
  const right = parametersOf(b);
  return left.length === right.length && left.every((type, i) => sameType(type, right[i] ?? DYN));
}
