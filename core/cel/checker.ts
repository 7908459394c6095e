import { qualifiedName, type Call, type Entry, type Expr, type Index, type LiteralType, type Macro, type Select } from './ast.ts';
import { Inference, isAnything, moreGeneral, withoutOptional } from './inference.ts';
import { mixed, requireHomogeneous } from './homogeneous.ts';
import { definitionsOf } from './libraries/index.ts';
import { whyNot } from './overload-messages.ts';
import type { Signature } from './signature.ts';
import { IssueError } from './source.ts';
import { hint } from './suggest.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  formatType,
  INT,
  isOptional,
  list,
  map,
  NULL,
  optional,
  sameType,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
  type Type,
} from './types.ts';

/** What the checker needs to know of the surroundings. */
export interface Scope {
  readonly minor: number;
  readonly variables: ReadonlyMap<string, Type>;
}

/** How a call was understood: by which function, on which arguments (a receiver is the first). */
export interface Resolved {
  readonly name: string;
  readonly member: boolean;
  readonly args: readonly Expr[];
  /** The signatures that fit the types known, where that is not all there are. */
  readonly chosen: readonly Signature[] | undefined;
}

export interface Checked {
  readonly type: Type;
  readonly calls: ReadonlyMap<Expr, Resolved>;
  readonly types: ReadonlyMap<Expr, Type>;
}

const TWO_VARIABLES_SINCE = 32;
const HOMOGENEOUS_SINCE = 29;
const OPTIONALS_SINCE = 28;

const LITERALS: Readonly<Record<LiteralType, Type>> = {
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
  ['optional_type', typeOf(optional(DYN))],
  ['google.protobuf.Timestamp', typeOf(TIMESTAMP)],
  ['google.protobuf.Duration', typeOf(DURATION)],
]);

/** Checks names, functions and types as the API server does before it takes an expression. Throws an IssueError. */
export function check(expr: Expr, scope: Scope): Checked {
  const checker = new Checker(scope);
  const type = checker.check(expr);
  return checker.finish(expr, type);
}

type Locals = ReadonlyMap<string, Type>;
const NO_LOCALS: Locals = new Map();

class Checker {
  readonly #scope: Scope;
  readonly #inference = new Inference();
  readonly #calls = new Map<Expr, Resolved>();
  readonly #types = new Map<Expr, Type>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  finish(root: Expr, type: Type): Checked {
    const types = new Map<Expr, Type>();
    for (const [node, inferred] of this.#types) types.set(node, this.#inference.resolve(inferred, true));
    if (this.#scope.minor >= HOMOGENEOUS_SINCE) requireHomogeneous(root, types, this.#calls);
    return { type: this.#inference.resolve(type, true), calls: this.#calls, types };
  }

  check(node: Expr, locals: Locals = NO_LOCALS): Type {
    const type = this.#infer(node, locals);
    this.#types.set(node, type);
    return type;
  }

  #infer(node: Expr, locals: Locals): Type {
    switch (node.kind) {
      case 'literal':
        return LITERALS[node.type];
      case 'ident':
        return this.#ident(node.name, node.absolute ? NO_LOCALS : locals, node.start);
      case 'select':
        return this.#select(node, locals);
      case 'has':
        this.#select(node.select, locals);
        if (node.select.optional)
          throw new IssueError('has() takes a plain field: a.?b cannot be asked for', node.select.fieldStart);
        return BOOL;
      case 'index':
        return this.#index(node, locals);
      case 'call':
        return this.#call(node, locals);
      case 'list':
        return this.#list(node, locals);
      case 'map':
        return this.#map(node.entries, locals);
      case 'struct':
        throw new IssueError(`there is no message type '${node.name}' in Kubernetes' expressions`, node.start);
      case 'macro':
        return this.#macro(node, locals);
    }
  }

  #ident(name: string, locals: Locals, start: number): Type {
    const found = locals.get(name) ?? this.#scope.variables.get(name) ?? NAMED_TYPES.get(name);
    if (found !== undefined) return found;
    const known = [...locals.keys(), ...this.#scope.variables.keys()];
    throw new IssueError(`unknown name '${name}'${hint(name, known) || `; known here: ${known.join(', ') || 'none'}`}`, start);
  }

  #select(node: Select, locals: Locals): Type {
    const name = qualifiedName(node);
    const named = name === undefined ? undefined : NAMED_TYPES.get(name);
    if (named !== undefined && !(name !== undefined && locals.has(name.slice(0, name.indexOf('.'))))) return named;
    if (node.optional) this.#requireOptionals(node.fieldStart);
    if (node.quoted)
      throw new IssueError(`no version of Kubernetes takes field names in backticks: write ['${node.field}']`, node.fieldStart);
    const operand = this.#inference.resolve(this.check(node.operand, locals));
    const field = this.#fieldOf(withoutOptional(operand), node);
    return node.optional || isOptional(operand) ? optional(field) : field;
  }

  #fieldOf(type: Type, node: Select): Type {
    switch (type.kind) {
      case 'map':
        return type.value;
      case 'object': {
        const found = type.fields.get(node.field);
        if (found !== undefined) return found;
        const known = [...type.fields.keys()];
        const help = hint(node.field, known) || (known.length === 0 ? '' : `; known: ${known.join(', ')}`);
        throw new IssueError(`${type.name} has no '${node.field}'${help}`, node.fieldStart);
      }
      case 'param':
        this.#inference.assignable(type, DYN);
        return DYN;
      case 'dyn':
      case 'error':
        return DYN;
      default:
        throw new IssueError(`a value of type ${formatType(type)} has no fields, so no '${node.field}'`, node.fieldStart);
    }
  }

  #index(node: Index, locals: Locals): Type {
    if (node.optional) this.#requireOptionals(node.start);
    const args = [this.check(node.operand, locals), this.check(node.index, locals)];
    return this.#overloads(node, node.optional ? '_[?_]' : '_[_]', false, args, node.operand.end).result;
  }

  #requireOptionals(at: number): void {
    if (this.#scope.minor < OPTIONALS_SINCE)
      throw new IssueError(
        `optional syntax needs the expressions of Kubernetes 1.${OPTIONALS_SINCE}; these are of 1.${this.#scope.minor}`,
        at,
      );
  }

  #call(node: Call, locals: Locals): Type {
    const { target } = node;
    if (target === undefined) {
      const args = node.args.map((arg) => this.check(arg, locals));
      if (node.name === '_&&_' || node.name === '_||_') return this.#logical(node, args);
      if (node.name === '_?_:_') return this.#conditional(node, args);
      const name = node.name.replace(/^\./, '');
      return this.#function(node, name, false, node.args, args);
    }
    const prefix = qualifiedName(target);
    const qualified = prefix === undefined ? undefined : `${prefix}.${node.name}`;
    if (qualified !== undefined && definitionsOf(qualified).length > 0) {
      const args = node.args.map((arg) => this.check(arg, locals));
      return this.#function(node, qualified, false, node.args, args);
    }
    const args = [target, ...node.args];
    const types = args.map((arg) => this.check(arg, locals));
    return this.#function(node, node.name, true, args, types);
  }

  #function(node: Call, name: string, member: boolean, args: readonly Expr[], types: readonly Type[]): Type {
    const { result, chosen } = this.#overloads(node, name, member, types, node.nameStart);
    const all = this.#candidates(name, member).filter((one) => one.parameters.length === args.length);
    this.#calls.set(node, { name, member, args, chosen: chosen.length < all.length ? chosen : undefined });
    return result;
  }

  #candidates(name: string, member: boolean): readonly Signature[] {
    const signatures = definitionsOf(name).flatMap((definition) => definition.signatures);
    return signatures.filter((one) => one.member === member && one.since <= this.#scope.minor);
  }

  #logical(node: Call, args: readonly Type[]): Type {
    node.args.forEach((arg, i) => this.#expectBool(args[i] ?? DYN, arg, node.name === '_&&_' ? '&&' : '||'));
    return BOOL;
  }

  #expectBool(type: Type, node: Expr, where: string): void {
    if (!this.#inference.assignable(type, BOOL))
      throw new IssueError(`${where} needs a bool here, not ${formatType(this.#inference.resolve(type, true))}`, node.start);
  }

  #conditional(node: Call, args: readonly Type[]): Type {
    const [condition, yes, no] = args as readonly [Type, Type, Type];
    this.#expectBool(condition, node.args[0] as Expr, '?:');
    const result = this.#inference.unknown();
    if (!this.#inference.assignableAll([yes, no], [result, result]))
      throw new IssueError(
        `the branches of ?: have different types: ${this.#format(yes)} and ${this.#format(no)}`,
        node.nameStart,
      );
    return this.#inference.resolve(result);
  }

  #format(type: Type): string {
    return formatType(this.#inference.resolve(type, true));
  }

  /** The result type of a call, by the signatures that fit its arguments; several that differ give dyn. */
  #overloads(
    node: Expr,
    name: string,
    member: boolean,
    args: readonly Type[],
    at: number,
  ): { readonly result: Type; readonly chosen: readonly Signature[] } {
    let result: Type | undefined;
    const chosen: Signature[] = [];
    for (const candidate of this.#candidates(name, member)) {
      const { parameters, result: own } = this.#instantiate(candidate);
      if (!this.#inference.assignableAll(args, parameters)) continue;
      chosen.push(candidate);
      const resolved = this.#inference.resolve(own);
      if (result === undefined) result = resolved;
      else if (!isAnything(result) && !sameType(resolved, result)) result = DYN;
    }
    if (result !== undefined) return { result, chosen };
    throw new IssueError(
      whyNot(
        name,
        member,
        args.map((arg) => this.#format(arg)),
        this.#scope.minor,
      ),
      node.kind === 'index' ? node.start : at,
    );
  }

  #instantiate(candidate: Signature): { readonly parameters: readonly Type[]; readonly result: Type } {
    const fresh = new Map<string, Type>();
    const replace = (type: Type): Type => {
      if (type.kind !== 'param') return replaceParameters(type, replace);
      const known = fresh.get(type.name) ?? this.#inference.unknown();
      fresh.set(type.name, known);
      return known;
    };
    return { parameters: candidate.parameters.map(replace), result: replace(candidate.result) };
  }

  #list(node: Extract<Expr, { kind: 'list' }>, locals: Locals): Type {
    let element: Type | undefined;
    for (const { value, optional: isOpt } of node.elements) {
      const type = this.#element(value, isOpt, locals);
      element = this.#join(element, type, value);
    }
    return list(element ?? this.#inference.unknown());
  }

  #map(entries: readonly Entry[], locals: Locals): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of entries) {
      key = this.#join(key, this.check(entry.key, locals), entry.key);
      value = this.#join(value, this.#element(entry.value, entry.optional, locals), entry.value);
    }
    return map(key ?? this.#inference.unknown(), value ?? this.#inference.unknown());
  }

  #element(value: Expr, isOptionalElement: boolean, locals: Locals): Type {
    const type = this.#inference.resolve(this.check(value, locals));
    if (!isOptionalElement) return type;
    this.#requireOptionals(value.start);
    if (!isOptional(type) && !isAnything(type))
      throw new IssueError(`after '?' an optional value is needed, not ${formatType(type)}`, value.start);
    return withoutOptional(type);
  }

  #join(previous: Type | undefined, current: Type, node: Expr): Type {
    if (previous === undefined) return current;
    if (this.#inference.assignable(previous, current)) return moreGeneral(previous, current);
    throw new IssueError(mixed(this.#format(previous), this.#format(current)), node.start);
  }

  #macro(node: Macro, locals: Locals): Type {
    if (node.name === 'optMap' || node.name === 'optFlatMap') return this.#optionalMacro(node, locals);
    if (node.variables.length === 2 && this.#scope.minor < TWO_VARIABLES_SINCE)
      throw new IssueError(
        `${node.writtenName}() with two variables needs the expressions of Kubernetes 1.${TWO_VARIABLES_SINCE}; these are of 1.${this.#scope.minor}`,
        node.nameStart,
      );
    const range = this.#inference.resolve(this.check(node.target, locals));
    const [key, value] = this.#rangeTypes(range, node);
    const inner = new Map(locals);
    const [first, second] = node.variables;
    if (first !== undefined) inner.set(first.name, second === undefined ? (range.kind === 'map' ? key : value) : key);
    if (second !== undefined) inner.set(second.name, value);
    if (node.filter !== undefined)
      this.#expectBool(this.check(node.filter, inner), node.filter, `the condition of ${node.writtenName}()`);
    const body = this.check(node.body, inner);
    return this.#macroResult(node, body, key, first === undefined ? DYN : (inner.get(first.name) ?? DYN));
  }

  #macroResult(node: Macro, body: Type, key: Type, variable: Type): Type {
    switch (node.name) {
      case 'all':
      case 'exists':
      case 'existsOne':
        this.#expectBool(body, node.body, `${node.writtenName}()`);
        return BOOL;
      case 'filter':
        this.#expectBool(body, node.body, 'filter()');
        return list(variable);
      case 'map':
      case 'transformList':
        return list(body);
      case 'transformMap':
        return map(key, body);
      case 'transformMapEntry': {
        const entry = map(this.#inference.unknown(), this.#inference.unknown());
        if (!this.#inference.assignable(body, entry))
          throw new IssueError(`transformMapEntry() needs a map here, not ${this.#format(body)}`, node.body.start);
        return this.#inference.resolve(entry);
      }
      case 'optMap':
      case 'optFlatMap':
        return DYN;
    }
  }

  /** Types of key and value: of a list the position and the element. */
  #rangeTypes(range: Type, node: Macro): readonly [Type, Type] {
    switch (range.kind) {
      case 'list':
        return [INT, range.element];
      case 'map':
        return [range.key, range.value];
      case 'dyn':
      case 'error':
        return [DYN, DYN];
      case 'param':
        this.#inference.assignable(DYN, range);
        return [DYN, DYN];
      default:
        throw new IssueError(`${node.writtenName}() goes over a list or a map, not ${formatType(range)}`, node.target.start);
    }
  }

  #optionalMacro(node: Macro, locals: Locals): Type {
    this.#requireOptionals(node.nameStart);
    const held = this.#inference.unknown();
    const target = this.check(node.target, locals);
    if (!this.#inference.assignable(target, optional(held)))
      throw new IssueError(`${node.name}() is called on an optional value, not on ${this.#format(target)}`, node.nameStart);
    const [variable] = node.variables;
    const inner = new Map(locals);
    if (variable !== undefined) inner.set(variable.name, this.#inference.resolve(held));
    const body = this.check(node.body, inner);
    if (node.name === 'optMap') return optional(body);
    const result = optional(this.#inference.unknown());
    if (!this.#inference.assignable(body, result))
      throw new IssueError(`optFlatMap() needs an optional value here, not ${this.#format(body)}`, node.body.start);
    return this.#inference.resolve(body);
  }
}

function replaceParameters(type: Type, replace: (type: Type) => Type): Type {
  switch (type.kind) {
    case 'list':
      return list(replace(type.element));
    case 'map':
      return map(replace(type.key), replace(type.value));
    case 'opaque':
      return { ...type, parameters: type.parameters.map(replace) };
    case 'type':
      return typeOf(type.of === undefined ? undefined : replace(type.of));
    default:
      return type;
  }
}
