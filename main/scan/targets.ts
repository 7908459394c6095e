import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { ScanTarget } from '#core/api/scans.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { clusterFeed } from '#main/scan/cluster-feed.ts';
import type { Feed } from '#main/scan/feed.ts';
import { manifestFeed } from '#main/scan/manifest-feed.ts';
import type { NotAsked, RequestEntry } from '#main/sources/source.ts';
import { CLUSTER_DEFAULTS, openClusterWith } from '#main/sources/cluster/open.ts';
import type { ClusterTuning } from '#main/sources/cluster/open.ts';
import type { OpenSource } from '#main/store/sources.ts';

/** A target opened for one scan: what it is, and what it will give. */
export interface OpenTarget {
  readonly source: OpenSource;
  readonly feed: Feed;
  readonly kubernetesMinor?: string;
  readonly server?: string;
  readonly user?: string;
  /** A snapshot's scan took place when the snapshot was made. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly requests: () => readonly RequestEntry[];
}

export interface OpenTargetOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly library: Library;
  /** Overrides the source's own name. */
  readonly name?: string;
  /** Several paths for `plimsoll test`; a folder target has one. */
  readonly paths?: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** Of a folder or paths: files, as they are named, that are passed over. */
  readonly exclude?: (name: string) => boolean;
  /** The Kubernetes minor that is judged for, e.g. `1.34`, whatever the server or snapshot has. */
  readonly kubernetesMinor?: string;
  /** Of a cluster: kinds that are not asked for. */
  readonly notAsked?: NotAsked;
  /** Page size, timeouts and waits other than the usual ones: for tests and benchmarks. */
  readonly tuning?: ClusterTuning;
}

/** Connects or opens; nothing is listed or read yet. */
export async function openTarget(
  target: Exclude<ScanTarget, { type: 'sample' }>,
  options: OpenTargetOptions,
): Promise<Result<OpenTarget, AppError>> {
  switch (target.type) {
    case 'context':
      return openContext(target, options);
    case 'folder':
      return ok(openFolder(target.path, options));
    case 'snapshot': {
      // It brings the engine along, which a cluster's unchanged objects do without.
      const { snapshotFeed } = await import('#main/scan/snapshot-feed.ts');
      return snapshotFeed(target.path, options);
    }
  }
}

async function openContext(
  target: Extract<ScanTarget, { type: 'context' }>,
  options: OpenTargetOptions,
): Promise<Result<OpenTarget, AppError>> {
  const wanted = {
    // The command line's empty name stands for the current context.
    ...(target.context === '' ? {} : { context: target.context }),
    ...(target.kubeconfig === undefined ? {} : { kubeconfig: target.kubeconfig }),
    env: options.env,
    signal: options.signal,
  };
  const opened = await openClusterWith(wanted, options.tuning ?? CLUSTER_DEFAULTS);
  if (!opened.ok) return err(opened.error);
  const { facts } = opened.value;
  const namespaces = target.namespaces === undefined || target.namespaces.length === 0 ? {} : { namespaces: target.namespaces };
  return ok({
    source: {
      kind: 'cluster',
      name: options.name ?? facts.contextName,
      identity: facts.uid ?? facts.provisionalId,
      provisional: facts.uid === undefined,
      provisionalIdentity: facts.provisionalId,
      production: /(^|[-_.])prod(uction)?([-_.]|$)/i.test(facts.contextName),
      context: facts.contextName,
      server: facts.server,
    },
    feed: clusterFeed(opened.value, {
      ...namespaces,
      ...(options.notAsked === undefined ? {} : { notAsked: options.notAsked }),
      signal: options.signal,
    }),
    kubernetesMinor: options.kubernetesMinor ?? facts.kubernetesMinor,
    server: facts.server,
    ...(facts.user === undefined ? {} : { user: facts.user }),
    requests: () => opened.value.requests(),
  });
}

function openFolder(folder: string, options: OpenTargetOptions): OpenTarget {
  const paths = options.paths ?? [folder];
  const identity = paths.map(absolute).join('\n');
  return {
    source: {
      kind: 'manifests',
      name: options.name ?? path.basename(absolute(paths[0] ?? folder)),
      identity,
      provisional: false,
      path: absolute(paths[0] ?? folder),
    },
    feed: manifestFeed(paths, {
      signal: options.signal,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(options.exclude === undefined ? {} : { exclude: options.exclude }),
    }),
    ...(options.kubernetesMinor === undefined ? {} : { kubernetesMinor: options.kubernetesMinor }),
    requests: () => [],
  };
}

function absolute(file: string): string {
  if (file === '-') return 'stdin';
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}
