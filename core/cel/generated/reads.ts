import { isRecord, readField, readFields, tellsData } from './fields.ts';
import { partsOf, type Node, type Operation, type Scope } from './graph.ts';
import type { Parts } from './parts.ts';

/** So many fields are looked at before the prototype is. */
const SIBLINGS = 4;

/** From so many fields of one value on they are read in one pass over those that it has. */
const TOGETHER = 3;

type Select = Extract<Operation, { kind: 'select' }>;

/** Writes plain reads of the data: of what is used again and again at the beginning of its scope. */
export class Reads {
  readonly #parts: Parts;
  readonly #nodes: readonly Node[];

  constructor(parts: Parts, nodes: readonly Node[]) {
    this.#parts = parts;
    this.#nodes = nodes;
  }

  /** What is read at the beginning of a scope. */
  start(scope: Scope): void {
    for (const node of this.#nodes) {
      if (node.scope !== scope) continue;
      const { kind } = node.operation;
      if (kind === 'slot') this.#parts.lines.define(this.#parts.fresh(), `value${node.id}`, `slots[${node.operation.slot}]`);
      else if (kind === 'variable' && isEager(node)) this.#parts.value(node);
      else if (kind === 'select' && isEager(node)) this.#readWith(node);
    }
  }

  /** What a plain read of the data gives, as a name; undefined: to be looked at closely. */
  raw(select: Node): string {
    const known = this.#known(select);
    if (known !== undefined) return known;
    const { operand, field } = select.operation as Select;
    const expression = readField(this.#source(operand), field);
    return this.#parts.lines.define(this.#parts.fresh(), `raw${select.id}`, expression);
  }

  /** What has one of the fields that were read of it is data, without a look at its prototype. */
  isData(select: Node): string {
    const { operand } = select.operation as Select;
    const known = this.#fieldsOf(operand).flatMap((other) =>
      other !== select && tellsData((other.operation as Select).field) ? (this.#known(other) ?? []) : [],
    );
    const told = known.slice(0, SIBLINGS).map((field) => `${field} !== undefined`);
    return `(${[...told, isRecord(this.#source(operand))].join(' || ')})`;
  }

  /** Reads a field, and with it all others of the same value: once they are gone over, one more costs little. */
  #readWith(select: Node): void {
    if (this.#known(select) !== undefined) return;
    const { operand } = select.operation as Select;
    const selects = this.#fieldsOf(operand);
    if (selects.length < TOGETHER) {
      this.raw(select);
      return;
    }
    const source = this.#source(operand);
    const fields = selects.map(({ id, operation }) => ({ id, name: this.#parts.fresh(), field: (operation as Select).field }));
    for (const line of readFields(source, fields)) this.#parts.lines.line(line);
    for (const { id, name } of fields) this.#parts.lines.learn(`raw${id}`, name);
  }

  #fieldsOf(operand: Node): readonly Node[] {
    return this.#nodes.filter(({ operation }) => operation.kind === 'select' && operation.operand === operand);
  }

  #known(select: Node): string | undefined {
    return this.#parts.lines.known(`raw${select.id}`);
  }

  #source(operand: Node): string {
    return operand.operation.kind === 'select' ? this.raw(operand) : this.#parts.name(operand);
  }
}

/** Whether it is computed at the beginning of its scope. */
function isEager(node: Node): boolean {
  const { operation } = node;
  if (operation.kind === 'slot' || operation.kind === 'element') return true;
  if (operation.kind === 'variable') return !needsLoops(operation.value);
  return operation.kind === 'select' && node.uses > 1 && isEager(operation.operand);
}

/** Whether something can only be computed once loops at the root have run. */
const needsLoops = (node: Node): boolean =>
  node.operation.kind === 'quantified' || node.operation.kind === 'gathered' || partsOf(node).some(needsLoops);
