import type { JsonObject } from '#core/json.ts';
import { isObject, own, textAt } from '#core/json.ts';
import { startApiServer } from '#test/apiserver.ts';
import { ServedKinds } from '#test/served-kinds.ts';

/** Objects as a real API server 1.36 sees them, with what it fills in; undefined where it does not take one. In their order. */
export async function seenByServer(objects: readonly JsonObject[]): Promise<readonly (JsonObject | undefined)[]> {
  const server = await startApiServer({ version: '1.36' });
  try {
    const served = new ServedKinds(server);
    const namespaceOf = (object: JsonObject): string => textAt(object, 'metadata', 'namespace') ?? 'default';
    const missing = [...new Set(objects.map(namespaceOf))].filter((name) => name !== 'default');
    await server.apply(missing.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    const bunches = Array.from({ length: 8 }, (_, bunch) => [...objects.entries()].filter(([at]) => at % 8 === bunch));
    const seen: (JsonObject | undefined)[] = objects.map(() => undefined);
    await Promise.all(
      bunches.map(async (bunch) => {
        for (const [at, object] of bunch) {
          const path = await served.collection(object, namespaceOf(object));
          if (path === undefined) continue;
          const { status, body } = await server.request('POST', `${path}?dryRun=All`, object);
          if (status === 201) seen[at] = withoutManagers(body as JsonObject);
        }
      }),
    );
    return seen;
  } finally {
    await server.stop();
  }
}

/** Who manages which field is long, and judged by no rule. */
function withoutManagers(object: JsonObject): JsonObject {
  const metadata = own(object, 'metadata');
  if (!isObject(metadata)) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}
