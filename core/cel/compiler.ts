import { Redacted } from './json.ts';
import { compileHas, compileIndex, compileSelect, type Chain } from './access.ts';
import type { Call, Expr, Index, ListExpr, Macro, MapExpr, Select } from './ast.ts';
import {
  bodyOf,
  compileCall,
  compileEquals,
  compileIn,
  compileMatches,
  compileOrder,
  compileOrElse,
  compileTextTest,
  guarded,
  textInside,
  type Spending,
} from './calls.ts';
import type { Checked, Resolved } from './checker.ts';
import { code, constant, isConstant, type Code } from './code.ts';
import { COMPOSED, VARIABLES } from './composed-variables.ts';
import { bodyBound, chargeOf, mayGrow, roundBound } from './cost/bound.ts';
import { PENDING, type Run } from './frame.ts';
import { constantError, convertedEarly, folded, literalValue, requirePattern } from './folding.ts';
import { compileHasChain, hasChain } from './has-chain.ts';
import { definitionsOf } from './libraries/index.ts';
import type { Body, FunctionDefinition } from './library.ts';
import { compileConditional, compileLogical, compileNot } from './logic.ts';
import { compileLoop } from './loops.ts';
import { buildMapOnce } from './maps.ts';
import { IssueError } from './source.ts';
import { standsForType } from './names.ts';
import { DYN, isOptional } from './types.ts';
import { handedOn, mapKey, Optional, TypeValue, typeNameOf, type CelValue, type Val } from './values.ts';

/** Where variables live in a frame. */
export interface Layout {
  readonly minor: number;
  readonly variables: ReadonlyMap<string, number>;
  readonly composed: ReadonlyMap<string, number>;
  /** The first slot that is free for the variables of comprehensions. */
  readonly free: number;
}

export interface Compiled {
  readonly run: Run;
  /** What it costs at most outside the rounds of loops (cost/bound.ts). */
  readonly bound: number;
  /** How many slots a frame needs for it. */
  readonly size: number;
}

/** A compiled part, and the slots of the comprehensions' variables around it. */
export interface Part {
  readonly code: Code;
  readonly locals: ReadonlyMap<string, number>;
}

/**
 * Turns a checked expression into closures. Throws an IssueError where cel-go would fail to make a program of it. `parts` takes
 * what every node became.
 */
export function compileExpression(root: Expr, checked: Checked, layout: Layout, parts?: Map<Expr, Part>): Compiled {
  const compiler = new Compiler(checked, layout, parts);
  const { run } = compiler.compile(root);
  return { run, bound: bodyBound(root, checked, layout.minor), size: compiler.size };
}

/** Operators and size() look only at the values: cel-go has one body for all their signatures. */
const UNGUARDED = /^\W|^_|^size$/;

/** The definitions that a call by this name can mean. */
export const definitionsFor = (name: string, member: boolean, arity: number, minor: number): readonly FunctionDefinition[] =>
  definitionsOf(name).filter(
    (definition) =>
      definition.member === member && definition.arity === arity && definition.signatures.some((one) => one.since <= minor),
  );

/** The body of a call, which only runs for what the checker chose. */
export function bodyFor(name: string, definitions: readonly FunctionDefinition[], chosen: Resolved['chosen']): Body {
  const body = bodyOf(definitions);
  return chosen === undefined || UNGUARDED.test(name) ? body : guarded(body, chosen);
}

class Compiler {
  readonly #checked: Checked;
  readonly #layout: Layout;
  readonly #parts: Map<Expr, Part> | undefined;
  #locals: ReadonlyMap<string, number> = new Map();
  #depth = 0;
  size: number;

  constructor(checked: Checked, layout: Layout, parts: Map<Expr, Part> | undefined) {
    this.#checked = checked;
    this.#layout = layout;
    this.#parts = parts;
    this.size = layout.free;
  }

  compile(node: Expr): Code {
    const result = this.#compile(node);
    this.#parts?.set(node, { code: result, locals: this.#locals });
    return result;
  }

  #compile(node: Expr): Code {
    switch (node.kind) {
      case 'literal':
        return constant(literalValue(node), true);
      case 'ident':
        return this.#named(node) ?? this.#nothing(node);
      case 'select':
        return this.#named(node) ?? this.#select(node);
      case 'has':
        return this.#has(node, false);
      case 'index':
        return this.#index(node);
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'macro':
        return this.#macro(node);
      case 'struct':
        throw new IssueError(`there is no message type '${node.name}'`, node.start);
    }
  }

  #index(node: Index): Code {
    const operand = this.compile(node.operand);
    const key = this.compile(node.index);
    const value = key.constant;
    if (key.early && value !== undefined && (mapKey(value) === undefined || value === null))
      throw new IssueError(`nothing can be looked up by a ${typeNameOf(value)}`, node.index.start);
    return this.#foldParts(code(compileIndex(operand, key, node, this.#chain(node.operand)).run), [operand, key]);
  }

  /** A variable or a type, whose name may be dotted. */
  #named(node: Expr): Code | undefined {
    const name = this.#checked.names.get(node);
    if (name === undefined) return undefined;
    if (standsForType(name, this.#checked.types.get(node), this.#layout.minor)) return constant(new TypeValue(name), true);
    const slot = this.#locals.get(name) ?? this.#layout.variables.get(name);
    if (slot !== undefined && isOptional(this.#checked.types.get(node) ?? DYN))
      return code((f): Val => {
        const value = f.slots[slot];
        return value instanceof Optional ? handedOn(value) : value;
      });
    if (slot !== undefined) return code((f): Val => f.slots[slot], { slot });
    return name === COMPOSED ? undefined : constant(new TypeValue(name), true);
  }

  /** The composed variables as a whole are a value that nothing can be done with; names that were not checked are an error. */
  #nothing(node: Expr): Code {
    if (!this.#checked.unbound.has(node)) return code(() => VARIABLES);
    return code((f): Val => f.failAt(node, 'unknown name'));
  }

  #isComposed(node: Expr): boolean {
    return (
      node.kind === 'ident' && node.name === COMPOSED && !this.#layout.variables.has(COMPOSED) && !this.#locals.has(COMPOSED)
    );
  }

  #select(node: Select): Code {
    const slot = this.#isComposed(node.operand) && !node.optional ? this.#layout.composed.get(node.field) : undefined;
    if (slot !== undefined)
      return code((f) => {
        const value = f.slots[slot];
        return value !== undefined && value !== PENDING ? value : f.placed(f.force(slot), node);
      });
    return compileSelect(this.compile(node.operand), node, this.#chain(node.operand));
  }

  #chain(node: Expr): Chain {
    const isChained = (node.kind === 'select' || node.kind === 'index') && !this.#checked.names.has(node);
    if (!isChained) return isOptional(this.#checked.types.get(node) ?? DYN) ? 'optional' : 'start';
    return node.optional || this.#chain(node.operand) === 'optional' ? 'optional' : 'plain';
  }

  #has(node: Extract<Expr, { kind: 'has' }>, negated: boolean): Code {
    // Every variable is there, but one that cannot be computed is an error here too.
    const slot = this.#isComposed(node.select.operand) ? this.#layout.composed.get(node.select.field) : undefined;
    if (slot !== undefined)
      return code((f) => {
        const value = f.slots[slot];
        const found = value !== undefined && value !== PENDING ? value : f.placed(f.force(slot), node);
        return found === undefined || found instanceof Redacted ? found : !negated;
      });
    return code(compileHas(this.compile(node.select.operand), node, negated, this.#chain(node.select.operand)));
  }

  #list(node: ListExpr): Code {
    const parts = node.elements.map((element) => this.compile(element.value));
    if (parts.every(isConstant) && node.elements.every((element) => !element.optional))
      return constant(
        parts.map((part) => part.constant as CelValue),
        parts.every((part) => part.early),
      );
    const runs = parts.map((part) => part.run);
    const optional = node.elements.map((element) => element.optional);
    return code((f) => {
      const out: CelValue[] = [];
      for (let i = 0; i < runs.length; i++) {
        const value = (runs[i] as Run)(f);
        if (value === undefined || value instanceof Redacted) return value;
        if (optional[i] !== true) out.push(value);
        else if (!(value instanceof Optional)) return f.failAt(node, 'an optional value is needed after ?');
        else if (value.held !== undefined) out.push(value.held);
      }
      return out;
    });
  }

  #map(node: MapExpr): Code {
    const parts = node.entries.map(({ key, value, optional }) => ({
      key: this.compile(key),
      value: this.compile(value),
      optional,
    }));
    const run: Run = (f) => {
      const out: (readonly [CelValue, CelValue])[] = [];
      for (const { key, value, optional } of parts) {
        const at = key.run(f);
        if (at === undefined || at instanceof Redacted) return at;
        const held = value.run(f);
        if (held === undefined || held instanceof Redacted) return held;
        if (!optional) out.push([at, held]);
        else if (!(held instanceof Optional)) return f.failAt(node, 'an optional value is needed after ?');
        else if (held.held !== undefined) out.push([at, held.held]);
      }
      return buildMapOnce(f, out);
    };
    const early = parts.every(({ key, value }) => key.early && value.early);
    const all = parts.every(({ key, value, optional }) => isConstant(key) && isConstant(value) && !optional);
    if (!all) return code(run);
    const result = folded(run, early);
    if (early && !isConstant(result)) throw new IssueError(constantError(), node.start);
    return result;
  }

  #macro(node: Macro): Code {
    const target = this.compile(node.target).run;
    const outer = this.#locals;
    const slots = node.variables.map((_, i) => this.#layout.free + this.#depth + i);
    this.#depth += slots.length;
    this.size = Math.max(this.size, this.#layout.free + this.#depth);
    this.#locals = new Map([...outer, ...node.variables.map(({ name }, i): [string, number] => [name, slots[i] as number])]);
    const filter = node.filter === undefined ? undefined : this.compile(node.filter).run;
    const body = this.compile(node.body).run;
    this.#locals = outer;
    this.#depth -= slots.length;
    const { minor } = this.#layout;
    const round = roundBound(node, this.#checked, minor);
    const grows = [node.filter, node.body].some((part) => part !== undefined && mayGrow(part, this.#checked, minor));
    return code(compileLoop({ target, first: slots[0] ?? -1, second: slots[1] ?? -1, filter, body, node, round, grows }));
  }

  #call(node: Call): Code {
    const args = node.args;
    switch (node.name) {
      case '_&&_':
      case '_||_':
        return code(this.#logical(this.#flatten(node, node.name), node.name === '_||_'));
      case '_?_:_': {
        const [condition, yes, no] = args.map((arg) => this.compile(arg).run) as [Run, Run, Run];
        return code(compileConditional(condition, yes, no, node, isOptional(this.#checked.types.get(node) ?? DYN)));
      }
      case '!_': {
        const operand = args[0] as Expr;
        if (operand.kind === 'has') return this.#has(operand, true);
        const inner = this.compile(operand);
        return this.#foldParts(code(compileNot(inner.run, node)), [inner]);
      }
      default:
        return this.#checked.unbound.has(node) ? this.#nothing(node) : this.#function(node);
    }
  }

  #logical(parts: readonly Expr[], or: boolean): Run {
    const runs: Run[] = [];
    const spans: Expr[] = [];
    for (let i = 0; i < parts.length; i++) {
      const chain = hasChain(parts, i, or);
      const own = parts.slice(i, i + Math.max(1, chain.length));
      const ownRuns = own.map((part) => this.compile(part).run);
      const [first] = chain;
      spans.push(own[0] as Expr);
      if (first === undefined || chain.length < 2) runs.push(ownRuns[0] as Run);
      else runs.push(compileHasChain(chain, this.compile(first.operand), or, compileLogical(ownRuns, or, own)));
      i += own.length - 1;
    }
    return runs.length === 1 ? (runs[0] as Run) : compileLogical(runs, or, spans);
  }

  /** The operands of a chain of && or ||, through parentheses. */
  #flatten(node: Expr, name: string): Expr[] {
    return node.kind === 'call' && node.name === name && node.target === undefined
      ? node.args.flatMap((arg) => this.#flatten(arg, name))
      : [node];
  }

  #function(node: Call): Code {
    const { name, member, args, chosen } = this.#checked.calls.get(node) as Resolved;
    const parts = args.map((arg) => this.compile(arg));
    const definitions = definitionsFor(name, member, args.length, this.#layout.minor);
    const spending = this.#spending(node, args);
    const special = this.#special(name, args, parts, node, definitions, spending);
    if (special !== undefined) return this.#foldParts(code(special), parts);
    const runs = parts.map((part) => part.run);
    const called = code(compileCall(bodyFor(name, definitions, chosen), runs, node, spending));
    return definitions[0]?.conversion === true ? convertedEarly(called, parts, node) : this.#foldParts(called, parts);
  }

  #spending(node: Call, args: readonly Expr[]): Spending {
    const { minor } = this.#layout;
    const charge = chargeOf(node, this.#checked, minor);
    const [, second] = args;
    return { charge, goesOn: second !== undefined && (charge !== undefined || mayGrow(second, this.#checked, minor)) };
  }

  /** Calls that have a faster form. */
  #special(
    name: string,
    args: readonly Expr[],
    parts: readonly Code[],
    node: Call,
    definitions: readonly FunctionDefinition[],
    spending: Spending,
  ): Run | undefined {
    const [left, right] = parts;
    if (left === undefined || right === undefined) return undefined;
    if (name === '_==_' || name === '_!=_') return compileEquals(left, right, name === '_!=_', node, spending);
    if (name === 'or' || name === 'orValue') return compileOrElse(name, left.run, right.run, node);
    if (name === '@in' && isConstant(right))
      return compileIn(left.run, right, compileCall(bodyOf(definitions), [left.run, right.run], node, spending));
    const pattern = right.constant;
    if (typeof pattern === 'string' && right.early) {
      if (name === 'matches') return compileMatches(left.run, pattern, args[1] as Expr, node, spending.charge);
      if (name === 'find' || name === 'findAll') {
        requirePattern(pattern, args[1] as Expr);
        return compileCall(
          bodyOf(definitions),
          [textInside(left.run), ...parts.slice(1).map((part) => part.run)],
          node,
          spending,
        );
      }
    }
    if (typeof right.constant === 'string') {
      const test = compileTextTest(name, left.run, right.constant, bodyOf(definitions), node, spending.charge);
      if (test !== undefined) return test;
    }
    return compileOrder(name, left.run, right, bodyOf(definitions), node);
  }

  #foldParts(result: Code, parts: readonly Code[]): Code {
    return parts.every(isConstant) ? folded(result.run, false) : result;
  }
}
