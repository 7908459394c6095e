import type { JsonObject } from '#core/json.ts';
import { textAt } from '#core/json.ts';
import type { ApiServer } from './apiserver.ts';

const prefixOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

interface Listed {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Where a server takes objects of a kind: `/api/v1/namespaces/shop/pods`. Undefined where it does not serve the kind. */
export class ServedKinds {
  readonly #server: ApiServer;
  readonly #lists = new Map<string, Promise<Listed>>();

  constructor(server: ApiServer) {
    this.#server = server;
  }

  async collection(object: JsonObject, namespace: string): Promise<string | undefined> {
    const apiVersion = textAt(object, 'apiVersion') ?? '';
    const list = this.#lists.get(apiVersion) ?? this.#read(apiVersion);
    this.#lists.set(apiVersion, list);
    const found = (await list).resources?.find(({ name, kind }) => kind === object['kind'] && !name.includes('/'));
    if (found === undefined) return undefined;
    return `${prefixOf(apiVersion)}${found.namespaced ? `/namespaces/${namespace}` : ''}/${found.name}`;
  }

  async #read(apiVersion: string): Promise<Listed> {
    const { status, body } = await this.#server.request('GET', prefixOf(apiVersion));
    return status === 200 ? (body as Listed) : {};
  }
}
