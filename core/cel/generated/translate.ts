import type { Call, Expr, Macro, Select } from '../ast.ts';
import { children } from '../ast.ts';
import type { Checked } from '../checker.ts';
import { COMPOSED } from '../composed-variables.ts';
import { compileExpression, type Layout, type Part } from '../compiler.ts';
import { roundBound } from '../cost/bound.ts';
import type { Environment } from '../environment.ts';
import type { Inside } from '../program.ts';
import { DYN, isOptional } from '../types.ts';
import { isList, isPlainName } from '../values.ts';
import { CallTranslator } from './calls.ts';
import { idsOf, isPrimitive, type Graph, type Node, type Quantifier, type Scope } from './graph.ts';
import { constantOf } from './parts.ts';

/** What the variables of the comprehensions around a place stand for. */
type Locals = ReadonlyMap<string, Node>;

/** Loops over so many constants are written out. */
const UNROLLED = 8;

export interface Translated {
  readonly root: Node;
  /** How many slots a frame needs for it. */
  readonly size: number;
}

/** Adds a checked program to a graph. What it has no operation for stays the closure that it is. */
export function translate(
  graph: Graph,
  { tree, checked }: Pick<Inside, 'tree' | 'checked'>,
  environment: Environment,
): Translated {
  const made = translated(graph, tree, checked, environment.layout, environment);
  made.root.uses++;
  return made;
}

function translated(graph: Graph, tree: Expr, checked: Checked, layout: Layout, environment: Environment): Translated {
  const parts = new Map<Expr, Part>();
  const { size } = compileExpression(tree, checked, layout, parts);
  const root = new Translator(graph, checked, layout, parts, environment).translate(tree, graph.root, new Map());
  return { root, size };
}

const mentions = (node: Expr, name: string): boolean =>
  (node.kind === 'ident' && node.name === name) || children(node).some((child) => mentions(child, name));

class Translator {
  readonly #graph: Graph;
  readonly #checked: Checked;
  readonly #layout: Layout;
  readonly #parts: ReadonlyMap<Expr, Part>;
  readonly #environment: Environment;
  readonly #calls: CallTranslator;

  constructor(graph: Graph, checked: Checked, layout: Layout, parts: ReadonlyMap<Expr, Part>, environment: Environment) {
    this.#graph = graph;
    this.#checked = checked;
    this.#layout = layout;
    this.#parts = parts;
    this.#environment = environment;
    this.#calls = new CallTranslator(graph, checked, layout.minor);
  }

  translate(node: Expr, place: Scope, locals: Locals): Node {
    const code = this.#parts.get(node)?.code;
    if (code?.constant !== undefined) return this.#graph.constant(code.constant, code.early ? 'early' : 'folded');
    return this.#translated(node, place, locals) ?? this.#closure(node, place, locals);
  }

  #translated(node: Expr, place: Scope, locals: Locals): Node | undefined {
    switch (node.kind) {
      case 'ident':
        return this.#named(node, locals);
      case 'select':
        return this.#named(node, locals) ?? this.#select(node, place, locals);
      case 'has':
        return this.#has(node.select, place, locals);
      case 'index':
        return node.optional ? undefined : this.#index(node.operand, node.index, place, locals);
      case 'call':
        return this.#call(node, place, locals);
      case 'macro':
        return this.#macro(node, place, locals);
      case 'literal':
      case 'list':
      case 'map':
      case 'struct':
        return undefined;
    }
  }

  /** The closure that the node was compiled to, with the slots that it reads. */
  #closure(node: Expr, place: Scope, locals: Locals): Node {
    const part = this.#parts.get(node);
    if (part === undefined) throw new Error('a part was not compiled');
    const bindings = [...part.locals].flatMap(([name, slot]) => {
      const value = mentions(node, name) ? locals.get(name) : undefined;
      return value === undefined ? [] : [{ slot, value }];
    });
    const { run } = part.code;
    const used = bindings.map(({ value }) => value);
    return this.#graph.node(
      `closure ${this.#graph.identity(run)} ${bindings.map(({ slot, value }) => `${slot}=${value.id}`).join()}`,
      { kind: 'closure', run, bindings },
      used,
      place,
    );
  }

  #named(node: Expr, locals: Locals): Node | undefined {
    const name = this.#checked.names.get(node);
    if (name === undefined || isOptional(this.#checked.types.get(node) ?? DYN)) return undefined;
    const local = locals.get(name);
    const slot = this.#layout.variables.get(name);
    if (local !== undefined || slot === undefined) return local;
    return this.#graph.node(`slot ${slot}`, { kind: 'slot', slot }, []);
  }

  #composed(node: Select, locals: Locals): Node | undefined {
    const { operand } = node;
    if (operand.kind !== 'ident' || operand.name !== COMPOSED) return undefined;
    if (this.#layout.variables.has(COMPOSED) || locals.has(COMPOSED)) return undefined;
    const slot = this.#layout.composed.get(node.field);
    return slot === undefined ? undefined : this.#variable(slot);
  }

  /** A composed variable, which has a limit of its own. */
  #variable(slot: number): Node | undefined {
    const known = this.#graph.variables.get(slot);
    const inside = this.#environment.insides.get(slot);
    if (known !== undefined || inside === undefined) return known;
    const value = translated(this.#graph, inside.tree, inside.checked, inside.layout, this.#environment).root;
    const made = this.#graph.node(`variable ${slot}`, { kind: 'variable', slot, value }, [value]);
    this.#graph.variables.set(slot, made);
    return made;
  }

  #select(node: Select, place: Scope, locals: Locals): Node | undefined {
    if (node.optional) return undefined;
    return this.#composed(node, locals) ?? this.#graph.field(this.translate(node.operand, place, locals), node.field);
  }

  #has(node: Select, place: Scope, locals: Locals): Node {
    const variable = this.#composed(node, locals);
    if (variable !== undefined)
      return this.#graph.node(`isComputed ${variable.id}`, { kind: 'isComputed', variable }, [variable]);
    const select = this.#graph.field(this.translate(node.operand, place, locals), node.field);
    return this.#graph.node(`has ${select.id}`, { kind: 'has', select }, [select]);
  }

  #index(operandNode: Expr, keyNode: Expr, place: Scope, locals: Locals): Node {
    const operand = this.translate(operandNode, place, locals);
    const key = this.translate(keyNode, place, locals);
    const name = constantOf(key);
    if (typeof name === 'string' && isPlainName(name) && name !== 'kind' && name !== 'value') {
      const field = this.#graph.field(operand, name);
      return this.#graph.node(`lookup ${field.id}`, { kind: 'lookup', field, operand, key: name }, [field]);
    }
    return this.#graph.node(`index ${operand.id} ${key.id}`, { kind: 'index', operand, key }, [operand, key]);
  }

  #macro(node: Macro, place: Scope, locals: Locals): Node | undefined {
    const [variable, second] = node.variables;
    const { name } = node;
    if (variable === undefined || second !== undefined) return undefined;
    const quantifier: Quantifier | undefined = name === 'all' || name === 'exists' || name === 'existsOne' ? name : undefined;
    const gathers = name === 'filter' || (name === 'map' && node.filter === undefined);
    if (quantifier === undefined && !gathers) return undefined;
    const range = this.translate(node.target, place, locals);
    const round = roundBound(node, this.#checked, this.#layout.minor);
    const constants = constantOf(range);
    const inside = (value: Node, at: Scope): Node => this.translate(node.body, at, new Map([...locals, [variable.name, value]]));
    if (
      (name === 'all' || name === 'exists') &&
      isList(constants) &&
      constants.length <= UNROLLED &&
      constants.every(isPrimitive)
    ) {
      place.cost += round * constants.length;
      return this.#logical(
        constants.map((value) => inside(this.#graph.constant(value, 'element'), place)),
        name === 'exists',
      );
    }
    const loop = this.#graph.loop(place, range);
    loop.cost += round;
    const body = inside(this.#graph.element(loop), loop);
    const made =
      quantifier === undefined
        ? this.#graph.node(
            `gathered ${name} ${loop.id} ${body.id}`,
            { kind: 'gathered', loop, filter: name === 'filter', body },
            [range],
            place,
          )
        : this.#graph.node(
            `quantified ${quantifier} ${loop.id} ${body.id}`,
            { kind: 'quantified', loop, quantifier, body },
            [range],
            place,
          );
    if (!loop.asked.includes(made)) {
      loop.asked.push(made);
      body.uses += body.scope === loop ? 1 : 2;
    }
    return made;
  }

  #call(node: Call, place: Scope, locals: Locals): Node | undefined {
    const all = (): Node[] => node.args.map((arg) => this.translate(arg, place, locals));
    switch (node.name) {
      case '_&&_':
      case '_||_':
        return this.#logical(
          this.#operands(node, node.name).map((arg) => this.translate(arg, place, locals)),
          node.name === '_||_',
        );
      case '!_': {
        const [operand] = all() as [Node];
        return this.#graph.node(`not ${operand.id}`, { kind: 'not', operand }, [operand]);
      }
      case '_?_:_': {
        if (isOptional(this.#checked.types.get(node) ?? DYN)) return undefined;
        const [condition, yes, no] = all() as [Node, Node, Node];
        const operation = { kind: 'conditional', condition, yes, no } as const;
        return this.#graph.node(`conditional ${idsOf([condition, yes, no])}`, operation, [condition, yes, no]);
      }
      default:
        return this.#checked.unbound.has(node) ? undefined : this.#function(node, place, locals);
    }
  }

  #operands(node: Expr, name: string): Expr[] {
    return node.kind === 'call' && node.name === name && node.target === undefined
      ? node.args.flatMap((arg) => this.#operands(arg, name))
      : [node];
  }

  #logical(parts: readonly Node[], or: boolean): Node {
    return this.#graph.node(`logical ${or} ${idsOf(parts)}`, { kind: 'logical', decides: or ? 1 : 0, parts }, parts);
  }

  #function(node: Call, place: Scope, locals: Locals): Node | undefined {
    const resolved = this.#checked.calls.get(node);
    if (resolved === undefined || resolved.args.length === 0 || resolved.args.length > 2) return undefined;
    if (resolved.name === 'or' || resolved.name === 'orValue') return undefined;
    const [left, right] = resolved.args.map((arg) => this.translate(arg, place, locals)) as [Node, Node | undefined];
    return this.#calls.translate(node, resolved, left, right, place);
  }
}
