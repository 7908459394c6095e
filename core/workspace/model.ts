import type { SourceKind } from '#core/model.ts';
import type { PolicyDocument, Scope, Stage } from '#core/policy/model.ts';

/**
 * What a team keeps in its workspace folder (decisions.md 19): the only source of policies, waivers, decisions and of who is who.
 * Dates are `YYYY-MM-DD`, times ISO 8601 in UTC.
 */

export interface Team {
  readonly name: string;
  readonly contacts: readonly string[];
  /** What the team needs to be allowed, in its own words: the first step of the guide. */
  readonly needs: readonly string[];
}

export interface Product {
  readonly name: string;
  readonly team?: string;
}

export interface Environment {
  readonly name: string;
  /** From the first (1) to the last, usually production. */
  readonly order: number;
  readonly production: boolean;
}

/** What the workspace knows of a source beyond its runs. `name` is that of the source in the history. */
export interface SourceEntry {
  readonly name: string;
  readonly kind: SourceKind;
  readonly product?: string;
  readonly environment?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Branches whose runs count as evidence (decisions.md 21); empty: its default branch, or runs without git data. */
  readonly branches: readonly string[];
  /** Cron expression of five fields, while the app is open. */
  readonly schedule?: string;
}

/** Which policies govern which objects. The closer binding counts: product and environment before one of them, before neither. */
export interface Binding extends Scope {
  readonly policies: Readonly<Partial<Record<Stage, string>>>;
  readonly product?: string;
  readonly environment?: string;
  /** Names of sources; absent: all. */
  readonly sources?: readonly string[];
  /** Labels that a source (its entry or its runs) must have. */
  readonly sourceLabels?: Readonly<Record<string, string>>;
}

/** What "passes consistently" means here (decisions.md 21). */
export interface Criteria {
  readonly runs: number;
  readonly days: number;
  /** Names of the sources that must all agree; absent: every source that the policy governs. */
  readonly sources?: readonly string[];
}

export const DEFAULT_CRITERIA: Criteria = { runs: 5, days: 7 };

export interface Workspace {
  readonly name: string;
  readonly teams: readonly Team[];
  readonly products: readonly Product[];
  readonly environments: readonly Environment[];
  readonly sources: readonly SourceEntry[];
  readonly bindings: readonly Binding[];
  readonly criteria: Criteria;
  /** Days between two feedback rounds. */
  readonly feedbackDays: number;
  /** Days before its end in which a waiver is shown as expiring. */
  readonly expiringDays: number;
}

export const EMPTY_WORKSPACE: Workspace = {
  name: 'workspace',
  teams: [],
  products: [],
  environments: [],
  sources: [],
  bindings: [],
  criteria: DEFAULT_CRITERIA,
  feedbackDays: 90,
  expiringDays: 14,
};

/** One object, whatever its version. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectName {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Lets something off a rule: every part that is given must fit. At least one besides the rule is given. */
export interface Waiver extends Scope {
  readonly id: string;
  readonly rule: string;
  /** Policies in which it counts; absent: all. */
  readonly policies?: readonly string[];
  readonly object?: ObjectName;
  readonly container?: string;
  /** decisions.md 3; a path also covers what lies below it. */
  readonly path?: string;
  readonly reason: string;
  readonly owner?: string;
  /** The last day on which it counts; absent: without end, which lint warns of. */
  readonly expires?: string;
  readonly created?: string;
}

/** What was decided of a rule that fails in a policy, and is neither a waiver nor in the policy's own file. */
export interface Decision {
  readonly policy: string;
  readonly rule: string;
  readonly decision: 'fix' | 'debt';
  readonly assignee?: string;
  readonly due?: string;
  readonly reason?: string;
  readonly decided: string;
  readonly by?: string;
}

/** A known failure of an object, frozen in ratchet mode. New places of the same object are not known. */
export interface DebtEntry {
  readonly rule: string;
  readonly object: ObjectName;
  readonly paths: readonly string[];
}

/** Debt of one policy in one source. */
export interface Debt {
  readonly policy: string;
  readonly source: string;
  /** The run (ULID) whose failures were frozen, and when. */
  readonly scan: string;
  readonly frozen: string;
  readonly entries: readonly DebtEntry[];
}

/** Answers of one round: colleagues fill in the file, or answer in the app. */
export interface FeedbackRound {
  readonly id: string;
  readonly started: string;
  readonly closed?: string;
  readonly policy: string;
  readonly questions: readonly FeedbackQuestion[];
}

export const VOTES = ['keep', 'change', 'drop'] as const;
export type Vote = (typeof VOTES)[number];

export interface FeedbackQuestion {
  readonly rule: string;
  readonly question: string;
  readonly answers: readonly { readonly by: string; readonly vote: Vote; readonly comment?: string; readonly at?: string }[];
}

/** Everything the folder holds, read and checked. */
export interface WorkspaceContent {
  readonly workspace: Workspace;
  readonly policies: readonly PolicyDocument[];
  readonly waivers: readonly Waiver[];
  readonly decisions: readonly Decision[];
  readonly debts: readonly Debt[];
  readonly feedback: readonly FeedbackRound[];
}

export const EMPTY_CONTENT: WorkspaceContent = {
  workspace: EMPTY_WORKSPACE,
  policies: [],
  waivers: [],
  decisions: [],
  debts: [],
  feedback: [],
};
