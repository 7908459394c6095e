import type { Run } from './frame.ts';
import type { CelValue, Val } from './values.ts';

/** A compiled part of an expression, with what its parent may make use of. */
export interface Code {
  readonly run: Run;
  /** Its value where that is known at compile time. */
  readonly constant: CelValue | undefined;
  /** Where it only reads a slot: which; else -1. */
  readonly slot: number;
  /** Where it only reads a field of a slot: which; else undefined. */
  readonly field: { readonly slot: number; readonly key: string } | undefined;
  /** Whether cel-go computes it when a program is made, and so reports its errors then. */
  readonly early: boolean;
}

export const code = (run: Run, extra: Partial<Code> = {}): Code => ({
  run,
  constant: undefined,
  slot: -1,
  field: undefined,
  early: false,
  ...extra,
});

export const constant = (value: CelValue, early: boolean): Code => code((): Val => value, { constant: value, early });

export const isConstant = (part: Code): boolean => part.constant !== undefined;
