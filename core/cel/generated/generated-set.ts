import type { Environment, Frame } from '../environment.ts';
import { EXPRESSION_COST_LIMIT } from '../cost/limits.ts';
import type { EvaluationFrame } from '../frame.ts';
import { closureSet, type ProgramSet, type ProgramSetMaker } from '../program-set.ts';
import { insideOf, type Program } from '../program.ts';
import { TooMuchWork } from '../regex/effort.ts';
import type { Val } from '../values.ts';
import { Graph, type Node } from './graph.ts';
import { HELPERS } from './helpers.ts';
import { translate } from './translate.ts';
import { writeSource, type Source } from './write.ts';

/** Tests the wanted programs of those it knows; false where the budget of the frame did not suffice for all of them together. */
type Tester = (f: EvaluationFrame, slots: Val[], wanted: Uint8Array, out: Uint8Array) => boolean;

/** Makes a function of its body and its parameters `h` and `k`. Only what calls it needs `new Function`; core/ does not. */
export type FunctionMaker = (body: string) => (h: typeof HELPERS, k: readonly unknown[]) => Tester;

/** So many nodes become one function: V8 does not optimise larger ones. */
const MAX_NODES = 1500;

/** Programs that are one function, by their numbers. */
export interface Part extends Source {
  readonly programs: readonly number[];
  /** How many slots a frame needs. */
  readonly size: number;
  /** What they may all spend together beyond what the dearest of them costs at least. */
  readonly budget: number;
  /** What their loops that are written out cost at most, which is taken from the budget beforehand. */
  readonly atRoot: number;
}

/** The code of a set, in parts of a size that can be optimised. */
export function generate(environment: Environment, programs: readonly Program[]): readonly Part[] {
  const parts: Part[] = [];
  let begun = new Begun();
  programs.forEach((program, i) => {
    begun.add(environment, program, i);
    if (begun.graph.nodes().length < MAX_NODES) return;
    parts.push(begun.finish(environment));
    begun = new Begun();
  });
  if (begun.roots.size > 0) parts.push(begun.finish(environment));
  return parts;
}

class Begun {
  readonly graph = new Graph();
  readonly roots = new Map<number, Node>();
  #size = 0;
  #budget = Infinity;

  add(environment: Environment, program: Program, number: number): void {
    const inside = insideOf(program);
    if (inside === undefined) throw new RangeError('the program was not made by compile');
    const { root, size } = translate(this.graph, inside, environment);
    this.roots.set(number, root);
    this.#size = Math.max(this.#size, size);
    this.#budget = Math.min(this.#budget, inside.budget - program.leastBound);
  }

  finish({ insides }: Environment): Part {
    const { graph, roots } = this;
    // A variable may cost as much as an expression.
    for (const slot of graph.variables.keys())
      this.#budget = Math.min(this.#budget, EXPRESSION_COST_LIMIT - (insides.get(slot)?.bound ?? 0));
    return {
      ...writeSource(graph, roots),
      programs: [...roots.keys()],
      size: this.#size,
      budget: this.#budget - graph.root.cost,
      atRoot: graph.root.cost,
    };
  }
}

/**
 * Sets whose programs are generated code. They share walks and subexpressions, and are charged for together: a bound above that of
 * any one of them. Where it exceeds the limit, the closures decide, each for itself. So they do the first `warm` times: code that
 * is hardly run takes longer to make than it saves.
 */
export const generatedSets =
  (makeFunction: FunctionMaker, warm = 0): ProgramSetMaker =>
  (environment, programs) =>
    new GeneratedSet(environment, programs, makeFunction, warm);

interface Running extends Part {
  readonly tester: Tester;
  /** What its programs spent together on the last object; undefined: the closures tested them. */
  spent: number | undefined;
}

class GeneratedSet implements ProgramSet {
  readonly results: Uint8Array;
  readonly #environment: Environment;
  readonly #programs: readonly Program[];
  readonly #makeFunction: FunctionMaker;
  readonly #closures: ProgramSet;
  #parts: readonly Running[] = [];
  #partOf: readonly Running[] = [];
  /** How often the closures still test all of it; below zero once there is code. */
  #warm: number;

  constructor(environment: Environment, programs: readonly Program[], makeFunction: FunctionMaker, warm: number) {
    this.#environment = environment;
    this.#programs = programs;
    this.#makeFunction = makeFunction;
    this.#closures = closureSet(environment, programs);
    this.results = this.#closures.results;
    this.#warm = warm;
  }

  test(frame: Frame, wanted: Uint8Array): void {
    if (this.#warm >= 0 && this.#warm-- > 0) {
      this.#closures.test(frame, wanted);
      return;
    }
    if (this.#partOf.length === 0) this.#generate();
    const f = frame as EvaluationFrame;
    for (const part of this.#parts) {
      if (f.slots.length < part.size) f.grow(part.size);
      f.steps = part.budget;
      const enough = part.budget >= 0 && this.#isEnough(part, f, wanted);
      part.spent = enough ? part.budget - f.steps : undefined;
      if (!enough) this.#testApart(part, frame, wanted);
    }
  }

  /** Where a pattern or deeply nested data end the evaluation, the closures tell which of the programs that concerns. */
  #isEnough(part: Running, f: EvaluationFrame, wanted: Uint8Array): boolean {
    try {
      return part.tester(f, f.slots, wanted, this.results);
    } catch (error) {
      if (error instanceof TooMuchWork || error instanceof RangeError) return false;
      throw error;
    }
  }

  #generate(): void {
    this.#parts = generate(this.#environment, this.#programs).map((part) => ({
      ...part,
      tester: this.#makeFunction(part.text)(HELPERS, part.constants),
      spent: 0,
    }));
    this.#partOf = this.#parts.flatMap((part) => part.programs.map(() => part));
  }

  #testApart(part: Part, frame: Frame, wanted: Uint8Array): void {
    const own = new Uint8Array(wanted.length);
    for (const i of part.programs) own[i] = wanted[i] ?? 0;
    this.#closures.test(frame, own);
  }

  costBound(program: number): number {
    const part = this.#partOf[program];
    if (part?.spent === undefined) return this.#closures.costBound(program);
    return (this.#programs[program]?.leastBound ?? 0) + part.atRoot + part.spent;
  }
}
