import type { Call } from '../ast.ts';
import type { Checked, Resolved } from '../checker.ts';
import { bodyFor, definitionsFor } from '../compiler.ts';
import { chargeOf, type Charge } from '../cost/bound.ts';
import { SHORT } from '../frame.ts';
import type { Body } from '../library.ts';
import { cachedPattern } from '../regex.ts';
import { isList, isPlainName } from '../values.ts';
import { idsOf, type Graph, type Node, type Relation, type Scope, type TextTest } from './graph.ts';
import { constantOf } from './parts.ts';

const RELATIONS: ReadonlyMap<string, Relation> = new Map([
  ['_<_', '<'],
  ['_<=_', '<='],
  ['_>_', '>'],
  ['_>=_', '>='],
]);
const TEXT_TESTS: ReadonlyMap<string, TextTest> = new Map([
  ['startsWith', 'startsWith'],
  ['endsWith', 'endsWith'],
  ['contains', 'includes'],
]);

const isEarly = ({ operation }: Node): boolean => operation.kind === 'constant' && operation.origin === 'early';

/** Translates calls of functions, once what they are called with is translated. */
export class CallTranslator {
  readonly #graph: Graph;
  readonly #checked: Checked;
  readonly #minor: number;

  constructor(graph: Graph, checked: Checked, minor: number) {
    this.#graph = graph;
    this.#checked = checked;
    this.#minor = minor;
  }

  translate(node: Call, resolved: Resolved, left: Node, right: Node | undefined, place: Scope): Node | undefined {
    return (
      (right === undefined ? undefined : this.#special(node, resolved, left, right, place)) ??
      this.#plain(node, resolved, left, right, place)
    );
  }

  #plain(node: Call, resolved: Resolved, left: Node, right: Node | undefined, place: Scope): Node | undefined {
    const { name, member, args, chosen } = resolved;
    // Their closures look at more than the values of the arguments.
    if (name === 'find' || name === 'findAll') return undefined;
    const body = bodyFor(name, definitionsFor(name, member, args.length, this.#minor), chosen);
    const charge = chargeOf(node, this.#checked, this.#minor);
    const parts = right === undefined ? [left] : [left, right];
    const signatures = chosen?.map((one) => this.#graph.identity(one)).join() ?? '';
    return this.#graph.node(
      `call ${name} ${member} ${signatures} ${idsOf(parts)}`,
      { kind: 'call', body, args: parts, charge },
      parts,
      place,
    );
  }

  /** Calls that have a faster form, as in compiler.ts. */
  #special(node: Call, { name, member, args }: Resolved, left: Node, right: Node, place: Scope): Node | undefined {
    const graph = this.#graph;
    const charge = chargeOf(node, this.#checked, this.#minor);
    const wanted = constantOf(right);
    const body = bodyFor(name, definitionsFor(name, member, args.length, this.#minor), undefined);
    if (name === '_==_' || name === '_!=_') {
      const negated = name === '_!=_';
      return graph.node(`${name} ${left.id} ${right.id}`, { kind: 'equals', left, right, negated, charge }, [left, right], place);
    }
    if (name === '@in') return this.#in(left, right, charge, body, place);
    if (name === 'matches' && typeof wanted === 'string' && isEarly(right)) {
      const pattern = cachedPattern(wanted);
      if (typeof pattern === 'string') return undefined;
      // Of a literal it is known beforehand how long it is.
      const isLong = wanted.length > SHORT && args[1]?.kind !== 'literal';
      return graph.node(
        `matches ${member} ${isLong} ${left.id} ${right.id}`,
        { kind: 'matches', left, source: wanted, pattern, charge, isLong },
        [left],
        place,
      );
    }
    const method = TEXT_TESTS.get(name);
    if (method !== undefined && typeof wanted === 'string' && wanted.length <= SHORT)
      return graph.node(
        `${method} ${member} ${left.id} ${right.id}`,
        { kind: 'textTest', method, left, wanted, body, charge },
        [left],
        place,
      );
    const relation = RELATIONS.get(name);
    if (relation !== undefined && typeof wanted === 'number')
      return graph.node(`order ${relation} ${left.id} ${right.id}`, { kind: 'order', relation, left, limit: wanted, body }, [
        left,
      ]);
    return undefined;
  }

  #in(left: Node, right: Node, charge: Charge | undefined, body: Body, place: Scope): Node | undefined {
    const list = constantOf(right);
    if (isList(list)) {
      // cel-go does not even look at the value then, which may be an error.
      if (list.length === 0) return isEarly(right) ? this.#graph.constant(false, 'folded') : undefined;
      if (list.length > SHORT) return undefined;
      return this.#graph.node(`oneOf ${left.id} ${right.id}`, { kind: 'oneOf', left, list }, [left]);
    }
    const key = constantOf(left);
    if (typeof key !== 'string' || !isPlainName(key) || charge !== undefined) return undefined;
    const field = this.#graph.field(right, key);
    return this.#graph.node(`hasKey ${field.id}`, { kind: 'hasKey', field, map: right, key, body }, [field], place);
  }
}
