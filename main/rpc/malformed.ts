import { ORPCError } from '@orpc/server';
import type { RPCHandler } from '@orpc/server/node';
import type { AppError } from '#core/model.ts';
import { err } from '#core/result.ts';
import { malformed, unknownCall } from './app-errors.ts';

type HandlerOptions = NonNullable<ConstructorParameters<typeof RPCHandler<Record<never, never>>>[1]>;
type Interceptor = NonNullable<HandlerOptions['interceptors']>[number];

const isEnvelope = (body: unknown): boolean =>
  body === undefined ||
  (typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    Object.keys(body).every((key) => key === 'json' || key === 'meta'));

const refusal = (status: number, error: AppError) => ({
  matched: true as const,
  response: { status, headers: {}, body: { json: err(error) } },
});

/**
 * Answers what is no call of the contract, over HTTP and MessagePort alike: `invalidInput` for a payload that is no
 * `{"json": input}` (the codec itself would take `7` or `[]` for a call without input, and answers what it cannot decode
 * with an error of its own shape), `notFound` for a call that does not exist.
 */
export const refuseMalformed: Interceptor = async (options) => {
  const { request, prefix } = options;
  const path = request.url.pathname.slice(prefix?.length ?? 0).slice(1, 100);
  const call = path.replaceAll('/', '.');
  let why = 'It is not one JSON object with the input under "json".';
  try {
    if (isEnvelope(await request.body())) {
      const result = await options.next();
      return result.matched ? result : refusal(404, unknownCall(call));
    }
  } catch (thrown) {
    if (thrown instanceof ORPCError) throw thrown;
    why = 'It holds a value that cannot be decoded.';
  }
  return refusal(400, malformed(call, why));
};
