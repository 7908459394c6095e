import type { Environment, Frame } from './environment.ts';
import type { Program, TestResult } from './program.ts';

/** Several programs of one environment that are tested together on one object after the other. */
export interface ProgramSet {
  /**
   * Tests the programs whose byte in `wanted` is not 0, on what the frame holds, and notes their results. The results of the others
   * mean nothing. Errors have no details here: test the program itself for them.
   */
  test(frame: Frame, wanted: Uint8Array): void;
  /** A `TestResult` per program, of the last `test`. */
  readonly results: Uint8Array;
  /** After `test`: what the exact cost of a program that was wanted was at most, as `Program.costBound`. */
  costBound(program: number): number;
}

/** How a set is made of programs: by closures, or, where the host allows it, by generated code. */
export type ProgramSetMaker = (environment: Environment, programs: readonly Program[]) => ProgramSet;

/** The programs one after the other: the reference, and all there is where code cannot be generated. */
class ClosureSet implements ProgramSet {
  readonly #programs: readonly Program[];
  readonly #bounds: Float64Array;
  readonly results: Uint8Array;

  constructor(programs: readonly Program[]) {
    this.#programs = programs;
    this.results = new Uint8Array(programs.length);
    this.#bounds = new Float64Array(programs.length);
  }

  test(frame: Frame, wanted: Uint8Array): void {
    this.#programs.forEach((program, i) => {
      if (wanted[i] === 0) return;
      const result: TestResult = program.test(frame);
      this.results[i] = result;
      this.#bounds[i] = program.costBound(frame);
    });
  }

  costBound(program: number): number {
    return this.#bounds[program] ?? 0;
  }
}

export const closureSet: ProgramSetMaker = (_, programs) => new ClosureSet(programs);
