import { getEventIteratorSchemaDetails, isContractProcedure } from '@orpc/contract';
import type { AnyContractProcedure } from '@orpc/contract';
import { implement, ORPCError } from '@orpc/server';
import type { Router } from '@orpc/server';
import { contract } from '#core/api.ts';
import type { Contract } from '#core/api.ts';
import { err } from '#core/result.ts';
import { appErrorOfThrown } from './app-errors.ts';
import { EventStream } from './event-stream.ts';
import type { CallContext, Services } from './services.ts';

export type { CallContext, Services } from './services.ts';

/** Told of every unexpected throw, for the host's log. `call` is `area.name`. The log redacts; the caller learns nothing of it. */
export type OnError = (call: string, thrown: unknown) => void;

export type ApiRouter = Router<Contract, Record<never, never>>;

type AnyHandler = (input: unknown, context: CallContext) => unknown;
type Tree = { readonly [key: string]: unknown };
interface ProcedureBuilder {
  handler: (handle: (call: { readonly input: unknown; readonly signal?: AbortSignal | undefined }) => unknown) => unknown;
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Answers of calls are Results; event streams are none, so their errors travel as an ORPCError with the AppError as data. */
const isEvents = (procedure: AnyContractProcedure): boolean =>
  getEventIteratorSchemaDetails(procedure['~orpc'].outputSchema) !== undefined;

const asStreamError = (call: string, thrown: unknown, signal: AbortSignal | undefined): ORPCError<string, unknown> => {
  const error = appErrorOfThrown(call, thrown, signal);
  return new ORPCError(error.code === 'invalidInput' ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR', {
    message: error.what,
    data: error,
  });
};

/** Catches what validation and handlers throw, before any transport sees it: callers get values, on every transport alike. */
function guarded(onError: OnError | undefined) {
  return implement(contract).use(async ({ next, path, procedure, signal }, _input, output) => {
    try {
      return await next();
    } catch (thrown) {
      const call = path.join('.');
      const error = appErrorOfThrown(call, thrown, signal);
      if (error.code === 'internal') onError?.(call, thrown);
      if (isEvents(procedure)) throw asStreamError(call, thrown, signal);
      return output(err(error));
    }
  });
}

function handle(procedure: AnyContractProcedure, call: string, handler: AnyHandler, onError: OnError | undefined) {
  const never = new AbortController().signal;
  if (!isEvents(procedure)) {
    return ({ input, signal }: { readonly input: unknown; readonly signal?: AbortSignal | undefined }): unknown =>
      handler(input, { signal: signal ?? never });
  }
  return ({ input, signal: outer }: { readonly input: unknown; readonly signal?: AbortSignal | undefined }): unknown =>
    new EventStream(async function* (signal) {
      try {
        // The contract says so: an event handler answers with an async iterable.
        yield* handler(input, { signal }) as AsyncIterable<unknown>;
      } catch (thrown) {
        if (signal.aborted) return;
        onError?.(call, thrown);
        throw asStreamError(call, thrown, signal);
      }
    }, outer);
}

function build(
  node: unknown,
  builder: unknown,
  services: unknown,
  path: readonly string[],
  onError: OnError | undefined,
): unknown {
  const call = path.join('.');
  if (isContractProcedure(node)) {
    if (typeof services !== 'function') throw new Error(`the contract's call ${call} has no handler`);
    return (builder as ProcedureBuilder).handler(handle(node, call, services as AnyHandler, onError));
  }
  if (!isTree(node) || !isTree(builder) || !isTree(services)) throw new Error(`the contract's area ${call} has no handlers`);
  const unknown = Object.keys(services).filter((key) => !Object.hasOwn(node, key));
  if (unknown.length > 0) throw new Error(`handlers without a call in the contract: ${[...path, unknown.join(', ')].join('.')}`);
  return Object.fromEntries(
    Object.keys(node).map((key) => [key, build(node[key], builder[key], services[key], [...path, key], onError)]),
  );
}

/**
 * The contract with its handlers, ready for any transport. Inputs are parsed by the contract's schemas before a handler runs,
 * answers after it (so nothing the schemas do not name leaves the host). Throws at once where a handler is missing or extra.
 */
export function createRouter(services: Services, onError?: OnError): ApiRouter {
  // Built by walking the contract, which the type system cannot follow; `Services` has the same shape by construction.
  return build(contract, guarded(onError), services, [], onError) as ApiRouter;
}
