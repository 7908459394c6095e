import type { CelValue } from '../values.ts';
import type { Graph, Node, Operation, Scope } from './graph.ts';
import { HELPERS } from './helpers.ts';
import { Lines } from './lines.ts';
import { LoopWriter } from './loops.ts';
import type { Parts } from './parts.ts';
import { quote } from './quote.ts';
import { Reads } from './reads.ts';
import { writeTest } from './tests.ts';

/** The body of a function that makes the function that tests a set of programs, and the constants that it is called with. */
export interface Source {
  readonly text: string;
  readonly constants: readonly unknown[];
}

const RUNNING = 1;

/** Writes the function `(f, slots, w, out)`: false where the budget of the frame did not suffice. */
export function writeSource(graph: Graph, roots: ReadonlyMap<number, Node>): Source {
  return new Writer(graph, roots).write();
}

type Mode = 'value' | 'test';

class Writer implements Parts {
  readonly #graph: Graph;
  readonly #roots: ReadonlyMap<number, Node>;
  readonly #constants: unknown[] = [];
  readonly #names = new Map<unknown, string>();
  readonly #reads: Reads;
  readonly lines = new Lines();
  #count = 0;

  constructor(graph: Graph, roots: ReadonlyMap<number, Node>) {
    this.#graph = graph;
    this.#roots = roots;
    this.#reads = new Reads(this, graph.nodes());
  }

  write(): Source {
    const scope = this.#graph.root;
    this.lines.enter(scope);
    this.#reads.start(scope);
    new LoopWriter(this, this.#roots, this.#graph.nodes(), (inner) => this.#reads.start(inner)).writeAll(scope);
    for (const [i, root] of this.#roots) {
      this.lines.open(`if (w[${i}] !== 0) {`);
      this.lines.line(`out[${i}] = ${this.#test(root)};`);
      this.lines.close('}');
    }
    this.lines.leave();
    const helpers = `const { ${Object.keys(HELPERS).join(', ')} } = h;`;
    const constants = this.#constants.map((_, i) => `const k${i} = k[${i}];`).join('\n');
    const text = `'use strict';\n${helpers}\n${constants}\nreturn function testSet(f, slots, w, out) {\n${this.lines.text()}return f.steps >= 0;\n};\n`;
    return { text, constants: this.#constants };
  }

  /** A name of ours for a thing that code needs. */
  constant(thing: unknown): string {
    const known = this.#names.get(thing);
    if (known !== undefined) return known;
    const name = `k${this.#constants.push(thing) - 1}`;
    this.#names.set(thing, name);
    return name;
  }

  fresh(): string {
    return `t${this.#count++}`;
  }

  /**
   * The name of a node's value, computed unless it is known here. What is used in several places, none of which comes by all
   * others, is kept in a variable of its scope and computed where it is first needed.
   */
  #kept(node: Node, mode: Mode, compute: () => string): string {
    const key = `${mode}${node.id}`;
    const known = this.lines.known(key);
    if (known !== undefined) return known;
    if (node.uses < 2 || this.lines.isStartOf(node.scope)) {
      const expression = compute();
      return this.lines.define(this.fresh(), key, expression);
    }
    const nothing = mode === 'test' ? '-1' : 'PENDING';
    const name = this.lines.declared(node.scope, key, () => {
      const made = this.fresh();
      return [made, `let ${made} = ${nothing};`];
    });
    this.lines.open(`if (${name} === ${nothing}) {`);
    this.lines.line(`${name} = ${compute()};`);
    this.lines.close('}');
    this.lines.learn(key, name);
    return name;
  }

  raw(select: Node): string {
    return this.#reads.raw(select);
  }

  isData(select: Node): string {
    return this.#reads.isData(select);
  }

  name(node: Node): string {
    const value = this.value(node);
    return /^[a-z]\w*$/.test(value) ? value : this.lines.define(this.fresh(), `value${node.id}`, value);
  }

  value(node: Node): string {
    const known = this.lines.known(`value${node.id}`);
    if (known !== undefined) return known;
    const { operation } = node;
    switch (operation.kind) {
      case 'constant':
        return this.literal(operation.value);
      case 'slot':
      case 'element':
        throw new Error('a variable was not read');
      case 'select': {
        const raw = this.raw(node);
        return `(${raw} !== undefined ? ${raw} : select(f, ${this.value(operation.operand)}, ${quote(operation.field)}))`;
      }
      case 'lookup': {
        const raw = this.raw(operation.field);
        return `(${raw} !== undefined ? ${raw} : index(f, ${this.value(operation.operand)}, ${quote(operation.key)}))`;
      }
      case 'variable':
        return this.#kept(node, 'value', () => this.#variable(operation));
      case 'gathered':
        return `(q${node.id} === ${RUNNING} ? g${node.id} : valueOf(${this.#answer(node, operation.loop)}))`;
      case 'index':
        return this.#kept(node, 'value', () => this.#index(operation));
      case 'call':
        return this.#kept(node, 'value', () => this.#call(node, operation));
      case 'closure':
        return this.#kept(node, 'value', () => {
          for (const { slot, value } of operation.bindings) this.lines.line(`slots[${slot}] = ${this.value(value)};`);
          return `closure(f, ${this.constant(operation.run)}, ${node.occurrences})`;
        });
      case 'conditional':
        return this.#kept(node, 'value', () =>
          this.#conditional(
            operation,
            (branch) => this.value(branch),
            (code) => `${code} === 3 ? UNKNOWN : undefined`,
          ),
        );
      default:
        return `valueOf(${this.#test(node)})`;
    }
  }

  /** Computed once for each object, whoever needs it first. */
  #variable({ slot, value }: Extract<Operation, { kind: 'variable' }>): string {
    const name = this.fresh();
    this.lines.line(`let ${name} = slots[${slot}];`);
    this.lines.open(`if (${name} === PENDING) {`);
    this.lines.line(`${name} = ${this.value(value)};`);
    this.lines.line(`if (${name} !== undefined) slots[${slot}] = ${name};`);
    this.lines.close('}');
    return name;
  }

  /** What a loop answered; where a plain read did not find its range, that is looked at only now. */
  #answer(node: Node, { range }: Scope): string {
    const state = `q${node.id}`;
    return range?.operation.kind === 'select' ? `(${state} === -1 ? absent(f, ${this.value(range)}) : ${state})` : state;
  }

  literal(value: CelValue): string {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'boolean' || value === null) return String(value);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : this.constant(value);
  }

  #index({ operand, key }: Extract<Operation, { kind: 'index' }>): string {
    const at = this.name(key);
    // A key of the map that is gone over is certainly in it.
    if (key.operation.kind === 'element' && key.operation.of.range === operand)
      return `p${key.operation.of.id} ? r${key.operation.of.id}[${at}] : index(f, ${this.value(operand)}, ${at})`;
    return `index(f, ${this.value(operand)}, ${at})`;
  }

  #call(node: Node, { body, args, charge }: Extract<Operation, { kind: 'call' }>): string {
    const values = args.map((arg) => this.name(arg));
    const taken = charge === undefined ? 'undefined' : this.constant(charge);
    return `call${args.length}(f, ${this.constant(body)}, ${taken}, ${node.occurrences}, ${values.join(', ')})`;
  }

  #conditional(
    { condition, yes, no }: Extract<Operation, { kind: 'conditional' }>,
    branch: (node: Node) => string,
    otherwise: (code: string) => string,
  ): string {
    const result = this.fresh();
    const code = this.code(condition);
    this.lines.line(`let ${result};`);
    this.lines.open(`if (${code} === 1) {`);
    this.lines.line(`${result} = ${branch(yes)};`);
    this.lines.close('}');
    this.lines.open(`else if (${code} === 0) {`);
    this.lines.line(`${result} = ${branch(no)};`);
    this.lines.close('}');
    this.lines.line(`else ${result} = ${otherwise(code)};`);
    return result;
  }

  /** The code of a test as a name. */
  code(node: Node): string {
    const code = this.#test(node);
    if (/^\w+$/.test(code)) return code;
    const name = this.fresh();
    this.lines.line(`const ${name} = ${code};`);
    return name;
  }

  #test(node: Node): string {
    const known = this.lines.known(`test${node.id}`);
    if (known !== undefined) return known;
    const { operation } = node;
    switch (operation.kind) {
      case 'quantified':
        return this.#answer(node, operation.loop);
      case 'not': {
        const code = this.code(operation.operand);
        return `(${code} < 2 ? 1 - ${code} : ${code})`;
      }
      case 'isComputed': {
        const value = this.name(operation.variable);
        return `(${value} === undefined || ${value} instanceof Redacted ? odd(${value}) : 1)`;
      }
      case 'constant':
        return operation.value === true ? '1' : operation.value === false ? '0' : '2';
      case 'conditional':
        return this.#kept(node, 'test', () =>
          this.#conditional(
            operation,
            (branch) => this.#test(branch),
            (code) => code,
          ),
        );
      case 'has':
      case 'logical':
      case 'equals':
      case 'order':
      case 'textTest':
      case 'oneOf':
      case 'hasKey':
      case 'matches':
        return this.#kept(node, 'test', () => writeTest(this, node, operation));
      default: {
        const value = this.name(node);
        return `(${value} === true ? 1 : ${value} === false ? 0 : odd(${value}))`;
      }
    }
  }
}
