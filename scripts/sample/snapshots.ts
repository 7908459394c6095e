import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import type { AppError } from '#core/model.ts';
import { findPolicy } from '#core/policy/policies.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { judgeChunk } from '#main/scan/chunks.ts';
import { clusterFeed } from '#main/scan/cluster-feed.ts';
import { ObjectJudge } from '#main/scan/judge.ts';
import type { Judging } from '#main/scan/judging.ts';
import { bundleDigest, forWorkers, ruleSetOf } from '#main/scan/library-facts.ts';
import { runScan } from '#main/scan/scan.ts';
import { openStore, type Store } from '#main/store/index.ts';
import { writeSnapshot } from '#main/sources/snapshot/write.ts';
import type { Look } from './cluster.ts';
import { readerOf } from './reader.ts';
import type { Story } from './story.ts';

/**
 * The key of evaluation keys is random in every database (decisions.md 8), so that nobody can guess contents from keys. What the
 * sample holds is public, and its files must come out the same everywhere: its key is fixed.
 */
const KEY = createHash('sha256').update('the sample is no secret').digest();

/** A scan of the sample takes no time; it is said to have taken as long as a real one would. */
const SCAN_MS = 2_000;

/** `1-2026-11-12.plimsoll.gz`: in order of time, as the app takes them in. */
export const fileNameOf = (look: Look, index: number): string => `${index + 1}-${look.at.slice(0, 10)}.plimsoll.gz`;

/** Scans every look through the pipeline that scans live clusters, and writes its snapshot into `folder`. Returns the names. */
export async function writeSnapshots(looks: readonly Look[], story: Story, library: Library, folder: string): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), 'plimsoll-sample-'));
  const clock = { now: 0 };
  const file = join(work, 'sample.db');
  writeFileSync(`${file}.key`, KEY, { mode: 0o600 });
  const store = unwrap(openStore({ file, now: () => clock.now }));
  try {
    const names: string[] = [];
    for (const [index, look] of looks.entries()) {
      clock.now = Date.parse(look.at);
      const runId = await scanLook(store, look, story, library);
      const name = fileNameOf(look, index);
      unwrap(await writeSnapshot(store, runId, join(folder, name)));
      // Snapshots are for their owner's eyes; this one ships.
      chmodSync(join(folder, name), 0o644);
      names.push(name);
    }
    return names;
  } finally {
    store.close();
    rmSync(work, { recursive: true, force: true });
  }
}

async function scanLook(store: Store, look: Look, story: Story, library: Library): Promise<string> {
  const reader = readerOf(look, story);
  const { facts } = reader;
  const policy = unwrap(findPolicy(library, 'default'));
  const identity = { identity: story.cluster.uid, provisional: false };
  const source = unwrap(
    store.sources.open({ kind: 'cluster', name: facts.contextName, ...identity, production: true, server: facts.server }),
  );
  const run = unwrap(
    store.runs.begin({
      id: ulid(Date.parse(look.at), fixedRandom(look.at)),
      sourceId: source.id,
      origin: 'scan',
      policy: policy.name,
      libraryHash: library.hash,
      startedAt: look.at,
      toolVersion: 'sample',
      bundleDigest: bundleDigest(policy, library),
      labels: { look: look.title },
      kubernetesMinor: facts.kubernetesMinor,
      server: facts.server,
      ...(facts.user === undefined ? {} : { user: facts.user }),
    }),
  );
  const writer = unwrap(store.beginWrite(run, ruleSetOf(library, facts.kubernetesMinor)));
  const signal = new AbortController().signal;
  const options = { scanId: run.id, signal, now: () => Date.parse(look.at), onProgress: () => undefined };
  const { coverage, errors } = unwrap(
    await runScan(clusterFeed(reader, { signal }), judgeInOrder(store, library, facts.kubernetesMinor), writer, options),
  );
  if (errors.length > 0) throw new Error(`${look.title}: ${errors[0]?.message ?? ''}`);
  const finishedAt = new Date(Date.parse(look.at) + SCAN_MS).toISOString();
  unwrap(writer.finish({ status: 'complete', finishedAt, covered: 1, coverage }));
  return run.id;
}

/** In this thread, one after another: threads would finish in any order. */
function judgeInOrder(store: Store, library: Library, kubernetesMinor: string): Judging {
  const judge = new ObjectJudge({
    library: forWorkers(library),
    minor: Number(kubernetesMinor.split('.')[1]),
    store: { hmacKey: store.hmacKey, dropEnvValues: false },
    defaultNamespace: 'default',
    located: new Uint8Array(library.rules.length),
  });
  return { size: 1, judge: (chunk) => Promise.resolve(judgeChunk(judge, chunk, 'default')), close: () => Promise.resolve() };
}

/** Numbers from 0 to below 1 that follow from a text. */
function fixedRandom(text: string): () => number {
  let state = createHash('sha256').update(text).digest();
  return () => {
    state = createHash('sha256').update(state).digest();
    return state.readUInt32BE(0) / 2 ** 32;
  };
}

function unwrap<T>(result: Result<T, AppError>): T {
  if (result.ok) return result.value;
  const { what, where, why } = result.error;
  throw new Error(`${what} (${where}): ${why}`);
}
