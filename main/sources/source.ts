import type { AppError, CoverageEntry } from '#core/model.ts';
import type { Result } from '#core/result.ts';

/** One request that left the machine, for the network log. No header, no body, no credential. */
export interface RequestEntry {
  readonly verb: 'GET' | 'POST';
  /** Path and query without the host. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly bytes: number;
}

/** A kind that the API server can list, at the one version that is read (the server's preferred one). */
export interface ListedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly namespaced: boolean;
  /** Secrets and what else is read as PartialObjectMetadata only. */
  readonly metadataOnly: boolean;
}

/** What a cluster answers about itself before the first list. */
export interface ClusterFacts {
  /** UID of the namespace kube-system, or absent where it may not be read (decisions.md 5). */
  readonly uid?: string;
  /** SHA-256 over server URL and CA: the provisional identity. */
  readonly provisionalId: string;
  /** Host and port of the server, e.g. `127.0.0.1:6443`. */
  readonly server: string;
  readonly contextName: string;
  /** e.g. `1.36`. */
  readonly kubernetesMinor: string;
  readonly gitVersion: string;
  /** Who the server says we are (SelfSubjectReview), where it tells. */
  readonly user?: string;
  readonly kinds: readonly ListedKind[];
  /** Kinds left out by the stated list, and groups whose discovery failed. */
  readonly coverage: readonly CoverageEntry[];
}

/** What listing a cluster yields, in the order in which it arrives. `bytes` is the raw body of one List page. */
export type ListEvent =
  | { readonly type: 'kind'; readonly kind: ListedKind }
  | {
      readonly type: 'page';
      readonly kind: ListedKind;
      readonly namespace?: string;
      readonly bytes: Uint8Array;
      readonly remaining: number;
    }
  | { readonly type: 'coverage'; readonly entry: CoverageEntry }
  | { readonly type: 'request'; readonly entry: RequestEntry };

/** Why a kind is not to be asked for; undefined where it is. */
export type NotAsked = (kind: { readonly group: string; readonly kind: string }) => string | undefined;

export interface ListOptions {
  readonly namespaces?: readonly string[];
  /** Absent: everything is asked for. No request leaves for what is not. */
  readonly notAsked?: NotAsked;
  readonly signal: AbortSignal;
}

export interface ClusterReader {
  readonly facts: ClusterFacts;
  /**
   * Lists every kind, at most 4 requests in flight. Never throws for an answer of the server: those become coverage.
   * A page handed out twice after a 410 restart is announced by a `kind` event for the same kind: earlier pages of it are void.
   * The consumer pulls; a slow consumer slows the reading down (bounded buffer).
   */
  list(options: ListOptions): AsyncIterable<ListEvent>;
  requests(): readonly RequestEntry[];
  close(): Promise<void>;
}

export type OpenCluster = (options: OpenClusterOptions) => Promise<Result<ClusterReader, AppError>>;

export interface OpenClusterOptions {
  /** Explicit kubeconfig file; else KUBECONFIG, else ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}
