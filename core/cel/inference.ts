import { DYN, isNullable, isOptional, parametersOf, sameType, typeName, withParameters, type Type } from './types.ts';

/**
 * What type parameters stand for, found while the calls of an expression are checked. The rules are those of cel-go's checker
 * (checker/types.go): `dyn` fits everything, the more general of two candidates wins, `null` fits only what may be null.
 */
export class Inference {
  #bound = new Map<string, Type>();
  #fresh = 0;

  /** A parameter that nothing is known of yet. */
  unknown(): Type {
    return { kind: 'param', name: `_${this.#fresh++}` };
  }

  /** Whether each type can stand where the other list has its own; what was learnt is kept only then. */
  assignableAll(from: readonly Type[], to: readonly Type[]): boolean {
    const before = new Map(this.#bound);
    if (from.length === to.length && from.every((type, i) => this.#assignable(type, to[i] ?? DYN))) return true;
    this.#bound = before;
    return false;
  }

  assignable(from: Type, to: Type): boolean {
    return this.assignableAll([from], [to]);
  }

  /** The type with every known parameter replaced; unknown ones become dyn if asked. */
  resolve(type: Type, unknownIsDyn = false): Type {
    if (type.kind === 'param') {
      const found = this.#bound.get(type.name);
      if (found !== undefined) return this.resolve(found, unknownIsDyn);
      return unknownIsDyn ? DYN : type;
    }
    const inner = parametersOf(type);
    return inner.length === 0
      ? type
      : withParameters(
          type,
          inner.map((each) => this.resolve(each, unknownIsDyn)),
        );
  }

  #assignable(a: Type, b: Type): boolean {
    if (b.kind === 'param') {
      const { fits, known } = this.#substitute(a, b);
      if (fits) return true;
      if (known) return false;
    }
    if (a.kind === 'param') return this.#substitute(b, a).fits;
    if (isAnything(a) || isAnything(b)) return true;
    if (a.kind === 'null') return mayBeNull(b);
    if (b.kind === 'null') return mayBeNull(a);
    if (a.kind !== b.kind) return false;
    if (a.kind === 'type') return true;
    if (typeName(a) !== typeName(b)) return false;
    const right = parametersOf(b);
    return parametersOf(a).every((type, i) => this.#assignable(type, right[i] ?? DYN));
  }

  /** Whether a parameter may stand for a type, binding it. `known`: it already stood for something. */
  #substitute(type: Type, parameter: Type & { kind: 'param' }): { readonly fits: boolean; readonly known: boolean } {
    if (type.kind === 'param' && type.name === parameter.name) return { fits: true, known: true };
    const current = this.#bound.get(parameter.name);
    if (current !== undefined) {
      if (sameType(type, current)) return { fits: true, known: true };
      if (!this.#assignable(type, current)) return { fits: false, known: true };
      const general = moreGeneral(type, current);
      if (!this.#mentions(parameter.name, general)) this.#bound.set(parameter.name, general);
      return { fits: true, known: true };
    }
    if (this.#mentions(parameter.name, type)) return { fits: false, known: false };
    this.#bound.set(parameter.name, type);
    return { fits: true, known: false };
  }

  #mentions(name: string, type: Type): boolean {
    if (type.kind === 'param') {
      if (type.name === name) return true;
      const bound = this.#bound.get(type.name);
      return bound !== undefined && this.#mentions(name, bound);
    }
    return parametersOf(type).some((inner) => this.#mentions(name, inner));
  }
}

export const isAnything = (type: Type): boolean => type.kind === 'dyn' || type.kind === 'error';

/** Types of messages and of libraries, timestamps and durations may be compared with null. */
const mayBeNull = (type: Type): boolean =>
  type.kind === 'null' ||
  isNullable(type) ||
  type.kind === 'opaque' ||
  type.kind === 'object' ||
  type.kind === 'timestamp' ||
  type.kind === 'duration';

export const moreGeneral = (a: Type, b: Type): Type => (isAsGeneral(a, b) ? a : b);

/** Whether `a` is `b` or less specific than it. */
function isAsGeneral(a: Type, b: Type): boolean {
  if (isAnything(a) || a.kind === 'param') return true;
  if (isAnything(b) || b.kind === 'param') return false;
  if (a.kind !== b.kind || typeName(a) !== typeName(b)) return false;
  const right = parametersOf(b);
  return parametersOf(a).every((type, i) => isAsGeneral(type, right[i] ?? DYN));
}

/** What an optional holds; other types as they are. */
export const withoutOptional = (type: Type): Type => (isOptional(type) ? (type.parameters[0] ?? DYN) : type);
