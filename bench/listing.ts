import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

/**
 * The yardsticks of a scan, a process of its own each: `listing WAY FILE` lists the kinds of a JSON file (`Lists`) page by page,
 * four kinds at a time, and prints how many objects (0 where it does not look) and requests there were.
 */

export const WAYS = ['bytes', 'parsed', 'client'] as const;
/** What becomes of a page: thrown away unseen, parsed as JSON, or what the client library's list calls make of it. */
export type Way = (typeof WAYS)[number];

export interface Lists {
  readonly url: string;
  readonly caFile: string;
  readonly token: string;
  readonly kubeconfig: string;
  readonly kinds: readonly { readonly apiVersion: string; readonly kind: string; readonly path: string }[];
}

export interface Listed {
  readonly objects: number;
  readonly requests: number;
}

interface Page {
  readonly objects: number;
  readonly next: string;
}

type ReadPage = (kind: Lists['kinds'][number], token: string) => Promise<Page>;

const PAGE = 500;
const IN_FLIGHT = 4;

async function list(kinds: Lists['kinds'], read: ReadPage): Promise<Listed> {
  const sum = { objects: 0, requests: 0 };
  const waiting = kinds.values();
  const work = async (): Promise<void> => {
    for (const kind of waiting) {
      let token = '';
      do {
        const page = await read(kind, token);
        sum.objects += page.objects;
        sum.requests += 1;
        token = page.next;
      } while (token !== '');
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return sum;
}

function overHttp(lists: Lists, look: (body: Buffer) => Page): ReadPage {
  const dispatcher = new Agent({ connections: IN_FLIGHT, connect: { ca: readFileSync(lists.caFile) } });
  const headers = { authorization: `Bearer ${lists.token}`, accept: 'application/json' };
  return async ({ path }, token) => {
    const place = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const response = await request(`${lists.url}${path}?limit=${PAGE}${place}`, { dispatcher, headers });
    const body = Buffer.from(await response.body.arrayBuffer());
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`);
    return look(body);
  };
}

/** Built-in kinds carry the token at the front of the page, custom resources at the end. */
function lookAtEnds(body: Buffer): Page {
  const ends = `${body.subarray(0, 2000).toString('latin1')}\n${body.subarray(-2000).toString('latin1')}`;
  return { objects: 0, next: /"continue":"([^"]*)"/.exec(ends)?.[1] ?? '' };
}

function parse(body: Buffer): Page {
  const page = JSON.parse(body.toString('utf8')) as { items: readonly unknown[]; metadata: { continue?: string } };
  return { objects: page.items.length, next: page.metadata.continue ?? '' };
}

async function throughClient(lists: Lists): Promise<ReadPage> {
  const { KubeConfig, KubernetesObjectApi } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(lists.kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const none = undefined;
  return async ({ apiVersion, kind }, token) => {
    const page = await api.list(apiVersion, kind, none, none, none, none, none, none, PAGE, token === '' ? none : token);
    return { objects: page.items.length, next: page.metadata?._continue ?? '' };
  };
}

function reader(way: Way, lists: Lists): ReadPage | Promise<ReadPage> {
  switch (way) {
    case 'bytes':
      return overHttp(lists, lookAtEnds);
    case 'parsed':
      return overHttp(lists, parse);
    case 'client':
      return throughClient(lists);
  }
}

if (import.meta.main) {
  const [, , name, file = ''] = process.argv;
  const way = WAYS.find((known) => known === name);
  if (way === undefined) throw new Error(`listing ${WAYS.join('|')} FILE`);
  const lists = JSON.parse(readFileSync(file, 'utf8')) as Lists;
  const listed = await list(lists.kinds, await reader(way, lists));
  process.stdout.write(JSON.stringify(listed));
  // Connections that are kept alive are of no use to anyone any more.
  process.exit(0);
}
