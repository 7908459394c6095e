import type { JsonObject, JsonValue } from '#core/json.ts';
import type { Effort, Mode, Severity } from '#core/model.ts';
import type { Scope, Stage } from '#core/policy/model.ts';

/** The rooms of the rule library; also the columns of the heat map. */
export const CATEGORIES = [
  'pod-security',
  'resources',
  'images',
  'health',
  'networking',
  'access',
  'reliability',
  'configuration',
  'secrets',
  'api-lifecycle',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** One kind that a matcher covers, and where its pod template sits (dot paths from the object's root). */
export interface MatchedKind {
  readonly group: string;
  readonly versions: readonly string[];
  readonly kind: string;
  readonly resource: string;
  readonly podSpec?: string;
  readonly podMetadata?: string;
  /** For kinds that are not Kubernetes' own: its objects lie in namespaces. Without it they may not. */
  readonly namespaced?: true;
  /** No supported server serves it any more: met in files only, left out of what is exported. */
  readonly legacy?: true;
}

export interface Matcher {
  readonly name: string;
  /** `any` matches every object, of custom resources too. */
  readonly kinds: readonly MatchedKind[] | 'any';
}

/**
 * One list inside the parent element. `where` (CEL over `it`) keeps only some of its elements. With `values` the path leads to a
 * map whose values are the elements (`metadata.labels`). With `select` the element is that field of each list element, and a list
 * element without it is skipped (`env` with `select: value`). An element's path names the key or the field too. With `self` the
 * one element is the parent itself, and the path is empty.
 */
export interface CollectionList {
  readonly path: string;
  readonly where?: string;
  readonly values?: true;
  readonly select?: string;
  readonly self?: true;
}

/**
 * A collection names the elements that a rule with `forEach` judges one by one.
 * `in` is `object`, `podSpec`, or another collection whose element is then bound to `as`.
 * `single` is one value instead of a list; `host` collections are computed by the host and have no CEL form of their own.
 */
export type Collection =
  | {
      readonly name: string;
      readonly type: 'lists';
      readonly in: string;
      readonly as?: string;
      readonly lists: readonly CollectionList[];
      readonly containers: boolean;
    }
  | { readonly name: string; readonly type: 'single'; readonly in: 'object' | 'podSpec'; readonly path?: string }
  | { readonly name: string; readonly type: 'host'; readonly host: 'strings' | 'apiVersions' };

export interface Matchers {
  readonly matchers: Readonly<Record<string, Matcher>>;
  readonly collections: Readonly<Record<string, Collection>>;
}

export interface Framework {
  readonly id: string;
  readonly version?: string;
  readonly level?: string;
  readonly control?: string;
}

export interface FixStep {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  /** A JSON value, or `{choose: <what>}` where only a person knows it. */
  readonly value?: JsonValue;
}

export interface PassExample {
  readonly name: string;
  /** The version it is judged for, e.g. `1.24`; without it the newest. */
  readonly kubernetes?: string;
  readonly object: JsonObject;
}

export interface FailExample extends PassExample {
  /** Paths (decisions.md 3), in order. */
  readonly findings: readonly string[];
}

/** Examples by the verdict that each gives; they are the rule's tests and part of its page. */
export interface Examples {
  readonly pass: readonly PassExample[];
  readonly fail: readonly FailExample[];
  readonly notApplicable: readonly PassExample[];
  readonly error: readonly PassExample[];
}

/** A rule as every layer uses it: one file, or one instance of a family file (decisions.md 1), checked and resolved. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly effort: Effort;
  readonly why: string;
  readonly remediation: string;
  readonly references: readonly string[];
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  readonly frameworks: readonly Framework[];
  readonly overlaps: readonly string[];
  readonly conflicts: readonly string[];
  /** `object`: judged alone and enforceable by admission; `cluster`: needs other objects. */
  readonly scope: 'object' | 'cluster';
  readonly match: string;
  readonly forEach?: string;
  /** CEL over `object`: false makes the rule not applicable. */
  readonly when?: string;
  /** CEL: true where the object (or the element `it`) is as it should be. */
  readonly require: string;
  /** What an object without any element gets; `notApplicable` unless the rule says otherwise. */
  readonly empty: 'notApplicable' | 'pass';
  /** Where a finding points, relative to the element, or to the object. */
  readonly field: string;
  readonly message: string;
  readonly fix: readonly FixStep[];
  /** Parameter values in force: the schema's defaults, or an instance's. Read as `params.x`. */
  readonly params: JsonObject;
  readonly paramsSchema: JsonObject;
  /** Host collections only: the CEL collections that stand for it at export. */
  readonly exportAs: readonly string[];
  readonly differs?: string;
  readonly maxCost?: number;
  readonly examples: Examples;
  /** The family file's id where this rule is an instance. */
  readonly family?: string;
  /** Path of the file below resources/rules, for messages. */
  readonly file: string;
}

/** A policy's setting of one rule (decisions.md 20); what is absent is the rule's own. */
export interface RuleSetting {
  readonly mode: Mode;
  readonly severity?: Severity;
  readonly message?: string;
  /** Values of parameters that differ from the rule's own. */
  readonly params?: JsonObject;
  /** Objects outside it are not judged by the rule in this policy. */
  readonly scope?: Scope;
  readonly reason?: string;
}

/** A policy with nothing left to look up: inheritance resolved (core/policy/effective.ts), or a template. */
export interface Policy {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly stage?: Stage;
  /** Whether annotations let objects off where the policy is enforced, as they do in scans: whoever may write an object may then waive it. */
  readonly exportAnnotationWaivers?: boolean;
  readonly rules: Readonly<Record<string, RuleSetting>>;
}

/** Everything the evaluation stands on. `hash` covers all that decides a verdict, of every rule. */
export interface Library {
  readonly rules: readonly Rule[];
  readonly matchers: Matchers;
  readonly defaults: readonly FieldDefault[];
  readonly policies: readonly Policy[];
  readonly hash: string;
}

/** One row of resources/defaults.yaml (decisions.md 16). `path` steps through every element of a list with `[]`. */
export interface FieldDefault {
  /** `group/Kind`, e.g. `apps/Deployment`, `/Pod`. */
  readonly kinds: readonly string[];
  /** Dot path; `podSpec.` at the start stands for the kind's pod spec, `[]` for every element. */
  readonly path: string;
  readonly value: JsonValue;
}
