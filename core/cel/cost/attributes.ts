import { Redacted } from '../json.ts';
import type { Expr } from '../ast.ts';
import { VARIABLES } from '../composed-variables.ts';
import { NO_KEY, NO_OVERLOAD, type EvaluationFrame } from '../frame.ts';
import { valueOf } from '../libraries/optional.ts';
import { listIndex } from '../operators.ts';
import { handedOn, isList, isMap, lookup, mapKey, NONE, Optional, typeNameOf, type CelValue, type Val } from '../values.ts';
import { ABSENT, note, type Attribute, type Counting, type Planned, type Qualifier } from './counting.ts';
import { SELECT_COST } from './functions.ts';

/** A name. */
export class NameAttribute implements Attribute {
  readonly #id: number;
  readonly #read: (c: Counting) => Val;
  readonly #node: Expr | undefined;
  readonly #qualifiers: Qualifier[] = [];

  constructor(id: number, read: (c: Counting) => Val, node?: Expr) {
    this.#id = id;
    this.#read = read;
    this.#node = node;
  }

  get id(): number {
    return this.#qualifiers.at(-1)?.id ?? this.#id;
  }

  add(qualifier: Qualifier): void {
    this.#qualifiers.push(qualifier);
  }

  resolve(c: Counting): Val {
    const value = this.#read(c);
    if (this.#node !== undefined && value !== VARIABLES) note(c, this.#node, value);
    return value === undefined ? undefined : qualifyAll(c, value, this.#qualifiers);
  }
}

/** The value of another step. */
export class RelativeAttribute implements Attribute {
  readonly #id: number;
  readonly #operand: Planned;
  readonly #qualifiers: Qualifier[] = [];

  constructor(id: number, operand: Planned) {
    this.#id = id;
    this.#operand = operand;
  }

  get id(): number {
    return this.#qualifiers.at(-1)?.id ?? this.#id;
  }

  add(qualifier: Qualifier): void {
    this.#qualifiers.push(qualifier);
  }

  resolve(c: Counting): Val {
    const value = this.#operand.run(c);
    return value === undefined || value instanceof Redacted ? value : qualifyAll(c, value, this.#qualifiers);
  }
}

/** `condition ? yes : no`, where a field read of it is read of the branch taken. */
export class ConditionalAttribute implements Attribute {
  readonly #id: number;
  readonly condition: Planned;
  readonly yes: Attribute;
  readonly no: Attribute;
  readonly #node: Expr | undefined;

  constructor(id: number, condition: Planned, yes: Attribute, no: Attribute, node?: Expr) {
    this.#id = id;
    this.condition = condition;
    this.yes = yes;
    this.no = no;
    this.#node = node;
  }

  get id(): number {
    return this.yes.id === this.no.id ? this.yes.id : this.#id;
  }

  add(qualifier: Qualifier): void {
    this.yes.add(qualifier);
    this.no.add(qualifier);
  }

  resolve(c: Counting): Val {
    const value = this.condition.run(c);
    if (value === true) return this.yes.resolve(c);
    if (value === false) return this.no.resolve(c);
    if (value === undefined || value instanceof Redacted) return value;
    return this.#node === undefined ? c.f.fail(NO_OVERLOAD) : c.f.failAt(this.#node, NO_OVERLOAD);
  }
}

/** Reads fields and indexes one after the other. What is read of an optional, or by an optional field, is an optional. */
function qualifyAll(c: Counting, from: CelValue, qualifiers: readonly Qualifier[]): Val {
  let value = from;
  let isOptional = false;
  if (value instanceof Optional) {
    if (value.held === undefined) return value;
    if (qualifiers.length === 0) return handedOn(value);
    isOptional = true;
    const held = handedOn(value);
    const inside = valueOf(c.f, held);
    if (inside === undefined) return undefined;
    value = inside;
  }
  for (const qualifier of qualifiers) {
    isOptional ||= qualifier.optional;
    const next = qualifier.qualify(c, value, isOptional);
    if (next === ABSENT) return NONE;
    if (next === undefined) return undefined;
    value = next as CelValue;
  }
  return isOptional && !(value instanceof Redacted) ? new Optional(value) : value;
}

/** A field or index, by a key that is known or computed. */
export class KeyQualifier implements Qualifier {
  readonly id: number;
  readonly optional: boolean;
  readonly #key: (c: Counting) => Val;
  readonly #node: Expr;
  /** cel-go counts an index computed by a call as a step of another sort, which takes its value off the stack first. */
  readonly #dropsFirst: boolean;

  constructor(id: number, key: (c: Counting) => Val, node: Expr, optional: boolean, dropsFirst: boolean) {
    this.id = id;
    this.#key = key;
    this.#node = node;
    this.optional = optional;
    this.#dropsFirst = dropsFirst;
  }

  qualify(c: Counting, value: CelValue, mayBeAbsent: boolean): Val | typeof ABSENT {
    const key = this.#key(c);
    const found = key === undefined ? undefined : at(c, value, key, mayBeAbsent);
    if (found === undefined) c.f.at(this.#node);
    if (found === ABSENT) {
      if (c.steps !== undefined) note(c, this.#node, NONE);
      return found;
    }
    if (found === undefined && mayBeAbsent) return undefined;
    c.meter.cost += SELECT_COST;
    if (this.#dropsFirst) c.meter.drop(this.id);
    note(c, this.#node, found as Val);
    c.meter.push(this.id, found as Val);
    return found;
  }
}

/** The field of a has(): whether it is there. */
export class PresenceQualifier implements Qualifier {
  readonly id: number;
  readonly optional = false;
  readonly #key: string;

  constructor(id: number, key: string) {
    this.id = id;
    this.#key = key;
  }

  qualify(c: Counting, value: CelValue, mayBeAbsent: boolean): Val | typeof ABSENT {
    const found = at(c, value, this.#key, true);
    if (mayBeAbsent && (found === ABSENT || found === undefined)) return found;
    const answer = found === undefined || found instanceof Redacted ? found : found !== ABSENT;
    c.meter.cost += SELECT_COST;
    c.meter.push(this.id, answer);
    return answer;
  }
}

/** What stands under a key; what has no fields at all lacks every key. */
function at(c: Counting, value: CelValue, key: CelValue, mayBeAbsent: boolean): Val | typeof ABSENT {
  const { f } = c;
  if (value === VARIABLES) return c.variable(key as string);
  if (key instanceof Redacted) return key;
  if (value instanceof Redacted) return value;
  if (key === null || mapKey(key) === undefined) return f.fail('nothing can be looked up by a value of type', typeNameOf(key));
  if (isList(value)) {
    const position = listIndex(key);
    if (position === undefined) return f.fail('unsupported index of a list', key);
    if (position >= 0 && position < value.length) return value[position];
    return mayBeAbsent ? ABSENT : f.fail('index out of bounds', key);
  }
  const found = isMap(value) ? lookup(value, key) : undefined;
  if (found !== undefined) return found;
  return mayBeAbsent ? ABSENT : missing(f, key);
}

const missing = (f: EvaluationFrame, key: CelValue): undefined => f.fail(NO_KEY, key);
