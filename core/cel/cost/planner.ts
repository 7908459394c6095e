import { Redacted } from '../json.ts';
import type { Call, Expr, Select } from '../ast.ts';
import type { Checked } from '../checker.ts';
import type { Layout } from '../compiler.ts';
import { COMPOSED, VARIABLES } from '../composed-variables.ts';
import { literalValue } from '../folding.ts';
import { NO_OVERLOAD, type Failure } from '../frame.ts';
import { standsForType } from '../names.ts';
import { Optional, TypeValue, type CelValue, type Val } from '../values.ts';
import { ConditionalAttribute, KeyQualifier, NameAttribute, PresenceQualifier, RelativeAttribute } from './attributes.ts';
import { planFunction } from './calls.ts';
import { planList, planMap } from './collections.ts';
import { note, type Attribute, type Counting, type Planned, type Qualifier } from './counting.ts';
import { planMacro } from './folds.ts';
import { SELECT_COST } from './functions.ts';

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
        return planList(this, node);
      case 'map':
        return planMap(this, node);
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
        return planFunction(this, node);
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
