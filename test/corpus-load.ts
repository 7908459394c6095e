import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { splitManifest } from '#main/sources/manifests/split.ts';
import type { ApiServer, AppliedObject } from './apiserver.ts';

/** Loads the real manifests of shared/corpus into an API server, for tests that want a cluster of real objects. */

const repository = fileURLToPath(new URL('..', import.meta.url));

/** The folder of the corpus: `$PLIMSOLL_SHARED/corpus`, else `../shared/corpus`; undefined where neither is there. */
export function corpusFolder(): string | undefined {
  const shared = process.env['PLIMSOLL_SHARED'];
  const places = [
    ...(shared === undefined || shared === '' ? [] : [join(shared, 'corpus')]),
    join(repository, '..', 'shared', 'corpus'),
  ];
  return places.find((place) => existsSync(place));
}

/** As `corpusFolder`, for whole test files: a missing corpus is a failure in CI, else one clear line and a skip. */
export function requireCorpus(): string | undefined {
  const folder = corpusFolder();
  if (folder !== undefined) return folder;
  const missing = 'shared/corpus is missing: sought in $PLIMSOLL_SHARED/corpus and ../shared/corpus';
  if (process.env['CI'] === 'true') throw new Error(missing);
  process.stderr.write(`skipped: ${missing}\n`);
  return undefined;
}

export interface CorpusDocuments {
  readonly files: number;
  readonly objects: readonly unknown[];
  /** Documents that are no YAML, by message. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** Documents without apiVersion and kind. */
  readonly others: number;
}

/** Every document of every YAML file, Lists unwrapped, as the API server reads YAML. */
export function corpusDocuments(folder: string): CorpusDocuments {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/u.test(name));
  const objects: unknown[] = [];
  const unreadable = new Map<string, number>();
  let others = 0;
  for (const name of names.toSorted()) {
    const split = splitManifest(readFileSync(join(folder, name), 'utf8'), relative(folder, name));
    objects.push(...split.objects.map(({ value }) => value));
    for (const { message } of split.errors) unreadable.set(message, (unreadable.get(message) ?? 0) + 1);
    others += split.notes.filter(({ kind }) => kind === 'notManifest').length;
  }
  return { files: names.length, objects, unreadable, others };
}

export interface CorpusLoad extends CorpusDocuments {
  readonly accepted: number;
  /** Refused documents by reason, the most frequent first. */
  readonly refused: readonly (readonly [reason: string, documents: number])[];
}

/** Applies all documents (namespaces and CRDs first; namespaces that objects name are created), and says what was refused and why. */
export async function loadCorpus(server: Pick<ApiServer, 'apply'>, folder: string): Promise<CorpusLoad> {
  const documents = corpusDocuments(folder);
  const applied = await server.apply(documents.objects, { tolerate: true, createNamespaces: true });
  const reasons = new Map<string, number>();
  for (const entry of applied) {
    if (isAccepted(entry)) continue;
    const reason = reasonOf(entry);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    ...documents,
    accepted: applied.filter(isAccepted).length,
    refused: [...reasons].toSorted(([, a], [, b]) => b - a),
  };
}

const isAccepted = ({ status }: AppliedObject): boolean => status >= 200 && status < 300;

/** Short enough to count by: what differs from document to document is left out. */
function reasonOf({ status, body }: AppliedObject): string {
  if (status === 0) return typeof body === 'string' ? body : 'not sent';
  const { reason = '', message = '' } = (typeof body === 'object' && body !== null ? body : {}) as {
    reason?: string;
    message?: string;
  };
  const general = (message.split('\n')[0] ?? '')
    .replaceAll(/"[^"]*"/gu, '"…"')
    .replaceAll(/\[\d+\]/gu, '[]')
    .slice(0, 140);
  return `${status} ${reason}: ${general}`;
}

const SETTLED_MS = 2000;

/** Waits until the controllers are done: until nothing that is scanned changes any more. */
export async function settled(server: Pick<ApiServer, 'request'>): Promise<void> {
  const kinds = [
    '/api/v1/pods',
    '/api/v1/configmaps',
    '/api/v1/serviceaccounts',
    '/apis/apps/v1/replicasets',
    '/apis/apps/v1/deployments',
    '/apis/batch/v1/jobs',
  ];
  const look = async (): Promise<string> => {
    const answers = await Promise.all(kinds.map((path) => server.request('GET', path)));
    return answers
      .map(({ body }) =>
        (body as { items: { metadata: { uid: string; generation?: number } }[] }).items
          .map(({ metadata }) => `${metadata.uid} ${metadata.generation ?? 0}`)
          .join(),
      )
      .join();
  };
  let last = await look();
  for (let quiet = 0; quiet < SETTLED_MS; quiet += 500) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await look();
    if (now !== last) quiet = -500;
    last = now;
  }
}
