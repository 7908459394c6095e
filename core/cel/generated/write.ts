import { isPlainName, type CelValue } from '../values.ts';
import { SHORT } from '../frame.ts';
import { partsOf, type Graph, type Node, type Operation, type Scope } from './graph.ts';
import { HELPERS } from './helpers.ts';
import { Lines } from './lines.ts';
import type { Pattern } from '../regex.ts';

/** The body of a function that makes the function that tests a set of programs, and the constants that it is called with. */
export interface Source {
  readonly text: string;
  readonly constants: readonly unknown[];
}

const RUNNING = 1;

/**
 * Text of users as JavaScript reads it. Nothing else of theirs gets into generated code: fields, texts and numbers come by here,
 * everything else is a constant with a name of ours.
 */
const quote = (text: string): string =>
  JSON.stringify(text)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);

/** Writes the function `(f, slots, w, out)`: false where the budget of the frame did not suffice. */
export function writeSource(graph: Graph, roots: ReadonlyMap<number, Node>): Source {
  return new Writer(roots).write(graph);
}

type Mode = 'value' | 'test' | 'raw';

class Writer {
  readonly #roots: ReadonlyMap<number, Node>;
  readonly #constants: unknown[] = [];
  readonly #names = new Map<unknown, string>();
  readonly #lines = new Lines();
  #nodes: readonly Node[] = [];
  #count = 0;

  constructor(roots: ReadonlyMap<number, Node>) {
    this.#roots = roots;
  }

  write(graph: Graph): Source {
    this.#nodes = graph.nodes();
    this.#lines.enter(graph.root);
    this.#start(graph.root);
    for (const loop of graph.root.loops) this.#loop(loop, this.#users(graph.root));
    for (const [i, root] of this.#roots) {
      this.#lines.open(`if (w[${i}] !== 0) {`);
      this.#lines.line(`out[${i}] = ${this.#test(root)};`);
      this.#lines.close('}');
    }
    this.#lines.leave();
    const helpers = `const { ${Object.keys(HELPERS).join(', ')} } = h;`;
    const constants = this.#constants.map((_, i) => `const k${i} = k[${i}];`).join('\n');
    const text = `'use strict';\n${helpers}\n${constants}\nreturn function testSet(f, slots, w, out) {\n${this.#lines.text()}return f.steps >= 0;\n};\n`;
    return { text, constants: this.#constants };
  }

  /** What is read at the beginning of a scope, because it is used again and again. */
  #start(scope: Scope): void {
    for (const node of this.#nodes) {
      if (node.scope !== scope) continue;
      const { kind } = node.operation;
      if (kind === 'slot') this.#define(node, 'value', `slots[${node.operation.slot}]`);
      else if (kind === 'variable' && this.#isEager(node)) this.#value(node);
      else if (kind === 'select' && this.#isEager(node)) this.#raw(node);
    }
  }

  #isEager(node: Node): boolean {
    const { operation } = node;
    if (operation.kind === 'slot' || operation.kind === 'element') return true;
    if (operation.kind === 'variable') return !needsLoops(operation.value);
    return operation.kind === 'select' && node.uses > 1 && this.#isEager(operation.operand);
  }

  /** A name of ours for a thing that code needs. */
  #constant(thing: unknown): string {
    const known = this.#names.get(thing);
    if (known !== undefined) return known;
    const name = `k${this.#constants.push(thing) - 1}`;
    this.#names.set(thing, name);
    return name;
  }

  #fresh(): string {
    return `t${this.#count++}`;
  }

  #define(node: Node, mode: Mode, expression: string): string {
    const name = this.#fresh();
    this.#lines.line(`const ${name} = ${expression};`);
    this.#lines.learn(`${mode}${node.id}`, name);
    return name;
  }

  /**
   * The name of a node's value, computed unless it is known here. What is used in several places, none of which comes by all
   * others, is kept in a variable of its scope and computed where it is first needed.
   */
  #kept(node: Node, mode: Mode, compute: () => string): string {
    const key = `${mode}${node.id}`;
    const known = this.#lines.known(key);
    if (known !== undefined) return known;
    if (node.uses < 2 || this.#lines.isStartOf(node.scope)) return this.#define(node, mode, compute());
    const nothing = mode === 'test' ? '-1' : 'PENDING';
    const name = this.#lines.declared(node.scope, key, () => {
      const made = this.#fresh();
      return [made, `let ${made} = ${nothing};`];
    });
    this.#lines.open(`if (${name} === ${nothing}) {`);
    this.#lines.line(`${name} = ${compute()};`);
    this.#lines.close('}');
    this.#lines.learn(key, name);
    return name;
  }

  /** What a plain read of the data gives; undefined: to be looked at closely. */
  #raw(node: Node): string {
    const known = this.#lines.known(`raw${node.id}`);
    if (known !== undefined) return known;
    const { field } = node.operation as Extract<Operation, { kind: 'select' }>;
    return this.#define(node, 'raw', readField(this.#operand(node), field));
  }

  /** What a field is read of. */
  #operand(select: Node): string {
    const { operand } = select.operation as Extract<Operation, { kind: 'select' }>;
    return operand.operation.kind === 'select' ? this.#raw(operand) : this.#name(operand);
  }

  #name(node: Node): string {
    const value = this.#value(node);
    return /^[a-z]\w*$/.test(value) ? value : this.#define(node, 'value', value);
  }

  #value(node: Node): string {
    const known = this.#lines.known(`value${node.id}`);
    if (known !== undefined) return known;
    const { operation } = node;
    switch (operation.kind) {
      case 'constant':
        return this.#literal(operation.value);
      case 'slot':
      case 'element':
        throw new Error('a variable was not read');
      case 'select': {
        const raw = this.#raw(node);
        return `(${raw} !== undefined ? ${raw} : select(f, ${this.#value(operation.operand)}, ${quote(operation.field)}))`;
      }
      case 'lookup': {
        const raw = this.#raw(operation.field);
        return `(${raw} !== undefined ? ${raw} : index(f, ${this.#value(operation.operand)}, ${quote(operation.key)}))`;
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
          for (const { slot, value } of operation.bindings) this.#lines.line(`slots[${slot}] = ${this.#value(value)};`);
          return `closure(f, ${this.#constant(operation.run)}, ${node.occurrences})`;
        });
      case 'conditional':
        return this.#kept(node, 'value', () =>
          this.#conditional(
            operation,
            (branch) => this.#value(branch),
            (code) => `${code} === 3 ? UNKNOWN : undefined`,
          ),
        );
      default:
        return `valueOf(${this.#test(node)})`;
    }
  }

  /** Computed once for each object, whoever needs it first. */
  #variable({ slot, value }: Extract<Operation, { kind: 'variable' }>): string {
    const name = this.#fresh();
    this.#lines.line(`let ${name} = slots[${slot}];`);
    this.#lines.open(`if (${name} === PENDING) {`);
    this.#lines.line(`${name} = ${this.#value(value)};`);
    this.#lines.line(`if (${name} !== undefined) slots[${slot}] = ${name};`);
    this.#lines.close('}');
    return name;
  }

  /** What a loop answered; where a plain read did not find its range, that is looked at only now. */
  #answer(node: Node, { range }: Scope): string {
    const state = `q${node.id}`;
    return range?.operation.kind === 'select' ? `(${state} === -1 ? absent(f, ${this.#value(range)}) : ${state})` : state;
  }

  #literal(value: CelValue): string {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'boolean' || value === null) return String(value);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : this.#constant(value);
  }

  #index({ operand, key }: Extract<Operation, { kind: 'index' }>): string {
    const at = this.#name(key);
    // A key of the map that is gone over is certainly in it.
    if (key.operation.kind === 'element' && key.operation.of.range === operand)
      return `p${key.operation.of.id} ? r${key.operation.of.id}[${at}] : index(f, ${this.#value(operand)}, ${at})`;
    return `index(f, ${this.#value(operand)}, ${at})`;
  }

  #call(node: Node, { body, args, charge }: Extract<Operation, { kind: 'call' }>): string {
    const values = args.map((arg) => this.#name(arg));
    const taken = charge === undefined ? 'undefined' : this.#constant(charge);
    return `call${args.length}(f, ${this.#constant(body)}, ${taken}, ${node.occurrences}, ${values.join(', ')})`;
  }

  #conditional(
    { condition, yes, no }: Extract<Operation, { kind: 'conditional' }>,
    branch: (node: Node) => string,
    otherwise: (code: string) => string,
  ): string {
    const result = this.#fresh();
    const code = this.#code(condition);
    this.#lines.line(`let ${result};`);
    this.#lines.open(`if (${code} === 1) {`);
    this.#lines.line(`${result} = ${branch(yes)};`);
    this.#lines.close('}');
    this.#lines.open(`else if (${code} === 0) {`);
    this.#lines.line(`${result} = ${branch(no)};`);
    this.#lines.close('}');
    this.#lines.line(`else ${result} = ${otherwise(code)};`);
    return result;
  }

  /** The code of a test as a name. */
  #code(node: Node): string {
    const code = this.#test(node);
    if (/^\w+$/.test(code)) return code;
    const name = this.#fresh();
    this.#lines.line(`const ${name} = ${code};`);
    return name;
  }

  #test(node: Node): string {
    const known = this.#lines.known(`test${node.id}`);
    if (known !== undefined) return known;
    const { operation } = node;
    switch (operation.kind) {
      case 'quantified':
        return this.#answer(node, operation.loop);
      case 'not': {
        const code = this.#code(operation.operand);
        return `(${code} < 2 ? 1 - ${code} : ${code})`;
      }
      case 'isComputed': {
        const value = this.#name(operation.variable);
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
        return this.#kept(node, 'test', () => this.#compute(node, operation));
      default: {
        const value = this.#name(node);
        return `(${value} === true ? 1 : ${value} === false ? 0 : odd(${value}))`;
      }
    }
  }

  #compute(
    node: Node,
    operation: Extract<Operation, { kind: 'has' | 'logical' | 'equals' | 'order' | 'textTest' | 'oneOf' | 'hasKey' | 'matches' }>,
  ): string {
    switch (operation.kind) {
      case 'has': {
        const raw = this.#raw(operation.select);
        const { operand, field } = operation.select.operation as Extract<Operation, { kind: 'select' }>;
        return `${raw} !== undefined ? 1 : ${isRecord(this.#operand(operation.select))} ? 0 : has(f, ${this.#value(operand)}, ${quote(field)})`;
      }
      case 'hasKey': {
        const raw = this.#raw(operation.field);
        const rest = `${this.#constant(operation.body)}, ${node.occurrences}, ${quote(operation.key)}, ${this.#value(operation.map)}`;
        return `${raw} !== undefined ? 1 : hasKey(f, ${rest})`;
      }
      case 'logical':
        return this.#logical(operation);
      case 'equals':
        return this.#equals(node, operation);
      case 'order': {
        const value = this.#name(operation.left);
        const limit = this.#literal(operation.limit);
        const slow = `order(f, ${this.#constant(operation.body)}, ${value}, ${limit})`;
        return `typeof ${value} === 'number' ? ${value} ${operation.relation} ${limit} ? 1 : 0 : ${slow}`;
      }
      case 'textTest': {
        const value = this.#name(operation.left);
        const wanted = quote(operation.wanted);
        const slow = `textTest(f, ${this.#rest(operation.body, operation.charge, node)}, ${value}, ${wanted})`;
        return `typeof ${value} === 'string' && ${value}.length <= ${SHORT} ? ${textTest(operation, value)} ? 1 : 0 : ${slow}`;
      }
      case 'oneOf':
        return this.#oneOf(operation);
      case 'matches': {
        const value = this.#name(operation.left);
        const slow = `matches(f, ${this.#rest(operation.pattern, operation.charge, node)}, ${value}, ${quote(operation.source)})`;
        if (operation.isLong) return slow;
        return `typeof ${value} === 'string' && ${value}.length <= ${SHORT} ? ${this.#search(operation.pattern, value)} ? 1 : 0 : ${slow}`;
      }
    }
  }

  /** Of a text that is SHORT. */
  #search(pattern: Pattern, text: string): string {
    const { native } = pattern;
    return native === undefined
      ? `${this.#constant(pattern)}.test(${text}, f)`
      : `${this.#constant(native.expression)}.test(${text})`;
  }

  #rest(body: unknown, charge: unknown, node: Node): string {
    return `${this.#constant(body)}, ${charge === undefined ? 'undefined' : this.#constant(charge)}, ${node.occurrences}`;
  }

  #logical({ decides, parts }: Extract<Operation, { kind: 'logical' }>): string {
    const other = decides === 0 ? 1 : 0;
    const result = this.#fresh();
    const label = `b${result}`;
    this.#lines.line(`let ${result} = ${other};`);
    this.#lines.open(`${label}: {`);
    for (const part of parts) {
      const quick = this.#quick(part, other);
      if (quick !== undefined) this.#lines.open(`if (!(${quick})) {`);
      const ends = this.#quick(part, decides);
      if (ends !== undefined) this.#lines.line(`if (${ends}) { ${result} = ${decides}; break ${label}; }`);
      const code = this.#code(part);
      this.#lines.line(`if (${code} === ${decides} || ${code} > ${result}) ${result} = ${code};`);
      this.#lines.line(`if (${result} === ${decides}) break ${label};`);
      if (quick !== undefined) this.#lines.close('}');
    }
    this.#lines.close('}');
    return result;
  }

  /** A condition that is only met where a test gives this answer, and cheaper than the test. */
  #quick(node: Node, answer: 0 | 1): string | undefined {
    const { operation } = node;
    switch (operation.kind) {
      case 'not':
        return this.#quick(operation.operand, answer === 0 ? 1 : 0);
      case 'has':
        return answer === 1
          ? `${this.#raw(operation.select)} !== undefined`
          : `${this.#raw(operation.select)} === undefined && ${isRecord(this.#operand(operation.select))}`;
      case 'select':
        return `${this.#raw(node)} === ${answer === 1}`;
      case 'quantified':
        return `q${node.id} === ${answer}`;
      case 'equals': {
        const { left, right, negated } = operation;
        const isLiteral = right.operation.kind === 'constant' && ['string', 'boolean'].includes(typeof right.operation.value);
        const literal = constantOf(right);
        if (left.operation.kind !== 'select' || !isLiteral || (typeof literal === 'string' && literal.length > SHORT))
          return undefined;
        const raw = this.#raw(left);
        if ((answer === 1) !== negated) return `${raw} === ${this.#value(right)}`;
        return typeof literal === 'boolean'
          ? `${raw} === ${!literal}`
          : `typeof ${raw} === 'string' && ${raw} !== ${this.#value(right)}`;
      }
      default:
        return undefined;
    }
  }

  #equals(node: Node, { left, right, negated, charge }: Extract<Operation, { kind: 'equals' }>): string {
    const [a, b] = isFixed(left) && !isFixed(right) ? [right, left] : [left, right];
    const [x, y] = [this.#name(a), this.#value(b)];
    const [yes, no] = negated ? ['0', '1'] : ['1', '0'];
    const taken = charge === undefined ? 'undefined' : this.#constant(charge);
    const slow = (v: string, other: string): string => `equal(f, ${v}, ${other}, ${negated}, ${taken}, ${node.occurrences})`;
    const constant = b.operation.kind === 'constant' ? b.operation.value : undefined;
    if (typeof constant === 'boolean' || (typeof constant === 'string' && constant.length <= SHORT))
      return `${x} === ${y} ? ${yes} : typeof ${x} === 'string' || typeof ${x} === 'boolean' || typeof ${x} === 'number' ? ${no} : ${slow(x, y)}`;
    if (typeof constant === 'number')
      return `typeof ${x} === 'number' ? ${x} === ${y} ? ${yes} : ${no} : typeof ${x} === 'string' || typeof ${x} === 'boolean' ? ${no} : ${slow(x, y)}`;
    const z = this.#name(b);
    return `typeof ${x} === 'string' && typeof ${z} === 'string' && (${x}.length <= ${SHORT} || ${z}.length <= ${SHORT}) ? ${x} === ${z} ? ${yes} : ${no} : ${slow(x, z)}`;
  }

  #oneOf({ left, list }: Extract<Operation, { kind: 'oneOf' }>): string {
    const value = this.#name(left);
    const slow = `oneOf(${value}, ${this.#constant(list)})`;
    if (!list.every((element) => typeof element === 'string')) return slow;
    const found =
      list.length <= 4
        ? list.map((element) => `${value} === ${quote(element)}`).join(' || ')
        : `${this.#constant(new Set(list))}.has(${value})`;
    return `typeof ${value} === 'string' ? ${found} ? 1 : 0 : ${slow}`;
  }

  /** Who wants what is asked of the loops inside a scope, as conditions by the asked node. */
  #users(scope: Scope): ReadonlyMap<Node, readonly string[]> {
    const users = new Map<Node, string[]>();
    const reach = (node: Node, condition: string, seen: Set<Node>): void => {
      if (seen.has(node)) return;
      seen.add(node);
      const { operation } = node;
      if ((operation.kind === 'quantified' || operation.kind === 'gathered') && operation.loop.parent === scope)
        users.set(node, [...(users.get(node) ?? []), condition]);
      for (const part of partsOf(node)) if (part.scope.depth >= scope.depth) reach(part, condition, seen);
    };
    if (scope.parent === undefined) for (const [i, root] of this.#roots) reach(root, `w[${i}] !== 0`, new Set());
    else
      for (const asked of scope.asked)
        if (asked.operation.kind === 'quantified' || asked.operation.kind === 'gathered')
          reach(asked.operation.body, undecided(asked), new Set());
    return users;
  }

  #loop(loop: Scope, users: ReadonlyMap<Node, readonly string[]>): void {
    const { asked, id } = loop;
    const lines = this.#lines;
    for (const node of asked) {
      const wanted = [...new Set(users.get(node) ?? ['false'])].join(' || ');
      if (isOpenEnded(node)) {
        lines.line(`let q${node.id} = 1;`);
        lines.line(`const l${node.id} = ${wanted};`);
      } else lines.line(`let q${node.id} = ${wanted} ? ${isExists(node) ? '0 : 1' : '1 : 0'};`);
      if (node.operation.kind === 'gathered') lines.line(`let g${node.id};`);
    }
    lines.open(`if (${asked.map(undecided).join(' || ')}) {`);
    const ranged = loop.range as Node;
    const isRead = ranged.operation.kind === 'select';
    const range = isRead ? this.#raw(ranged) : this.#name(ranged);
    lines.line(`const a${id} = Array.isArray(${range}) ? ${range} : items(${range});`);
    lines.open(`if (a${id} === undefined) {`);
    const answer = isRead ? `${range} === undefined ? -1 : odd(${range})` : `odd(${range})`;
    lines.line(`${asked.map((node) => `q${node.id}`).join(' = ')} = ${answer};`);
    lines.close('}');
    lines.open('else {');
    for (const node of asked) this.#beforeRounds(node);
    lines.line(`const n${id} = a${id}.length;`);
    lines.line(`const r${id} = ${range};`);
    lines.line(`const p${id} = a${id} !== r${id} && isPlain(r${id});`);
    lines.open(`for (let i${id} = 0; i${id} < n${id}; i${id}++) {`);
    this.#round(loop);
    lines.close('}');
    lines.line(`f.steps -= n${id} * ${loop.cost};`);
    lines.line('if (f.steps < 0) return false;');
    for (const node of asked) if (isOne(node)) lines.line(`if (q${node.id} === 1 && c${node.id} !== 1) q${node.id} = 0;`);
    lines.close('}');
    lines.close('}');
  }

  #beforeRounds(node: Node): void {
    const { operation, id } = node;
    if (operation.kind === 'gathered') this.#lines.line(`g${id} = [];`);
    else if (isOne(node)) this.#lines.line(`let c${id} = 0;`);
  }

  #round(loop: Scope): void {
    const { asked, id } = loop;
    const lines = this.#lines;
    lines.enter(loop);
    const element = this.#nodes.find(({ operation }) => operation.kind === 'element' && operation.of === loop);
    lines.line(`const e${id} = a${id}[i${id}];`);
    if (element !== undefined) lines.learn(`value${element.id}`, `e${id}`);
    this.#start(loop);
    const users = this.#users(loop);
    for (const inner of loop.loops) this.#loop(inner, users);
    for (const node of asked) {
      lines.open(`if (${undecided(node)}) {`);
      this.#ask(node, `e${id}`);
      lines.close('}');
    }
    if (asked.every((node) => node.operation.kind === 'quantified' && !isOne(node)))
      lines.line(`if (${asked.map((node) => `q${node.id} === ${isExists(node) ? 1 : 0}`).join(' && ')}) break;`);
    lines.leave();
  }

  #ask(node: Node, element: string): void {
    const lines = this.#lines;
    const state = `q${node.id}`;
    const { operation } = node;
    if (operation.kind === 'gathered' && !operation.filter) {
      const value = this.#name(operation.body);
      lines.line(`if (${value} === undefined || ${value} instanceof Redacted) { if (${state} === 1) ${state} = odd(${value}); }`);
      lines.line(`else if (${state} === 1) g${node.id}.push(${value});`);
      return;
    }
    if (operation.kind !== 'quantified' && operation.kind !== 'gathered') return;
    const code = this.#code(operation.body);
    if (operation.kind === 'gathered')
      lines.line(
        `if (${state} === 1) { if (${code} === 1) g${node.id}.push(${element}); else if (${code} !== 0) ${state} = ${code}; }`,
      );
    else if (isOne(node))
      lines.line(`if (${state} === 1) { if (${code} === 1) c${node.id}++; else if (${code} !== 0) ${state} = ${code}; }`);
    else {
      const decides = isExists(node) ? 1 : 0;
      lines.line(`if (${code} !== ${1 - decides}) ${state} = ${code} === ${decides} || ${code} > ${state} ? ${code} : ${state};`);
    }
  }
}

const constantOf = ({ operation }: Node): CelValue | undefined => (operation.kind === 'constant' ? operation.value : undefined);

/** A text or bool that the closures compare with in one step, whichever side it is on. */
const isFixed = ({ operation }: Node): boolean =>
  operation.kind === 'constant' &&
  operation.origin !== 'element' &&
  (typeof operation.value === 'string' || typeof operation.value === 'boolean');
const isExists = ({ operation }: Node): boolean => operation.kind === 'quantified' && operation.quantifier === 'exists';
const isOne = ({ operation }: Node): boolean => operation.kind === 'quantified' && operation.quantifier === 'existsOne';

/** Whether all rounds are needed. */
const isOpenEnded = (node: Node): boolean => node.operation.kind === 'gathered' || isOne(node);

/** Whether what is asked of a loop still needs its rounds. */
const undecided = (node: Node): string =>
  isExists(node) ? `q${node.id} !== 1` : isOpenEnded(node) ? `l${node.id}` : `q${node.id} !== 0`;

function readField(from: string, field: string): string {
  if (field === 'kind') return `readKind(${from})`;
  if (field === 'value') return `readValue(${from})`;
  if (!isPlainName(field)) return `readOwn(${from}, ${quote(field)})`;
  const exists = PRIMITIVE_NAMES.has(field) ? `typeof ${from} === 'object' && ${from} !== null` : `${from} != undefined`;
  return `${exists} ? ${from}[${quote(field)}] : undefined`;
}

/** The first character mostly tells, which is sooner read than the platform's function is called. */
function textTest({ method, wanted }: Extract<Operation, { kind: 'textTest' }>, value: string): string {
  const whole = `${value}.${method}(${quote(wanted)})`;
  if (method === 'includes' || wanted === '') return whole;
  const at = method === 'startsWith' ? '0' : `${value}.length - ${wanted.length}`;
  return `${value}.length >= ${wanted.length} && ${value}.charCodeAt(${at}) === ${wanted.charCodeAt(0)} && ${whole}`;
}

/** What texts and numbers have by themselves. */
const PRIMITIVE_NAMES: ReadonlySet<string> = new Set(
  [String, Number, Boolean, BigInt].flatMap((type) => Object.getOwnPropertyNames(type.prototype)),
);

/**
 * Whether a value is data for certain, as nearly all is: what it has no field of then has no such field. Data with a key
 * `constructor`, or without a prototype, is looked at closely.
 */
const isRecord = (name: string): string => `${name} != undefined && ${name}.constructor === Record`;

/** Whether something can only be computed once loops at the root have run. */
const needsLoops = (node: Node): boolean =>
  node.operation.kind === 'quantified' || node.operation.kind === 'gathered' || partsOf(node).some(needsLoops);
