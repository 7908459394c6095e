import { getEventIteratorSchemaDetails, isContractProcedure } from '@orpc/contract';
import type { z } from 'zod';
import { contract } from '#core/api.ts';

type Schema = z.core.$ZodType;
export interface ContractCall {
  /** `overview.get` */
  readonly name: string;
  readonly path: readonly [string, string];
  readonly input: Schema;
  /** Of the whole answer (a Result), or of one event. */
  readonly output: Schema;
  readonly events: boolean;
}

/** Every call of the contract with its schemas, found by walking it. */
export function contractCalls(): readonly ContractCall[] {
  return Object.entries(contract).flatMap(([area, calls]) =>
    Object.entries(calls).map(([name, procedure]: [string, unknown]): ContractCall => {
      if (!isContractProcedure(procedure)) throw new Error(`${area}.${name} is no call`);
      const { inputSchema, outputSchema } = procedure['~orpc'];
      const yields = getEventIteratorSchemaDetails(outputSchema)?.yields;
      return {
        name: `${area}.${name}`,
        path: [area, name],
        // The contract is written with zod throughout.
        input: inputSchema as unknown as Schema,
        output: (yields ?? outputSchema) as unknown as Schema,
        events: yields !== undefined,
      };
    }),
  );
}

/** Calls by name on any client: `invoke(client, call, input)`; a test of all calls cannot name them one by one. */
export function invoke(
  client: unknown,
  call: Pick<ContractCall, 'path'>,
  input: unknown,
  options?: { readonly signal?: AbortSignal },
): Promise<unknown> {
  const [area, name] = call.path;
  const method = (client as Record<string, Record<string, (input: unknown, options?: unknown) => Promise<unknown>>>)[area]?.[
    name
  ];
  if (method === undefined) throw new Error(`the client has no ${call.path.join('.')}`);
  return method(input, options);
}
