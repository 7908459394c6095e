import { qualifiedName, type Expr, type Ident, type Index, type Select } from './ast.ts';
import { checkCall } from './check-calls.ts';
import type { Checking, Dialect, Locals } from './checking.ts';
import { checkList, checkMap } from './check-literals.ts';
import { checkMacro } from './check-macros.ts';
import { requireFormats } from './format-literals.ts';
import { requireHomogeneous } from './homogeneous.ts';
import { Inference, withoutOptional } from './inference.ts';
import { candidateNames, LITERAL_TYPES, namedType } from './names.ts';
import { Overloads } from './overloads.ts';
import type { Signature } from './signature.ts';
import { IssueError } from './source.ts';
import { hint } from './suggest.ts';
import { BOOL, DYN, formatType, isOptional, optional, type Type } from './types.ts';

/** What the checker needs to know of the surroundings. */
export interface Scope {
  readonly minor: number;
  /** Names may be dotted; of several that fit the longest counts. */
  readonly variables: ReadonlyMap<string, Type>;
  readonly dialect?: Dialect;
  /** Names are sought inside it first. Kubernetes has none. */
  readonly container?: string;
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
  /** The variable, comprehension's variable or type that an identifier or a chain of fields means, where it means one. */
  readonly names: ReadonlyMap<Expr, string>;
  /** Names and calls that mean nothing: only `unchecked` leaves any. */
  readonly unbound: ReadonlySet<Expr>;
}

const OPTIONALS_SINCE = 28;

/** Checks names, functions and types as the API server does before it takes an expression. Throws an IssueError. */
export function check(expr: Expr, scope: Scope): Checked {
  const checker = new Checker(scope);
  const type = checker.check(expr, NO_LOCALS);
  return checker.finish(expr, type);
}

const NO_LOCALS: Locals = new Map();

class Checker implements Checking {
  readonly minor: number;
  readonly inference = new Inference();
  readonly #scope: Scope;
  readonly dialect: Dialect;
  readonly overloads: Overloads;
  readonly #calls = new Map<Expr, Resolved>();
  readonly #types = new Map<Expr, Type>();
  readonly #names = new Map<Expr, string>();
  readonly #unbound = new Set<Expr>();
  /** Variables that the expansion of a macro reads, whether or not the expression does. */
  readonly #implied: { readonly name: string; readonly type: Type; readonly at: number }[] = [];

  constructor(scope: Scope) {
    this.minor = scope.minor;
    this.#scope = scope;
    this.dialect = scope.dialect ?? 'kubernetes';
    this.overloads = new Overloads(this.inference, scope.minor);
  }

  finish(root: Expr, type: Type): Checked {
    const types = new Map<Expr, Type>();
    for (const [node, inferred] of this.#types) types.set(node, this.inference.resolve(inferred, true));
    if (this.dialect === 'kubernetes') {
      requireHomogeneous(root, types, this.#calls);
      requireFormats(root, types, this.#calls);
      this.#requireNoTypes(types);
    }
    const whole = this.inference.resolve(type, true);
    return { type: whole, calls: this.#calls, types, names: this.#names, unbound: this.#unbound };
  }

  /** cel-go takes a variable whose value is a type for the name of a type, which must exist (interpreter/planner.go). */
  #requireNoTypes(types: ReadonlyMap<Expr, Type>): void {
    const read = Array.from(this.#names, ([node, name]) => ({ name, type: types.get(node) ?? DYN, at: node.start }));
    const implied = this.#implied.map((one) => ({ ...one, type: this.inference.resolve(one.type, true) }));
    for (const { name, type, at } of [...read, ...implied])
      if (type.kind === 'type' && namedType(name, this.minor) === undefined)
        throw new IssueError(
          `'${name}' is a type, which the API server does not take as a variable's value: write dyn() around it`,
          at,
        );
  }

  noteImplied(name: string, type: Type, at: number): void {
    this.#implied.push({ name, type, at });
  }

  check(node: Expr, locals: Locals): Type {
    const type = this.dialect === 'unchecked' ? this.#unchecked(node, locals) : this.#infer(node, locals);
    this.#types.set(node, type);
    return type;
  }

  noted(node: Expr): Type | undefined {
    return this.#types.get(node);
  }

  /** Every value is dyn, so that no type can be wrong. */
  #unchecked(node: Expr, locals: Locals): Type {
    this.#infer(node, locals);
    return DYN;
  }

  #infer(node: Expr, locals: Locals): Type {
    switch (node.kind) {
      case 'literal':
        return LITERAL_TYPES[node.type];
      case 'ident':
        return this.#ident(node, locals);
      case 'select':
        return this.#named(node, locals) ?? this.#select(node, locals);
      case 'has':
        this.#types.set(node.select, this.#select(node.select, locals));
        if (node.select.optional)
          throw new IssueError('has() takes a plain field: a.?b cannot be asked for', node.select.fieldStart);
        return BOOL;
      case 'index':
        return this.#index(node, locals);
      case 'call':
        return checkCall(this, node, locals);
      case 'list':
        return checkList(this, node, locals);
      case 'map':
        return checkMap(this, node.entries, locals);
      case 'struct':
        throw new IssueError(`there is no message type '${node.name}' in Kubernetes' expressions`, node.start);
      case 'macro':
        return checkMacro(this, node, locals);
    }
  }

  #ident(node: Ident, locals: Locals): Type {
    const found = this.#named(node, locals);
    if (found !== undefined) return found;
    if (this.dialect === 'unchecked') {
      this.#unbound.add(node);
      return DYN;
    }
    if (node.name === 'authorizer')
      throw new IssueError(
        "'authorizer' asks the API server for permissions while it admits an object, which nothing but that server can answer",
        node.start,
      );
    const known = [...locals.keys(), ...this.#scope.variables.keys()];
    const help = hint(node.name, known) || `; known here: ${known.join(', ') || 'none'}`;
    throw new IssueError(`unknown name '${node.name}'${help}`, node.start);
  }

  /** What a name or a dotted name means as a whole. A leading dot only leaves out the container, as in cel-go 0.26. */
  #named(node: Ident | Select, locals: Locals): Type | undefined {
    const name = qualifiedName(node);
    if (name === undefined) return undefined;
    for (const candidate of isAbsolute(node) ? [name] : candidateNames(name, this.#scope.container ?? '')) {
      const type = locals.get(candidate) ?? this.#scope.variables.get(candidate) ?? namedType(candidate, this.minor);
      if (type === undefined) continue;
      this.#names.set(node, candidate);
      return type;
    }
    return undefined;
  }

  #select(node: Select, locals: Locals): Type {
    if (node.optional) this.requireOptionals(node.fieldStart);
    if (node.quoted && this.dialect === 'kubernetes')
      throw new IssueError(`no version of Kubernetes takes field names in backticks: write ['${node.field}']`, node.fieldStart);
    const operand = this.inference.resolve(this.check(node.operand, locals));
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
        const plain = node.field.replace(/^__(\w+)__$/, '$1');
        const help = hint(plain, known) || (known.length === 0 ? '' : `; known: ${known.join(', ')}`);
        throw new IssueError(`${type.name.replace(/^kubernetes\./, '')} has no '${node.field}'${help}`, node.fieldStart);
      }
      case 'param':
        this.inference.assignable(type, DYN);
        return DYN;
      case 'dyn':
      case 'error':
        return DYN;
      default:
        throw new IssueError(`a value of type ${this.format(type)} has no fields, so no '${node.field}'`, node.fieldStart);
    }
  }

  #index(node: Index, locals: Locals): Type {
    if (node.optional) this.requireOptionals(node.start);
    const args = [this.check(node.operand, locals), this.check(node.index, locals)];
    return this.overloads.resolve(node.optional ? '_[?_]' : '_[_]', false, args, node.start).result;
  }

  requireOptionals(at: number): void {
    if (this.minor < OPTIONALS_SINCE)
      throw new IssueError(
        `optional syntax needs the expressions of Kubernetes 1.${OPTIONALS_SINCE}; these are of 1.${this.minor}`,
        at,
      );
  }

  expectBool(type: Type, node: Expr, where: string): void {
    if (!this.inference.assignable(type, BOOL))
      throw new IssueError(`${where} needs a bool here, not ${this.format(type)}`, node.start);
  }

  isDeclared(name: string): boolean {
    return this.#scope.variables.has(name) || namedType(name, this.minor) !== undefined;
  }

  noteCall(node: Expr, resolved: Resolved): void {
    this.#calls.set(node, resolved);
  }

  noteUnbound(node: Expr): void {
    this.#unbound.add(node);
  }

  format(type: Type): string {
    return formatType(this.inference.resolve(type, true));
  }
}

/** Written with a leading dot. */
function isAbsolute(node: Expr): boolean {
  if (node.kind === 'ident') return node.absolute;
  return node.kind === 'select' && isAbsolute(node.operand);
}
