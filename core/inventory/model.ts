import type { OwnerLink, SourceKind, Verdict } from '#core/model.ts';

/**
 * What the workers hand to the store, and what the store hands to projections: one object, judged once by every rule.
 * Bytes and small strings only, so that a batch crosses threads cheaply.
 */

/** How verdicts are packed, one byte per rule of the rule set. `waived` is a projection and has no code. */
export const VERDICT_CODES = ['notApplicable', 'pass', 'fail', 'error', 'notEvaluated'] as const satisfies readonly Exclude<
  Verdict,
  'waived'
>[];
export type FactVerdict = (typeof VERDICT_CODES)[number];
export const NOT_APPLICABLE = 0;
export const PASS = 1;
export const FAIL = 2;
export const ERROR = 3;
export const NOT_EVALUATED = 4;

/** One failing (or not computable) place. `rule` is the index in the rule set. Values are redacted. */
export interface FactFinding {
  readonly rule: number;
  /** Path by decisions.md 3. */
  readonly path: string;
  readonly container?: string;
  readonly value?: string;
  /** Why, for error and notEvaluated. */
  readonly reason?: string;
}

/** The rules in the order in which verdicts are packed; `factKey` is equal while the verdict cannot differ (decisions.md 9). */
export interface RuleSet {
  readonly rules: readonly { readonly id: string; readonly factKey: string }[];
}

/** An (manager, apiVersion) pair from last-applied or managedFields (decisions.md 10). */
export interface DeclaredVersion {
  readonly manager: string;
  readonly apiVersion: string;
}

export interface InventoryObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
  readonly owner?: OwnerLink;
  readonly labels: Readonly<Record<string, string>>;
  /** Waiver annotations of the object and its pod template: rule id or Datree key to reason. */
  readonly waivers: Readonly<Record<string, string>>;
  /** An owned ReplicaSet with no replicas: read, but left out of counts. */
  readonly idle: boolean;
  /** The namespace was absent in a file and is taken to be `default` (decisions.md 16). */
  readonly assumedNamespace: boolean;
}

/** Where a file's object stands. Lines and columns are 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly document: number;
}

export interface EvaluatedObject extends InventoryObject {
  /** Evaluation key, 32 bytes (decisions.md 8). */
  readonly key: Uint8Array;
  readonly resourceVersion?: string;
  /** One code per rule of the rule set; only those named by `mask` where a mask was used. */
  readonly verdicts: Uint8Array;
  readonly findings: readonly FactFinding[];
  /** Redacted body as JSON text (main/yaml/json.ts), and the SHA-256 of that text; both empty where nothing will be stored. */
  readonly body: string;
  readonly bodyHash: Uint8Array;
  readonly declared: readonly DeclaredVersion[];
  readonly place?: Place;
  /** Files only: line and column (1-based) of each finding, in the order of `findings`. */
  readonly positions?: readonly Position[];
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** An object of an earlier scan whose key (or uid and resourceVersion) is unchanged: nothing was evaluated. */
export interface KnownObject {
  readonly id: number;
  readonly resourceVersion?: string;
  readonly place?: Place;
}

/** A known object of which some rules were evaluated anew, because they are new or changed; the others' facts are carried over. */
export interface RejudgedObject extends KnownObject {
  /** One code per rule of the rule set; read where `mask` has a 1. */
  readonly verdicts: Uint8Array;
  readonly findings: readonly FactFinding[];
  /** A 1 for every rule that was evaluated. */
  readonly mask: Uint8Array;
}

/** One object of a stored scan with its facts, as projections read it. */
export interface ScanObject extends InventoryObject {
  readonly id: number;
  readonly verdicts: Uint8Array;
  readonly findings: readonly FactFinding[];
  readonly place?: Place;
  readonly positions?: readonly Position[];
}

export interface SourceIdentity {
  readonly kind: SourceKind;
  readonly name: string;
  /** Cluster UID, provisional hash, absolute path or snapshot identity: what makes two scans belong together. */
  readonly identity: string;
  readonly provisional: boolean;
}
