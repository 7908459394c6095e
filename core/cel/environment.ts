import { err, ok, type Result } from './result.ts';
import type { JsonValue } from './json.ts';
import type { Expr } from './ast.ts';
import { check, type Checked, type Scope } from './checker.ts';
import type { Dialect } from './checking.ts';
import { compileExpression, type Layout } from './compiler.ts';
import { COMPOSED } from './composed-variables.ts';
import { CountedExpression, CountedVariables } from './cost/counted.ts';
import { EXPRESSION_COST_LIMIT } from './cost/limits.ts';
import { EvaluationFrame, type Composed } from './frame.ts';
import { KUBERNETES_VARIABLES } from './kubernetes-types.ts';
import { withoutMessages } from './messages.ts';
import { parse } from './parser.ts';
import { issueAt, IssueError, type CelIssue } from './source.ts';
import { DYN, isNullable, list, map, type Type } from './types.ts';

export interface EnvironmentOptions {
  /**
   * The compatibility minor of Kubernetes whose functions exist, as in cel-oracle: what a *new* policy may use on a server of the
   * next minor. 29 is the portable floor (server 1.30).
   */
  readonly minor: number;
  /** Names that `Frame.set` gives values to. `request` and `namespaceObject` have Kubernetes' types, the others are dyn. */
  readonly variables: readonly string[];
  /** Read as `variables.<name>`, each may use those before it. */
  readonly composed?: readonly { readonly name: string; readonly expression: string }[];
  /** Types of variables, where they are others. */
  readonly types?: ReadonlyMap<string, Type>;
  /** For the language's own conformance tests; `kubernetes` otherwise. */
  readonly dialect?: Dialect;
  readonly container?: string;
}

/** What one evaluation works on. One at a time; many objects one after the other. */
export interface Frame {
  set(slot: number, value: JsonValue): void;
  /** Forgets the composed variables: call it for each object, after or before setting its variables. */
  reset(): void;
  /** Gives the whole cost limit again. `evaluate` and `test` do so themselves: every evaluation has its own. */
  resetBudget(): void;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What back ends other than the closures make use of of a composed variable. */
export interface ComposedInside {
  readonly tree: Expr;
  readonly checked: Checked;
  readonly layout: Layout;
  /** What it costs at most outside loops. */
  readonly bound: number;
}

/** Names, their places in a frame, and the composed variables. */
export class Environment {
  readonly scope: Scope;
  readonly layout: Layout;
  /** Composed variables by their slots. */
  readonly insides: ReadonlyMap<number, ComposedInside>;
  readonly #composed: readonly Composed[];
  readonly #counted: ReadonlyMap<string, CountedExpression>;
  #size: number;

  constructor(
    scope: Scope,
    layout: Layout,
    composed: readonly Composed[],
    counted: ReadonlyMap<string, CountedExpression>,
    insides: ReadonlyMap<number, ComposedInside>,
  ) {
    this.scope = scope;
    this.layout = layout;
    this.insides = insides;
    this.#composed = composed;
    this.#counted = counted;
    this.#size = layout.free;
  }

  /** The place of a variable. An undeclared name is a mistake of the caller and throws a RangeError. */
  slot(name: string): number {
    const slot = this.layout.variables.get(name);
    if (slot === undefined) throw new RangeError(`no variable '${name}' was declared`);
    return slot;
  }

  frame(): Frame {
    return new EvaluationFrame(this.layout.variables.size, this.#composed, this.#size + 8);
  }

  /** The composed variables of one object for counted evaluations, which share what they compute and pay for it once. */
  countedVariables(): CountedVariables {
    return new CountedVariables(this.#counted);
  }

  /** Later frames have room for this many slots from the start. */
  reserve(size: number): void {
    this.#size = Math.max(this.#size, size);
  }
}

/**
 * The type under which a composed variable is known to the expressions after it: what the API server's schemas have no word for
 * (requests, quantities, addresses, optionals, types) is dyn there (k8s.io/apiserver/pkg/admission/plugin/cel/composition.go).
 */
function declared(type: Type): Type {
  switch (type.kind) {
    case 'object':
    case 'opaque':
    case 'type':
      return DYN;
    case 'list':
      return list(declared(type.element));
    case 'map':
      return map(declared(type.key), declared(type.value));
    default:
      return isNullable(type) ? DYN : type;
  }
}

/**
 * Declares variables and compiles the composed ones. An issue of a composed variable speaks of its own text and begins with
 * `variable <name>: `.
 */
export function createEnvironment(options: EnvironmentOptions): Result<Environment, CelIssue> {
  const { minor, variables, composed = [], dialect = 'kubernetes', container = '' } = options;
  const slots = new Map(variables.map((name, i) => [name, i]));
  const typeOf = (name: string): Type => options.types?.get(name) ?? KUBERNETES_VARIABLES.get(name) ?? DYN;
  const types = new Map<string, Type>(variables.map((name) => [name, typeOf(name)]));
  const scope: Scope = { minor, variables: types, dialect, container };
  const composedSlots = new Map<string, number>();
  const fields = new Map<string, Type>();
  if (!types.has(COMPOSED)) types.set(COMPOSED, { kind: 'object', name: `kubernetes.${COMPOSED}`, fields });
  const runs: Composed[] = [];
  const counted = new Map<string, CountedExpression>();
  const insides = new Map<number, ComposedInside>();
  // Each composed variable has loop variables of its own: it is computed in the middle of other expressions.
  let free = slots.size + composed.length;
  for (const { name, expression } of composed) {
    const fail = (issue: CelIssue): Result<never, CelIssue> => err({ ...issue, message: `variable ${name}: ${issue.message}` });
    if (!IDENTIFIER.test(name) || fields.has(name))
      return fail(issueAt(expression, 0, fields.has(name) ? 'the name is taken' : 'the name is no identifier'));
    const parsed = parse(expression);
    if (!parsed.ok) return fail(parsed.error);
    try {
      const tree = withoutMessages(parsed.value);
      const checked = check(tree, scope);
      const layout: Layout = { minor, variables: slots, composed: composedSlots, free };
      const compiled = compileExpression(tree, checked, layout);
      const exact = new CountedExpression(tree, checked, layout);
      runs.push({ run: compiled.run, bound: compiled.bound, counted: (f) => exact.within(f, EXPRESSION_COST_LIMIT) });
      counted.set(name, exact);
      insides.set(slots.size + runs.length - 1, { tree, checked, layout, bound: compiled.bound });
      free = compiled.size;
      composedSlots.set(name, slots.size + runs.length - 1);
      fields.set(name, declared(checked.type));
    } catch (error) {
      if (error instanceof IssueError) return fail(issueAt(expression, error.offset, error.message));
      throw error;
    }
  }
  return ok(new Environment(scope, { minor, variables: slots, composed: composedSlots, free }, runs, counted, insides));
}
