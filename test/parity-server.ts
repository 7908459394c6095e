import { deniedIn, metadataOf, moved, namespaceOf, parityCases, parityPlan, WAIVED } from '#core/enforce/parity/cases.fixture.ts';
import type { ParityCase } from '#core/enforce/parity/cases.fixture.ts';
import { judgeOf } from '#core/enforce/parity/judge.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiResponse, ApiServer, ServerVersion } from '#test/apiserver.ts';
import { ServedKinds } from '#test/served-kinds.ts';

/* A real API server with the exported policies of all rules, and objects in it from before them. */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
export const library: Library = shipped.value;
export const judged = judgeOf(library);
export const whole = parityPlan(library);
export const cases = parityCases(library);

/** Half of the rules warn in one, half in the other: an answer carries 4,096 characters of warnings. */
export const SHOPS = ['shop', 'shop-next-door'] as const;
/** Where a rule warns, by its place in the library. */
export const shopOf = (index: number): string => SHOPS[index % 2] ?? 'shop';
const exported = whole.rules.flatMap((rule) => {
  const here = shopOf(library.rules.findIndex(({ id }) => id === rule.rule));
  const others = SHOPS.filter((shop) => shop !== here);
  return vapObjects({ ...whole, excludedNamespaces: [...whole.excludedNamespaces, ...others] }, rule, 'test');
});

const WARNING =
  /^Validation failed for ValidatingAdmissionPolicy 'plimsoll-([a-z0-9-]+)' with binding 'plimsoll-warn-[0-9a-f]{8}': (.*)$/;

/** What each rule warns of, by its id. */
export const warned = ({ warnings }: ApiResponse): ReadonlyMap<string, string> =>
  new Map(
    warnings.flatMap((warning) => {
      const [, rule, text] = WARNING.exec(warning) ?? [];
      return rule === undefined || text === undefined ? [] : [[rule, text] as const];
    }),
  );

/** What a refusal says; empty where it says nothing. */
export const said = ({ body }: ApiResponse): string => textAt(body as JsonObject, 'message') ?? '';

/** What a rule says in a refusal; undefined where it is not this rule that refuses. */
export function denialBy(rule: string, answer: ApiResponse): string | undefined {
  const [before, text] = said(answer).split(' denied request: ');
  return answer.status === 422 && before?.includes(`'plimsoll-${rule}' with binding 'plimsoll-deny-`) === true ? text : undefined;
}

/** Runs at most eight at a time, in order. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** A case that the server takes, as it sees it. */
export interface Taken extends ParityCase {
  readonly seen: JsonObject;
  readonly collection: (namespace: string) => Promise<string | undefined>;
}

/** Stored before the policies came, in the namespace in which its rule denies. */
export interface Stored extends Taken {
  readonly path: string;
  readonly stored: JsonObject;
}

export class ParityServer {
  readonly #server: ApiServer;
  readonly #served: ServedKinds;
  taken: readonly Taken[] = [];
  stored: readonly Stored[] = [];

  private constructor(server: ApiServer) {
    this.#server = server;
    this.#served = new ServedKinds(server);
  }

  static async start(version: ServerVersion): Promise<ParityServer> {
    const made = new ParityServer(await startApiServer({ version }));
    try {
      await made.#fill();
      await made.#active();
    } catch (error) {
      await made.stop();
      throw error;
    }
    return made;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  request(method: string, path: string, object?: JsonObject): Promise<ApiResponse> {
    return this.#server.request(method, path, object);
  }

  dryRun(method: string, path: string, object: JsonObject): Promise<ApiResponse> {
    return this.#server.request(method, `${path}?dryRun=All`, object);
  }

  async created({ collection }: Taken, namespace: string, object: JsonObject): Promise<ApiResponse> {
    return this.dryRun('POST', (await collection(namespace)) ?? '', object);
  }

  async #fill(): Promise<void> {
    const namespaces = [
      WAIVED,
      ...SHOPS,
      ...library.rules.map(({ id }) => deniedIn(id)),
      ...cases.map(({ object }) => namespaceOf(object)),
    ];
    const missing = [...new Set(namespaces)].filter((name) => name !== 'default');
    await this.#server.apply(missing.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    // In the order of the cases, however the answers come.
    const taken = new Map<ParityCase, Taken>();
    await each(cases, async (one) => {
      const collection = (namespace: string) => this.#served.collection(one.object, namespace);
      const path = await collection(namespaceOf(one.object));
      const answer = path === undefined ? undefined : await this.dryRun('POST', path, one.object);
      if (answer?.status === 201) taken.set(one, { ...one, seen: answer.body as JsonObject, collection });
    });
    this.taken = cases.flatMap((one) => taken.get(one) ?? []);
    const stored = new Map<Taken, Stored>();
    await each([...this.taken.entries()], async ([at, one]) => {
      if (one.brief) return;
      const namespace = deniedIn(one.rule.id);
      const path = await one.collection(namespace);
      const name = `${one.kind.toLowerCase()}-${at}`;
      const answer = await this.request('POST', path ?? '', moved(one.object, namespace, name));
      if (answer.status === 201) stored.set(one, { ...one, path: `${path}/${name}`, stored: answer.body as JsonObject });
    });
    this.stored = this.taken.flatMap((one) => stored.get(one) ?? []);
    await this.#server.apply(exported);
  }

  /** Policies take a second or two to become active: until each rule that fails on something has warned of it. */
  async #active(): Promise<void> {
    const waiting = new Map(this.taken.filter(({ fails }) => fails).map((one) => [one.rule.id, one]));
    for (let turn = 0; waiting.size > 0 && turn < 80; turn += 1) {
      for (const [id, one] of waiting) {
        const shop = shopOf(library.rules.indexOf(one.rule));
        const answer = await this.created(one, shop, moved(one.object, shop));
        if (warned(answer).has(id) || !judged(one.seen).has(id) || id === 'no-default-namespace') waiting.delete(id);
        else break;
      }
      if (waiting.size > 0) await new Promise((resume) => setTimeout(resume, 250));
    }
    if (waiting.size > 0) throw new Error(`never active: ${[...waiting.keys()].join(', ')}`);
  }
}

/** The name that the server completed, of an object that it refused. */
export const completedName = (answer: ApiResponse): string => /"(made-[a-z0-9]+)" is forbidden/.exec(said(answer))?.[1] ?? '';

export const nameOf = (object: JsonObject): string => textAt(metadataOf(object), 'name') ?? '';
