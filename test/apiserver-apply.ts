import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiRequestOptions, ApiResponse } from './apiserver.ts';

export interface ApplyOptions {
  /** Field manager; default `plimsoll-test`. */
  readonly manager?: string;
  /** Refusals are returned, not thrown. */
  readonly tolerate?: boolean;
  /** Creates namespaces that objects name and that do not exist. */
  readonly createNamespaces?: boolean;
}

export interface AppliedObject {
  readonly object: unknown;
  readonly status: number;
  /** The stored object, or the server's Status. 0 and a sentence where the kind is not served. */
  readonly body: unknown;
}

type Send = (method: string, path: string, body?: unknown, options?: ApiRequestOptions) => Promise<ApiResponse>;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
  };
}

interface Served {
  readonly resource: string;
  readonly namespaced: boolean;
}

const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' &&
  value !== null &&
  'apiVersion' in value &&
  'kind' in value &&
  'metadata' in value &&
  typeof value.metadata === 'object';

const first = ['Namespace', 'CustomResourceDefinition'];
const rank = (value: unknown): number =>
  isManifest(value) && first.includes(value.kind) ? first.indexOf(value.kind) : first.length;

const groupPath = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

class Mapper {
  readonly #send: Send;
  readonly #served = new Map<string, Map<string, Served>>();
  readonly #defined = new Set<string>();

  constructor(send: Send) {
    this.#send = send;
  }

  /** Remembers the kind that a CRD defines: it is worth waiting for. */
  define(crd: unknown): void {
    const { spec } = crd as {
      spec?: { group?: string; names?: { kind?: string }; versions?: { name?: string }[] };
    };
    for (const version of spec?.versions ?? []) this.#defined.add(`${spec?.group}/${version.name} ${spec?.names?.kind}`);
    this.#served.clear();
  }

  async find(apiVersion: string, kind: string): Promise<Served | undefined> {
    for (let waited = 0; ; waited += 100) {
      const kinds = this.#served.get(apiVersion) ?? (await this.#read(apiVersion));
      const found = kinds.get(kind);
      if (found !== undefined || waited > 15_000 || !this.#defined.has(`${apiVersion} ${kind}`)) return found;
      await sleep(100);
      this.#served.delete(apiVersion);
    }
  }

  async #read(apiVersion: string): Promise<Map<string, Served>> {
    const answer = await this.#send('GET', groupPath(apiVersion));
    const kinds = new Map<string, Served>();
    const { resources = [] } = answer.body as {
      resources?: { name: string; kind: string; namespaced: boolean }[];
    };
    for (const { name, kind, namespaced } of answer.status === 200 ? resources : [])
      if (!name.includes('/')) kinds.set(kind, { resource: name, namespaced });
    this.#served.set(apiVersion, kinds);
    return kinds;
  }
}

async function put(send: Send, served: Served, object: Manifest, manager: string): Promise<ApiResponse> {
  const { name, namespace } = object.metadata;
  const collection = `${groupPath(object.apiVersion)}${served.namespaced ? `/namespaces/${namespace ?? 'default'}` : ''}/${served.resource}`;
  if (name === undefined) return send('POST', `${collection}?fieldManager=${manager}`, object);
  const path = `${collection}/${encodeURIComponent(name)}?fieldManager=${manager}&force=true`;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send('PATCH', path, object, {
      contentType: 'application/apply-patch+yaml',
    });
    // A CRD just established answers 404 (or 429 while its storage is made) for a moment.
    const status = answer.body as { message?: string };
    const early =
      answer.status === 429 || (answer.status === 404 && status.message === 'the server could not find the requested resource');
    // Apply is strict where create is not: a field that the schema does not know fails it, though the server takes such objects.
    if (answer.status === 500 && status.message?.startsWith('failed to create typed patch object') === true)
      return send('POST', `${collection}?fieldManager=${manager}`, object);
    if (!early || attempt === 20) return answer;
    await sleep(150);
  }
}

async function applyOne(send: Send, mapper: Mapper, object: unknown, manager: string): Promise<AppliedObject> {
  if (!isManifest(object)) return { object, status: 0, body: 'not a manifest: apiVersion, kind or metadata is missing' };
  const served = await mapper.find(object.apiVersion, object.kind);
  if (served === undefined) return { object, status: 0, body: `${object.apiVersion} ${object.kind} is not served` };
  const answer = await put(send, served, object, manager);
  if (answer.status < 300 && object.kind === 'CustomResourceDefinition') mapper.define(object);
  return { object, status: answer.status, body: answer.body };
}

async function createNamespaces(send: Send, objects: readonly unknown[], manager: string): Promise<void> {
  const named = new Set(objects.filter(isManifest).map(({ metadata }) => metadata.namespace));
  for (const name of named) {
    if (typeof name === 'string' && name !== '')
      await send('POST', `/api/v1/namespaces?fieldManager=${manager}`, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      });
  }
}

/** Applies objects in the order namespaces, CRDs, the rest (eight at a time), and returns the outcomes in the order given. */
export async function applyObjects(
  send: Send,
  objects: readonly unknown[],
  options: ApplyOptions = {},
): Promise<readonly AppliedObject[]> {
  const manager = options.manager ?? 'plimsoll-test';
  const mapper = new Mapper(send);
  const results: AppliedObject[] = [];
  const order = objects
    .map((object, index) => ({ object, index, rank: rank(object) }))
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index);
  if (options.createNamespaces === true) await createNamespaces(send, objects, manager);
  for (let level = 0; level <= first.length; level += 1) {
    const queue = order.filter((entry) => entry.rank === level).values();
    const work = async (): Promise<void> => {
      for (const { object, index } of queue) {
        const result = await applyOne(send, mapper, object, manager);
        if (options.tolerate !== true && (result.status === 0 || result.status >= 300)) {
          throw new Error(`refused (${result.status}): ${JSON.stringify(result.body)}\n${JSON.stringify(object).slice(0, 400)}`);
        }
        results[index] = result;
      }
    };
    // Two objects of one name (a corpus has them) must not race, hence the modest number.
    await Promise.all(Array.from({ length: level < first.length ? 1 : 8 }, work));
  }
  return results;
}
