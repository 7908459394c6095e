import type { AnySchema, ContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract';
import type { Contract } from '#core/api.ts';

/** What every handler gets besides its input. */
export interface CallContext {
  /** Aborted when the caller cancels, goes away, or stops listening to events. Long work and event streams must end with it. */
  readonly signal: AbortSignal;
}

/** Answers may be built of readonly arrays and objects: the router only reads them. */
export type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

type Handler<I extends AnySchema, O extends AnySchema> =
  InferSchemaInput<O> extends AsyncIteratorObject<infer Event, unknown, void>
    ? (input: InferSchemaOutput<I>, context: CallContext) => AsyncIterable<DeepReadonly<Event>>
    : (input: InferSchemaOutput<I>, context: CallContext) => Promise<DeepReadonly<InferSchemaInput<O>>>;

type Handlers<T> =
  T extends ContractProcedure<infer I, infer O, infer _E, infer _M> ? Handler<I, O> : { readonly [K in keyof T]: Handlers<T[K]> };

/**
 * The contract's handlers, by area and call: `services.overview.get(input, { signal })`. Inputs arrive parsed (defaults
 * filled in); answers are `Result` values, or an async iterable for events. A forgotten or misspelt handler does not compile.
 */
export type Services = Handlers<Contract>;
