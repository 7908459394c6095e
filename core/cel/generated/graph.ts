import type { Charge } from '../cost/bound.ts';
import type { Run } from '../frame.ts';
import type { Body } from '../library.ts';
import type { Pattern } from '../regex.ts';
import type { CelValue } from '../values.ts';

/**
 * What a set of programs computes, as a graph: equal subexpressions are one node, whichever program they are of, and all
 * comprehensions over one range at one place are one loop.
 */
export interface Node {
  readonly id: number;
  readonly operation: Operation;
  /** Where it can be computed first: the innermost loop whose element it depends on. */
  readonly scope: Scope;
  /** How many other nodes and programs use it. */
  uses: number;
  /** How often it is written: what its evaluation costs counts once for each. */
  occurrences: number;
}

/** `test` operations give a code (TEST_FALSE ... TEST_UNKNOWN), the others a value. */
export type Operation =
  | { readonly kind: 'constant'; readonly value: CelValue; readonly origin: Origin }
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'variable'; readonly slot: number; readonly value: Node }
  | { readonly kind: 'element'; readonly of: Scope }
  | { readonly kind: 'select'; readonly operand: Node; readonly field: string }
  | { readonly kind: 'lookup'; readonly field: Node; readonly operand: Node; readonly key: string }
  | { readonly kind: 'index'; readonly operand: Node; readonly key: Node }
  | { readonly kind: 'call'; readonly body: Body; readonly args: readonly Node[]; readonly charge: Charge | undefined }
  | { readonly kind: 'conditional'; readonly condition: Node; readonly yes: Node; readonly no: Node }
  | { readonly kind: 'gathered'; readonly loop: Scope; readonly filter: boolean; readonly body: Node }
  | { readonly kind: 'closure'; readonly run: Run; readonly bindings: readonly Binding[] }
  | TestOperation;

export type TestOperation =
  | { readonly kind: 'has'; readonly select: Node }
  | { readonly kind: 'isComputed'; readonly variable: Node }
  | { readonly kind: 'logical'; readonly decides: 0 | 1; readonly parts: readonly Node[] }
  | { readonly kind: 'not'; readonly operand: Node }
  | {
      readonly kind: 'equals';
      readonly left: Node;
      readonly right: Node;
      readonly negated: boolean;
      readonly charge: Charge | undefined;
    }
  | { readonly kind: 'order'; readonly relation: Relation; readonly left: Node; readonly limit: number; readonly body: Body }
  | {
      readonly kind: 'textTest';
      readonly method: TextTest;
      readonly left: Node;
      readonly wanted: string;
      readonly body: Body;
      readonly charge: Charge | undefined;
    }
  | { readonly kind: 'oneOf'; readonly left: Node; readonly list: readonly CelValue[] }
  | { readonly kind: 'hasKey'; readonly field: Node; readonly map: Node; readonly key: string; readonly body: Body }
  | {
      readonly kind: 'matches';
      readonly left: Node;
      readonly source: string;
      readonly pattern: Pattern;
      readonly charge: Charge | undefined;
      /** It is long, and was not charged for beforehand. */
      readonly isLong: boolean;
    }
  | { readonly kind: 'quantified'; readonly loop: Scope; readonly quantifier: Quantifier; readonly body: Node };

/** Whether a constant was computed with the program as cel-go does, by us alone, or is an element of a loop written out. */
export type Origin = 'early' | 'folded' | 'element';
export type Relation = '<' | '<=' | '>' | '>=';
export type TextTest = 'startsWith' | 'endsWith' | 'includes';
export type Quantifier = 'all' | 'exists' | 'existsOne';

/** A slot of the frame that a closure reads, and what must stand in it. */
export interface Binding {
  readonly slot: number;
  readonly value: Node;
}

/** The root, or a loop over a range. */
export interface Scope {
  readonly id: number;
  readonly depth: number;
  readonly parent: Scope | undefined;
  readonly range: Node | undefined;
  /** The loops directly inside, by their ranges. */
  readonly loops: Scope[];
  /** What is asked of each round: nodes of kind `quantified` and `gathered`. */
  readonly asked: Node[];
  /** What a round of it costs at most, all programs together. */
  cost: number;
}

/** Nodes and loops, each made once. */
export class Graph {
  readonly root: Scope = { id: 0, depth: 0, parent: undefined, range: undefined, loops: [], asked: [], cost: 0 };
  /** Composed variables by their slots. */
  readonly variables = new Map<number, Node>();
  readonly #nodes = new Map<string, Node>();
  readonly #identities = new Map<unknown, number>();
  #scopes = 0;

  /** All nodes, each after those it uses. */
  nodes(): readonly Node[] {
    return [...this.#nodes.values()];
  }

  /** The node of this key, where `parts` are what it uses. Unless it is bound to a place, it belongs where all its parts are known. */
  node(key: string, operation: Operation, parts: readonly Node[], place?: Scope): Node {
    const full = place === undefined ? key : `${key}@${place.id}`;
    const known = this.#nodes.get(full);
    if (known !== undefined) {
      known.occurrences++;
      return known;
    }
    const scope = parts.reduce((deepest, part) => (part.scope.depth > deepest.depth ? part.scope : deepest), place ?? this.root);
    // What a loop uses from outside it uses in every round.
    for (const part of parts) part.uses += part.scope.depth < scope.depth ? 2 : 1;
    const made: Node = { id: this.#nodes.size, operation, scope, uses: 0, occurrences: 1 };
    this.#nodes.set(full, made);
    return made;
  }

  loop(place: Scope, range: Node): Scope {
    const known = place.loops.find((loop) => loop.range === range);
    if (known !== undefined) return known;
    range.uses++;
    const made: Scope = { id: ++this.#scopes, depth: place.depth + 1, parent: place, range, loops: [], asked: [], cost: 0 };
    place.loops.push(made);
    return made;
  }

  element(of: Scope): Node {
    return this.node('element', { kind: 'element', of }, [], of);
  }

  constant(value: CelValue, origin: Origin): Node {
    const key = isPrimitive(value) ? `${typeof value} ${JSON.stringify(value)}` : `object ${this.identity(value)}`;
    return this.node(`constant ${origin} ${key}`, { kind: 'constant', value, origin }, []);
  }

  field(operand: Node, field: string): Node {
    return this.node(`select ${operand.id} ${JSON.stringify(field)}`, { kind: 'select', operand, field }, [operand]);
  }

  /** A number for a thing that is compared by identity. */
  identity(thing: unknown): number {
    const known = this.#identities.get(thing);
    if (known !== undefined) return known;
    this.#identities.set(thing, this.#identities.size);
    return this.#identities.size - 1;
  }
}

export const isPrimitive = (value: CelValue | undefined): value is string | number | boolean | null =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

export const idsOf = (nodes: readonly Node[]): string => nodes.map(({ id }) => id).join();

/** What a node is computed from. */
export function partsOf({ operation }: Node): readonly Node[] {
  switch (operation.kind) {
    case 'constant':
    case 'slot':
    case 'element':
      return [];
    case 'variable':
      return [operation.value];
    case 'select':
      return [operation.operand];
    case 'lookup':
      return [operation.field];
    case 'index':
      return [operation.operand, operation.key];
    case 'call':
      return operation.args;
    case 'conditional':
      return [operation.condition, operation.yes, operation.no];
    case 'closure':
      return operation.bindings.map(({ value }) => value);
    case 'has':
      return [operation.select];
    case 'isComputed':
      return [operation.variable];
    case 'logical':
      return operation.parts;
    case 'not':
      return [operation.operand];
    case 'equals':
      return [operation.left, operation.right];
    case 'order':
    case 'textTest':
    case 'oneOf':
    case 'matches':
      return [operation.left];
    case 'hasKey':
      return [operation.field];
    case 'gathered':
    case 'quantified':
      return operation.loop.range === undefined ? [] : [operation.loop.range];
  }
}
