import type { OnUpdate } from '#core/enforce/update-guards.ts';
import type { ComposedVariable } from '#core/evaluate/variables.ts';
import type { Severity } from '#core/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

/** What a cluster is to enforce, before it is written for one engine: everything that a target needs, and nothing of its format. */

/** What happens to a request that a rule does not let pass. */
export type EnforceMode = 'audit' | 'warn' | 'deny';

/** What the API server does where an expression cannot be computed: let the request pass, or treat it as one that fails. */
export type FailurePolicy = 'Ignore' | 'Fail';

export type Operation = 'CREATE' | 'UPDATE';

/** Resources as admission names them; `*` stands for all. */
export interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  /** What the objects of these resources call themselves; `*` stands for all. */
  readonly kinds: readonly string[];
}

export interface ResourceMatch {
  readonly rules: readonly ResourceRule[];
  /** Never looked at, though `rules` cover them. */
  readonly except: readonly ResourceRule[];
  readonly operations: readonly Operation[];
  /** Whether cluster-scoped objects may be among them. */
  readonly clusterScoped: boolean;
}

/** A request is judged where all conditions hold. CEL over `object`, `oldObject` and `request`; no `variables`. */
export interface Condition {
  readonly name: string;
  readonly expression: string;
}

/** One mode, and where it counts: in these namespaces, or everywhere but in those. Both are names, never patterns. */
export interface Action {
  readonly mode: EnforceMode;
  readonly namespaces?: readonly string[];
  readonly exceptNamespaces?: readonly string[];
  /** Whose it is, in a plan of several policies. */
  readonly policy?: string;
}

/** A waiver of whole objects: `expression` is CEL over `object`, true for those that it lets off. */
export interface ObjectWaiver {
  readonly waiver: Waiver;
  readonly expression: string;
}

/** The condition by which objects are let off that a waiver covers as a whole. */
export const WAIVER_CONDITION = 'not-waived';

/** A waiver that an exported policy does not carry: what it lets off is refused. */
export interface WaiverLeftOut {
  readonly waiver: Waiver;
  readonly why: string;
}

export interface PlannedRule {
  readonly rule: string;
  /**
   * Tells it from another form of the rule: 6 hex digits. A plan of several policies has them, and rules of which all that they search
   * costs too much at once. Rule and variant are unique.
   */
  readonly variant?: string;
  /** The one collection that it searches, where all of them together cost too much. */
  readonly collection?: string;
  /** Those that judge by it, in a plan of several. */
  readonly policies?: readonly string[];
  readonly title: string;
  readonly severity: Severity;
  readonly match: ResourceMatch;
  readonly conditions: readonly Condition[];
  /** In the order in which they may use each other. */
  readonly variables: readonly ComposedVariable[];
  /** CEL, a bool: true lets the request pass. */
  readonly expression: string;
  /** At most 110 characters, one line. */
  readonly message: string;
  /** CEL, a string; absent where `message` says it all. */
  readonly messageExpression?: string;
  /** No two count in one namespace. */
  readonly actions: readonly Action[];
  readonly failurePolicy: FailurePolicy;
  /** Those that are in the conditions or the expression. */
  readonly waivers: readonly Waiver[];
  /** Those of `waivers` that cover whole objects: what the condition `not-waived` says, one by one. */
  readonly objectWaivers: readonly ObjectWaiver[];
  readonly waiversLeftOut: readonly WaiverLeftOut[];
  /** The oldest Kubernetes minor that takes all expressions: 30 for 1.30. */
  readonly minimumMinor: number;
  /** The Kubernetes minor that the rule is written for, where it would be another rule for another; it stays so on newer servers. */
  readonly judgedAsMinor?: number;
  /** What the rule says that its expression may cost on the stress Pod, where that is more than rules may (decisions.md 15). */
  readonly maxCost?: number;
  /** What the expression leaves out of the rule, for host collections. */
  readonly narrowed?: string;
}

/** A rule that the policy switches on and no admission policy can carry. */
export interface SkippedRule {
  readonly rule: string;
  readonly title: string;
  readonly why: string;
}

export interface EnforcementPlan {
  /** Several are named with commas between them. */
  readonly policy: string;
  /** The Kubernetes minor it is made for, and any later one. */
  readonly minor: number;
  /** Names and patterns of namespaces in which nothing is enforced. */
  readonly excludedNamespaces: readonly string[];
  /** What updates may do, in all its rules. */
  readonly onUpdate: OnUpdate;
  /** Policies that say that annotations let objects off. In others, objects that a scan takes for waived are refused. */
  readonly annotationWaivers: readonly string[];
  readonly rules: readonly PlannedRule[];
  readonly skipped: readonly SkippedRule[];
}

/** Never enforced in unless the plan is told otherwise: what a cluster needs to live. */
export const SYSTEM_NAMESPACES: readonly string[] = ['kube-node-lease', 'kube-public', 'kube-system'];
