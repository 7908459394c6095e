import { createRouterClient } from '@orpc/server';
import type { Client } from '#core/api.ts';
import { createRouter } from './router.ts';
import type { OnError, Services } from './router.ts';

/** The contract without a transport, for the command line and tests: the same checks of inputs and answers, the same errors. */
export function createInProcessClient(services: Services, onError?: OnError): Client {
  return createRouterClient(createRouter(services, onError), { context: {} });
}
