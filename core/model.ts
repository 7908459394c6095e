/** The words of the domain that every layer shares. Shapes only: no behaviour beyond small lookups. */

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const EFFORTS = ['easy', 'medium', 'hard'] as const;
export type Effort = (typeof EFFORTS)[number];

/**
 * What is known of one rule on one object (design/product.md). `waived` is a projection and never stored as a fact;
 * `notEvaluated` says that rights, time or data were missing.
 */
export const VERDICTS = ['pass', 'fail', 'waived', 'notApplicable', 'error', 'notEvaluated'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const MODES = ['off', 'audit', 'warn', 'deny'] as const;
export type Mode = (typeof MODES)[number];

/** How an object is addressed. `namespace` is absent for cluster-scoped kinds; `name` may be a generateName. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** The API group of an apiVersion: `apps/v1` gives `apps`, `v1` gives the empty core group. */
export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** A link from an owned object to its controller, from `metadata.ownerReferences` (the entry with `controller: true`). */
export interface OwnerLink {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export const SOURCE_KINDS = ['cluster', 'manifests', 'snapshot', 'ci'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * How a kind (in a namespace, where it was asked namespace by namespace) was read. Only `complete` lets verdicts count on it.
 * `leftOut`: never read by any scan; `notAsked`: not read by this one, as whoever started it wished.
 */
export const COVERAGE_STATUSES = [
  'complete',
  'metadataOnly',
  'leftOut',
  'notAsked',
  'forbidden',
  'unauthorized',
  'notFound',
  'expired',
  'throttled',
  'serverError',
  'timeout',
  'unreachable',
  'invalid',
  'cancelled',
] as const;
export type CoverageStatus = (typeof COVERAGE_STATUSES)[number];

/** One row of the coverage table: what was asked, how it ended, what it means for verdicts. `objects` is what was read. */
export interface CoverageEntry {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural resource name, e.g. `deployments`. */
  readonly resource: string;
  readonly verb: 'list';
  /** Present where the list was asked for one namespace. */
  readonly namespace?: string;
  readonly status: CoverageStatus;
  readonly httpStatus?: number;
  readonly objects: number;
  /** One plain sentence: why, and what it means. Never a credential. */
  readonly reason?: string;
}

export const RUN_STATUSES = ['running', 'complete', 'incomplete', 'cancelled', 'interrupted', 'failed'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Runs that did not come to their end have no figures, which is not the same as nought. */
export const hasVerdicts = ({ status }: { readonly status: RunStatus }): boolean =>
  status === 'complete' || status === 'incomplete';

/** Where a run's objects came from and under which circumstances (decisions.md 23). Times are ISO 8601 in UTC. */
export interface RunRecord {
  /** ULID. */
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly toolVersion: string;
  /** e.g. `1.36`; absent where unknown. */
  readonly kubernetesMinor?: string;
  /** SHA-256 over policy, waivers, custom rules and library (decisions.md 19). */
  readonly bundleDigest: string;
  readonly source: { readonly kind: SourceKind; readonly name: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly git?: { readonly remote?: string; readonly branch?: string; readonly commit?: string };
  readonly ci?: { readonly vendor: string; readonly jobUrl?: string };
}

/** Counts of each verdict. Percentages are pass / (pass + fail) and always shown with coverage. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

export const noCounts = (): Record<Verdict, number> => ({
  pass: 0,
  fail: 0,
  waived: 0,
  notApplicable: 0,
  error: 0,
  notEvaluated: 0,
});

/** A closed code with what happened, where, why, and what to do next: every failure that a person sees. */
export const ERROR_CODES = [
  'invalidInput',
  'notFound',
  'kubeconfig',
  'unreachable',
  'tls',
  'unauthorized',
  'forbidden',
  'execPlugin',
  'database',
  'busy',
  'conflict',
  'cancelled',
  'unreadable',
  'unsupported',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface AppError {
  readonly code: ErrorCode;
  readonly what: string;
  readonly where: string;
  readonly why: string;
  readonly next: string;
}
