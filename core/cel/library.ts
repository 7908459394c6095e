import type { EvaluationFrame } from './frame.ts';
import { signature, type Signature } from './signature.ts';
import type { CelValue, Val } from './values.ts';

/**
 * The body of a function. Arguments are values (never errors); a redacted one must come back as the result where the answer
 * depends on it. undefined is an error, recorded on the frame (`f.fail`, `f.noOverload`).
 */
export type Body = (f: EvaluationFrame, ...args: CelValue[]) => Val;

export interface FunctionDefinition {
  readonly name: string;
  readonly member: boolean;
  readonly arity: number;
  readonly signatures: readonly Signature[];
  readonly call: Body;
  /** Where several libraries define a name: whether this body is meant, by the first argument. */
  readonly accepts: ((first: CelValue) => boolean) | undefined;
  /** cel-go computes it when a program is made if its argument is constant, and so reports its errors there. */
  readonly conversion: boolean;
}

export interface Library {
  readonly name: string;
  readonly functions: readonly FunctionDefinition[];
}

interface Extra {
  readonly accepts?: (first: CelValue) => boolean;
  readonly conversion?: boolean;
}

/** One function by its signatures, which must agree in being a member function and in the number of arguments. */
export function define(name: string, since: number, texts: readonly string[], call: Body, extra: Extra = {}): FunctionDefinition {
  const signatures = texts.map((text) => signature(text, since));
  const [first] = signatures;
  if (
    first === undefined ||
    signatures.some((one) => one.member !== first.member || one.parameters.length !== first.parameters.length)
  )
    throw new Error(`the signatures of ${name} disagree`);
  return {
    name,
    member: first.member,
    arity: first.parameters.length,
    signatures,
    call,
    accepts: extra.accepts,
    conversion: extra.conversion ?? false,
  };
}

export const isString = (value: CelValue): boolean => typeof value === 'string';
