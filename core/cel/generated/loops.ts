import { partsOf, type Node, type Scope } from './graph.ts';
import type { Parts } from './parts.ts';

/** Writes loops: one over each range, for all that is asked of it, until that is decided. */
export class LoopWriter {
  readonly #parts: Parts;
  readonly #roots: ReadonlyMap<number, Node>;
  readonly #nodes: readonly Node[];
  readonly #start: (scope: Scope) => void;

  /** `start` writes what is read at the beginning of each round. */
  constructor(parts: Parts, roots: ReadonlyMap<number, Node>, nodes: readonly Node[], start: (scope: Scope) => void) {
    this.#parts = parts;
    this.#roots = roots;
    this.#nodes = nodes;
    this.#start = start;
  }

  writeAll(scope: Scope): void {
    const users = this.#users(scope);
    for (const loop of scope.loops) this.#write(loop, users);
  }

  #write(loop: Scope, users: ReadonlyMap<Node, readonly string[]>): void {
    const { asked, id } = loop;
    const lines = this.#parts.lines;
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
    const range = isRead ? this.#parts.raw(ranged) : this.#parts.name(ranged);
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
    if (operation.kind === 'gathered') this.#parts.lines.line(`g${id} = [];`);
    else if (isOne(node)) this.#parts.lines.line(`let c${id} = 0;`);
  }

  #round(loop: Scope): void {
    const { asked, id } = loop;
    const lines = this.#parts.lines;
    lines.enter(loop);
    const element = this.#nodes.find(({ operation }) => operation.kind === 'element' && operation.of === loop);
    lines.line(`const e${id} = a${id}[i${id}];`);
    if (element !== undefined) lines.learn(`value${element.id}`, `e${id}`);
    this.#start(loop);
    this.writeAll(loop);
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
    const lines = this.#parts.lines;
    const state = `q${node.id}`;
    const { operation } = node;
    if (operation.kind === 'gathered' && !operation.filter) {
      const value = this.#parts.name(operation.body);
      lines.line(`if (${value} === undefined || ${value} instanceof Redacted) { if (${state} === 1) ${state} = odd(${value}); }`);
      lines.line(`else if (${state} === 1) g${node.id}.push(${value});`);
      return;
    }
    if (operation.kind !== 'quantified' && operation.kind !== 'gathered') return;
    const code = this.#parts.code(operation.body);
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
}

const isExists = ({ operation }: Node): boolean => operation.kind === 'quantified' && operation.quantifier === 'exists';
const isOne = ({ operation }: Node): boolean => operation.kind === 'quantified' && operation.quantifier === 'existsOne';

/** Whether all rounds are needed. */
const isOpenEnded = (node: Node): boolean => node.operation.kind === 'gathered' || isOne(node);

/** Whether what is asked of a loop still needs its rounds. */
const undecided = (node: Node): string =>
  isExists(node) ? `q${node.id} !== 1` : isOpenEnded(node) ? `l${node.id}` : `q${node.id} !== 0`;
