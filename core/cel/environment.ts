import { err, ok, type Result } from './result.ts';
import type { JsonValue } from './json.ts';
import { check } from './checker.ts';
import { COMPOSED, compileExpression, type Layout } from './compiler.ts';
import { EvaluationFrame, type Run } from './frame.ts';
import { parse } from './parser.ts';
import { issueAt, IssueError, type CelIssue } from './source.ts';
import { DYN, type Type } from './types.ts';

export interface EnvironmentOptions {
  /**
   * The compatibility minor of Kubernetes whose functions exist, as in cel-oracle: what a *new* policy may use on a server of the
   * next minor. 29 is the portable floor (server 1.30).
   */
  readonly minor: number;
  /** Names that `Frame.set` gives values to. Their type is dyn. */
  readonly variables: readonly string[];
  /** Read as `variables.<name>`, each may use those before it. */
  readonly composed?: readonly { readonly name: string; readonly expression: string }[];
}

/** What one evaluation works on. One at a time; many objects one after the other. */
export interface Frame {
  set(slot: number, value: JsonValue): void;
  /** Forgets the composed variables: call it for each object, after or before setting its variables. */
  reset(): void;
  /** Gives the whole step budget again. `evaluate` and `test` do so themselves: every evaluation has its own budget. */
  resetBudget(): void;
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Names, their places in a frame, and the composed variables. */
export class Environment {
  readonly minor: number;
  readonly types: ReadonlyMap<string, Type>;
  readonly layout: Layout;
  readonly #runs: readonly Run[];
  #size: number;

  constructor(minor: number, types: ReadonlyMap<string, Type>, layout: Layout, runs: readonly Run[]) {
    this.minor = minor;
    this.types = types;
    this.layout = layout;
    this.#runs = runs;
    this.#size = layout.free;
  }

  /** The place of a variable. An undeclared name is a mistake of the caller and throws a RangeError. */
  slot(name: string): number {
    const slot = this.layout.variables.get(name);
    if (slot === undefined) throw new RangeError(`no variable '${name}' was declared`);
    return slot;
  }

  frame(): Frame {
    return new EvaluationFrame(this.layout.variables.size, this.#runs, this.#size + 8);
  }

  /** Later frames have room for this many slots from the start. */
  reserve(size: number): void {
    this.#size = Math.max(this.#size, size);
  }
}

/**
 * Declares variables and compiles the composed ones. An issue of a composed variable speaks of its own text and begins with
 * `variable <name>: `.
 */
export function createEnvironment({ minor, variables, composed = [] }: EnvironmentOptions): Result<Environment, CelIssue> {
  const slots = new Map(variables.map((name, i) => [name, i]));
  const types = new Map<string, Type>(variables.map((name) => [name, DYN]));
  const composedSlots = new Map<string, number>();
  const fields = new Map<string, Type>();
  if (!types.has(COMPOSED)) types.set(COMPOSED, { kind: 'object', name: COMPOSED, fields });
  const runs: Run[] = [];
  // Each composed variable has loop variables of its own: it is computed in the middle of other expressions.
  let free = slots.size + composed.length;
  for (const { name, expression } of composed) {
    const fail = (issue: CelIssue): Result<never, CelIssue> => err({ ...issue, message: `variable ${name}: ${issue.message}` });
    if (!IDENTIFIER.test(name) || fields.has(name))
      return fail(issueAt(expression, 0, fields.has(name) ? 'the name is taken' : 'the name is no identifier'));
    const parsed = parse(expression);
    if (!parsed.ok) return fail(parsed.error);
    try {
      const checked = check(parsed.value, { minor, variables: types });
      const layout: Layout = { minor, variables: slots, composed: composedSlots, free };
      const compiled = compileExpression(parsed.value, checked, layout);
      runs.push(compiled.run);
      free = compiled.size;
      composedSlots.set(name, slots.size + runs.length - 1);
      fields.set(name, checked.type);
    } catch (error) {
      if (error instanceof IssueError) return fail(issueAt(expression, error.offset, error.message));
      throw error;
    }
  }
  return ok(new Environment(minor, types, { minor, variables: slots, composed: composedSlots, free }, runs));
}
