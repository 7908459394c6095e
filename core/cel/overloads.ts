import { isAnything, type Inference } from './inference.ts';
import { definitionsOf } from './libraries/index.ts';
import { whyNot } from './overload-messages.ts';
import type { Signature } from './signature.ts';
import { IssueError } from './source.ts';
import { DYN, formatType, parametersOf, sameType, withParameters, type Type } from './types.ts';

export interface Resolution {
  readonly result: Type;
  /** The signatures that fit. */
  readonly chosen: readonly Signature[];
}

/** Finds which signatures of a function fit a call, as cel-go does (checker.go, resolveOverload). */
export class Overloads {
  readonly #inference: Inference;
  readonly #minor: number;

  constructor(inference: Inference, minor: number) {
    this.#inference = inference;
    this.#minor = minor;
  }

  /** The signatures of a name that this minor has, called on a value or not. */
  candidates(name: string, member: boolean): readonly Signature[] {
    const signatures = definitionsOf(name).flatMap((definition) => definition.signatures);
    return signatures.filter((one) => one.member === member && one.since <= this.#minor);
  }

  /** The result of a call on arguments of these types; results of several signatures that differ give dyn. undefined: none fits. */
  find(name: string, member: boolean, args: readonly Type[]): Resolution | undefined {
    let result: Type | undefined;
    const chosen: Signature[] = [];
    for (const candidate of this.candidates(name, member)) {
      const { parameters, result: own } = this.#instantiate(candidate);
      if (!this.#inference.assignableAll(args, parameters)) continue;
      chosen.push(candidate);
      const resolved = this.#inference.resolve(own);
      if (result === undefined) result = resolved;
      else if (!isAnything(result) && !sameType(resolved, result)) result = DYN;
    }
    return result === undefined ? undefined : { result, chosen };
  }

  /** As `find`; throws an IssueError that says what would fit. */
  resolve(name: string, member: boolean, args: readonly Type[], at: number): Resolution {
    const found = this.find(name, member, args);
    if (found !== undefined) return found;
    const types = args.map((arg) => formatType(this.#inference.resolve(arg, true)));
    throw new IssueError(whyNot(name, member, types, this.#minor), at);
  }

  /** The signature with type parameters of this one call. */
  #instantiate(candidate: Signature): { readonly parameters: readonly Type[]; readonly result: Type } {
    const fresh = new Map<string, Type>();
    const replace = (type: Type): Type => {
      if (type.kind === 'param') {
        const known = fresh.get(type.name) ?? this.#inference.unknown();
        fresh.set(type.name, known);
        return known;
      }
      const inner = parametersOf(type);
      return inner.length === 0 ? type : withParameters(type, inner.map(replace));
    };
    return { parameters: candidate.parameters.map(replace), result: replace(candidate.result) };
  }
}
