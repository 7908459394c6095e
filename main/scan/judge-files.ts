import type { ScanObject } from '#core/inventory/model.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import type { AppError } from '#core/model.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { AdaptiveJudging } from '#main/scan/judging.ts';
import { forWorkers } from '#main/scan/library-facts.ts';
import { manifestFeed } from '#main/scan/manifest-feed.ts';
import type { ManifestFeedOptions } from '#main/scan/manifest-feed.ts';
import { MemorySink } from '#main/scan/memory.ts';
import { runScan } from '#main/scan/scan.ts';

export interface JudgeFilesOptions extends Omit<ManifestFeedOptions, 'signal'> {
  readonly scanId: string;
  /** Namespace of objects that name none. */
  readonly namespace: string;
  /** Kubernetes minor, e.g. 34; default: the newest that is known. */
  readonly minor?: number;
  /** A 1 for each rule whose findings need lines and columns. */
  readonly located: Uint8Array;
}

export interface JudgedFiles {
  readonly objects: readonly ScanObject[];
  readonly errors: readonly ReadProblem[];
  readonly notes: readonly ReadProblem[];
}

/** Judges manifests by every rule of the library and keeps nothing. */
export async function judgeFiles(
  paths: readonly string[],
  library: Library,
  options: JudgeFilesOptions,
): Promise<Result<JudgedFiles, AppError>> {
  const { scanId, namespace, minor = NEWEST_MINOR, located, ...feed } = options;
  const { signal } = new AbortController();
  const sink = new MemorySink();
  const judging = new AdaptiveJudging(
    {
      setup: { library: forWorkers(library), minor, store: undefined, defaultNamespace: namespace, located },
      known: undefined,
    },
    { shares: true },
  );
  const outcome = await runScan(manifestFeed(paths, { ...feed, signal }), judging, sink, {
    scanId,
    signal,
    now: Date.now,
    onProgress: () => {},
  });
  await judging.close();
  if (!outcome.ok) return outcome;
  return ok({ objects: sink.objects(), errors: outcome.value.errors, notes: outcome.value.notes });
}
