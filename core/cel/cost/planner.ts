import { Redacted } from '../json.ts';
import type { Call, Expr, ListExpr, MapExpr, Select } from '../ast.ts';
import { bodyOf, guarded } from '../calls.ts';
import type { Checked, Resolved } from '../checker.ts';
import type { Layout } from '../compiler.ts';
import { COMPOSED, VARIABLES } from '../composed-variables.ts';
import { literalValue } from '../folding.ts';
import { EvaluationFrame, NO_OVERLOAD, type Failure } from '../frame.ts';
import { definitionsOf } from '../libraries/index.ts';
import type { Body, FunctionDefinition } from '../library.ts';
import { valueOf } from '../libraries/optional.ts';
import { SORT_BY_KEYS } from '../macros.ts';
import { buildMap } from '../maps.ts';
import type { Signature } from '../signature.ts';
import { isList, Optional, TypeValue, type CelValue, type Val } from '../values.ts';
import { ConditionalAttribute, KeyQualifier, NameAttribute, PresenceQualifier, RelativeAttribute } from './attributes.ts';
import { note, type Attribute, type Counting, type Planned, type Qualifier } from './counting.ts';
import { planMacro, planSortBy } from './folds.ts';
import { standsForType } from '../names.ts';
import { costOfCall, LIST_COST, MAP_COST, SELECT_COST, type CostOf } from './functions.ts';
import { EXACT } from './measure.ts';

/** Functions that cel-go computes when a program is made, if their argument is constant (common/overloads, IsTypeConversionFunction). */
const CONVERSIONS: ReadonlySet<string> = new Set('bool bytes double duration dyn int string timestamp type uint'.split(' '));

/** Of these cel-go has one body for all signatures, on two arguments (decls.SingletonBinaryBinding). */
const SINGLE_BODY = /^\W|^_|^matches$|^@/;

/** Operators and size() look only at the values: cel-go has one body for all their signatures. */
const UNGUARDED = /^\W|^_|^size$/;

type Read = (c: Counting) => Val;

/** Plans a checked expression as cel-go does, so that its steps can be counted. */
export class Planner {
  readonly checked: Checked;
  readonly layout: Layout;
  readonly #locals = new Map<string, readonly Read[]>();
  #depth = 0;
  #ids = 0;

  constructor(checked: Checked, layout: Layout) {
    this.checked = checked;
    this.layout = layout;
  }

  id(): number {
    return this.#ids++;
  }

  /** A place among the locals, until `release`. */
  declare(): number {
    return this.#depth++;
  }

  release(): void {
    this.#depth--;
  }

  /** What a name means until `unbind`. */
  bind(name: string | undefined, read: Read): void {
    if (name !== undefined) this.#locals.set(name, [...(this.#locals.get(name) ?? []), read]);
  }

  unbind(name: string | undefined): void {
    if (name === undefined) return;
    const rest = (this.#locals.get(name) ?? []).slice(0, -1);
    if (rest.length > 0) this.#locals.set(name, rest);
    else this.#locals.delete(name);
  }

  plan(node: Expr): Planned {
    switch (node.kind) {
      case 'literal':
        return this.constant(literalValue(node));
      case 'ident':
        return this.#named(node) ?? this.#unnamed(node);
      case 'select':
        return this.#named(node) ?? this.#select(node);
      case 'has':
        return this.#has(node.select, node);
      case 'index': {
        const operand = this.plan(node.operand);
        return this.#qualified(operand, this.#index(this.plan(node.index), node, node.optional));
      }
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'macro':
        return planMacro(this, node);
      case 'struct':
        throw new TypeError('messages are refused by the checker');
    }
  }

  constant(value: CelValue): Planned {
    const id = this.id();
    return { id, constant: value, attribute: undefined, run: (c) => (c.meter.push(id, value), value) };
  }

  /** A step whose cost, if any, is charged after it. */
  step(compute: (c: Counting) => Val, charge: (c: Counting, value: Val) => void, node?: Expr): Planned {
    const id = this.id();
    return {
      id,
      constant: undefined,
      attribute: undefined,
      run: (c) => {
        const value = compute(c);
        if (node !== undefined) note(c, node, value);
        charge(c, value);
        c.meter.push(id, value);
        return value;
      },
    };
  }

  attribute(attribute: Attribute): Planned {
    return {
      get id(): number {
        return attribute.id;
      },
      constant: undefined,
      attribute,
      run: (c) => {
        const value = attribute.resolve(c);
        c.meter.drop(attribute.id);
        c.meter.cost += SELECT_COST;
        c.meter.push(attribute.id, value);
        return value;
      },
    };
  }

  local(at: number): Planned {
    return this.attribute(new NameAttribute(this.id(), (c) => c.locals[at]));
  }

  #named(node: Expr): Planned | undefined {
    const name = this.checked.names.get(node);
    if (name === undefined) return undefined;
    if (standsForType(name, this.checked.types.get(node), this.layout.minor)) return this.constant(new TypeValue(name));
    const read = this.#locals.get(name)?.at(-1);
    if (read !== undefined) return this.attribute(new NameAttribute(this.id(), read, node));
    const slot = this.layout.variables.get(name);
    if (slot !== undefined) return this.attribute(new NameAttribute(this.id(), (c) => c.f.slots[slot], node));
    return name === COMPOSED ? undefined : this.constant(new TypeValue(name));
  }

  #unnamed(node: Expr): Planned {
    if (this.checked.unbound.has(node))
      return this.attribute(new NameAttribute(this.id(), (c) => c.f.failAt(node, 'unknown name')));
    return this.attribute(new NameAttribute(this.id(), () => VARIABLES, node));
  }

  /** What fields can be read of: the step itself where it is a name or a chain of fields, else one around it. */
  #attributeOf(operand: Planned): Planned & { readonly attribute: Attribute } {
    const planned = operand.attribute === undefined ? this.attribute(new RelativeAttribute(operand.id, operand)) : operand;
    return planned as Planned & { readonly attribute: Attribute };
  }

  #qualified(operand: Planned, qualifier: Qualifier): Planned {
    const planned = this.#attributeOf(operand);
    planned.attribute.add(qualifier);
    return planned;
  }

  #select(node: Select): Planned {
    return this.#qualified(this.plan(node.operand), new KeyQualifier(this.id(), () => node.field, node, node.optional, false));
  }

  #index(key: Planned, node: Expr, optional: boolean): Qualifier {
    const { constant, attribute } = key;
    if (constant !== undefined) return new KeyQualifier(this.id(), () => constant, node, optional, false);
    if (attribute !== undefined) return new KeyQualifier(this.id(), (c) => attribute.resolve(c), node, optional, false);
    return new KeyQualifier(this.id(), (c) => key.run(c), node, optional, true);
  }

  /** A field that is asked for costs what the fields before it cost, and itself nothing. */
  #has(select: Select, node: Expr): Planned {
    const { attribute } = this.#attributeOf(this.plan(select.operand));
    const id = this.id();
    attribute.add(new PresenceQualifier(id, select.field));
    const free = attribute instanceof ConditionalAttribute ? SELECT_COST : 0;
    return {
      id,
      constant: undefined,
      attribute,
      run: (c) => {
        const found = attribute.resolve(c);
        const value = found instanceof Optional ? found.held !== undefined : found;
        note(c, node, value);
        dropAttribute(c, attribute);
        c.meter.cost -= free;
        c.meter.push(id, value);
        return value;
      },
    };
  }

  #list(node: ListExpr): Planned {
    return this.list(
      node.elements.map((element) => this.plan(element.value)),
      node.elements.map((element) => element.optional),
      node,
    );
  }

  list(parts: readonly Planned[], optional: readonly boolean[] = [], node?: Expr): Planned {
    if (parts.every((part) => part.constant !== undefined)) return this.constant(parts.map((part) => part.constant as CelValue));
    const ids = (): readonly number[] => parts.map((part) => part.id);
    return this.step(
      (c) => {
        const out: CelValue[] = [];
        for (let i = 0; i < parts.length; i++) {
          const value = (parts[i] as Planned).run(c);
          if (value === undefined || value instanceof Redacted) return value;
          if (optional[i] !== true) out.push(value);
          else if (!(value instanceof Optional)) return notOptional(c, node);
          else if (value.held !== undefined) out.push(value.held);
        }
        return out;
      },
      (c) => {
        c.meter.dropArguments(ids());
        c.meter.cost += LIST_COST;
      },
      node,
    );
  }

  #map(node: MapExpr): Planned {
    const entries = node.entries.map(({ key, value, optional }) => ({ key: this.plan(key), value: this.plan(value), optional }));
    const compute = (c: Counting): Val => {
      const out: (readonly [CelValue, CelValue])[] = [];
      for (const entry of entries) {
        const key = entry.key.run(c);
        if (key === undefined || key instanceof Redacted) return key;
        const value = entry.value.run(c);
        if (value === undefined || value instanceof Redacted) return value;
        if (!entry.optional) out.push([key, value]);
        else if (!(value instanceof Optional)) return notOptional(c, node);
        else if (value.held !== undefined) out.push([key, value.held]);
      }
      return buildMap(c.f, out);
    };
    if (entries.every(({ key, value }) => key.constant !== undefined && value.constant !== undefined)) {
      const pairs = entries.map(({ key, value }) => [key.constant as CelValue, value.constant as CelValue] as const);
      const built = buildMap(scratch(), pairs);
      if (built !== undefined) return this.constant(built);
    }
    return this.step(
      compute,
      (c) => {
        c.meter.dropArguments(entries.flatMap(({ key, value }) => [key.id, value.id]));
        c.meter.cost += MAP_COST;
      },
      node,
    );
  }

  #call(node: Call): Planned {
    if (this.checked.unbound.has(node)) return this.#unnamed(node);
    switch (node.name) {
      case '_&&_':
      case '_||_':
        return this.logical(
          node.name === '_||_',
          node.args.map((arg) => this.plan(arg)),
          node.args,
          node,
        );
      case '_?_:_': {
        const [condition, yes, no] = node.args.map((arg) => this.plan(arg)) as [Planned, Planned, Planned];
        return this.conditional(condition, yes, no, node);
      }
      default:
        return this.#function(node);
    }
  }

  /** `&&` and `||`: one deciding term gives the answer, else an unknown, else the first error. */
  logical(or: boolean, terms: readonly Planned[], spans: readonly Expr[], node?: Expr): Planned {
    return this.step(
      (c) => {
        let unknown: Redacted | undefined;
        let failure: Failure | undefined;
        for (let i = 0; i < terms.length; i++) {
          const value = (terms[i] as Planned).run(c);
          if (value === or) return or;
          if (value instanceof Redacted) unknown ??= value;
          else if (typeof value !== 'boolean') {
            if (value !== undefined) c.f.failAt(spans[i] ?? { start: 0, end: 0 }, NO_OVERLOAD);
            failure ??= c.f.failure;
          }
        }
        return unknown ?? (failure === undefined ? !or : c.f.restore(failure));
      },
      (c) => {
        for (const term of terms) c.meter.drop(term.id);
      },
      node,
    );
  }

  conditional(condition: Planned, yes: Planned, no: Planned, node?: Expr): Planned {
    const branch = (planned: Planned): Attribute => planned.attribute ?? new RelativeAttribute(planned.id, planned);
    const attribute = new ConditionalAttribute(this.id(), condition, branch(yes), branch(no), node);
    return {
      get id(): number {
        return attribute.id;
      },
      constant: undefined,
      attribute,
      run: (c) => {
        const value = attribute.resolve(c);
        if (node !== undefined) note(c, node, value);
        dropAttribute(c, attribute);
        c.meter.push(attribute.id, value);
        return value;
      },
    };
  }

  #function(node: Call): Planned {
    const { name, member, args, chosen } = this.checked.calls.get(node) as Resolved;
    const { minor } = this.layout;
    const sorts = name === SORT_BY_KEYS;
    const parts = sorts ? [] : args.map((arg) => this.plan(arg));
    const definitions = definitionsOf(name).filter(
      (one) => one.member === member && one.arity === args.length && one.signatures.some(({ since }) => since <= minor),
    );
    const signatures = chosen ?? definitions.flatMap((one) => one.signatures.filter(({ since }) => since <= minor));
    const [left, right] = parts;
    if ((name === 'or' || name === 'orValue') && left !== undefined && right !== undefined)
      return this.#orElse(name, left, right, node);
    if (name === '@in' && signatures.length === 1 && signatures[0]?.parameters[1]?.kind === 'list') {
      const list = right?.constant;
      if (isList(list) && list.length === 0) return this.constant(false);
      if (isList(list) && list.every(isHashable)) return this.#inSet(left as Planned, list, definitions, node);
    }
    const body = bodyOf(definitions);
    const apply = chosen === undefined || UNGUARDED.test(name) ? body : guarded(body, chosen);
    if (CONVERSIONS.has(name) && parts.length === 1 && left?.constant !== undefined) {
      const value = apply(scratch(), left.constant);
      if (value !== undefined) return this.constant(value);
    }
    const cost = costOfCall(name, signatures);
    const [list, keys] = args;
    if (sorts && list !== undefined && keys?.kind === 'macro')
      return planSortBy(this, list, keys, (both) => this.call(apply, both, cost, false, node));
    return this.call(apply, parts, cost, this.#stopsEarly(name, parts, signatures), node);
  }

  /** Whether cel-go leaves arguments alone once one is an error: not where it knows a body of one or two arguments beforehand. */
  #stopsEarly(name: string, parts: readonly Planned[], signatures: readonly Signature[]): boolean {
    if (parts.length > 2 || name === 'format') return true;
    if (parts.length < 2) return false;
    // A pattern that is constant is compiled beforehand, into a body of any number of arguments.
    const pattern = name === 'matches' || name === 'find' || name === 'findAll';
    if (pattern && typeof parts[1]?.constant === 'string') return true;
    return signatures.length > 1 && !SINGLE_BODY.test(name);
  }

  /** A call of a function on computed arguments. */
  call(apply: Body, parts: readonly Planned[], cost: CostOf | undefined, stopsEarly: boolean, node?: Expr): Planned {
    return this.step(
      (c) => {
        const values: CelValue[] = [];
        let failure: Failure | undefined;
        let unknown: Redacted | undefined;
        for (const part of parts) {
          const value = part.run(c);
          if (value === undefined) failure ??= c.f.failure;
          else {
            if (failure === undefined && value instanceof Redacted) unknown ??= value;
            values.push(value);
          }
          if (failure !== undefined && stopsEarly) break;
        }
        // What comes first decides: an error, or an unknown before it.
        if (failure !== undefined) return unknown ?? c.f.restore(failure);
        const value = apply(c.f, ...values);
        return value === undefined && node !== undefined ? c.f.at(node) : value;
      },
      (c, result) => {
        const values = c.meter.dropArguments(parts.map((part) => part.id));
        if (values !== undefined) c.meter.cost += cost === undefined ? 1 : cost(values, result, EXACT, c.f);
      },
      node,
    );
  }

  /** cel-go makes a set of a constant list and asks it for nothing. */
  #inSet(value: Planned, list: readonly CelValue[], definitions: readonly FunctionDefinition[], node: Expr): Planned {
    const body = bodyOf(definitions);
    return this.step(
      (c) => {
        const sought = value.run(c);
        return sought === undefined || sought instanceof Redacted ? sought : body(c.f, sought, list);
      },
      () => undefined,
      node,
    );
  }

  #orElse(name: 'or' | 'orValue', left: Planned, right: Planned, node: Expr): Planned {
    return this.step(
      (c) => {
        const value = left.run(c);
        if (!(value instanceof Optional)) return value;
        if (value.held === undefined) return right.run(c);
        return name === 'or' ? value : c.f.placed(valueOf(c.f, value), node);
      },
      () => undefined,
      node,
    );
  }
}

/** Takes the parts of an attribute off the stack; of a conditional in cel-go's order. */
function dropAttribute(c: Counting, attribute: Attribute): void {
  if (!(attribute instanceof ConditionalAttribute)) {
    c.meter.drop(attribute.id);
    return;
  }
  c.meter.drop(attribute.no.id);
  c.meter.drop(attribute.yes.id);
  c.meter.drop(attribute.condition.id);
}

function notOptional(c: Counting, node: Expr | undefined): undefined {
  const what = 'an optional value is needed after ?';
  return node === undefined ? c.f.fail(what) : c.f.failAt(node, what);
}

const isHashable = (value: CelValue): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  (typeof value === 'object' && value !== null && ['uint', 'double'].includes(typeNameOfObject(value)));

const typeNameOfObject = (value: object): string =>
  'typeName' in value ? String(value.typeName) : 'value' in value ? 'double' : '';

/** On it constants are computed. */
const scratch = (): EvaluationFrame => new EvaluationFrame(0, [], 0);
