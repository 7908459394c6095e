import { z } from 'zod';
import { ON_UPDATE } from '#core/enforce/update-guards.ts';
import { REPLAY_OUTCOMES } from '#core/enforce/replay/words.ts';
import { mode, objectRef, policyName, ruleId, scanId, severity, shortText } from './common.ts';
import { day } from './workspace.ts';

/**
 * Enforcement: what a cluster would enforce of a policy, what that would have done to the objects of a scan, the files of it, and
 * what the scanned cluster has installed. Every list of objects is paged; counts are whole.
 */

export const enforceMode = mode.exclude(['off']);
const minorText = z.string().regex(/^1\.\d{1,2}$/, 'a version of Kubernetes is 1.30, say');
const namespaceText = z.string().min(1).max(253);
const page = { offset: z.number().int().min(0), limit: z.number().int().min(1).max(500) };

/** How far to go at most: in these namespaces (names), or in all that no other step names. */
export const enforceStep = z.object({ mode: enforceMode, namespaces: z.array(namespaceText).min(1).max(500).optional() });

/** A policy, and where it counts: in these namespaces (names), or in all that no other names. */
const placedPolicy = z.object({ policy: policyName, namespaces: z.array(namespaceText).min(1).max(500).optional() });

export const enforceInput = placedPolicy.extend({
  /** More policies for the same cluster: ValidatingAdmissionPolicy only. No two count in one namespace. */
  others: z.array(placedPolicy).max(50).default([]),
  /** One of the preview's `targets`. */
  target: z.string().min(1).max(40),
  /** As a Helm chart instead of files to apply. */
  helm: z.boolean().default(false),
  /** Of Kyverno: the API that its policies are written in, and where exceptions for waivers go; absent: v1, and none. */
  kyverno: z.object({ api: z.enum(['v1', 'v1beta1', 'legacy']).optional(), exceptionsIn: namespaceText.optional() }).optional(),
  steps: z.array(enforceStep).max(50).default([]),
  /** Names and patterns; absent: what a cluster and the engine need to live (`defaultExcluded` of the preview). */
  excludedNamespaces: z.array(namespaceText).max(500).optional(),
  /** Absent: the scan's, else the oldest with ValidatingAdmissionPolicy v1. */
  kubernetes: minorText.optional(),
  /** What updates of old objects may do; absent: what they do not change is let through. */
  onUpdate: z.enum(ON_UPDATE).optional(),
  /** Must be said to save an export with a rule that denies. */
  failurePolicy: z.enum(['Ignore', 'Fail']).optional(),
  /** Absent: plan and files only, nothing is replayed. */
  scanId: scanId.optional(),
  /** No rule goes further than the rollout plan says on this day; with `step` no further than that either. */
  rollout: z.object({ start: day.optional(), on: day.optional(), step: enforceMode.optional() }).optional(),
});
export type EnforceInput = z.input<typeof enforceInput>;

export const replayOutcome = z.enum(REPLAY_OUTCOMES);

/** How many objects meet each outcome; an object counts once, by the hardest that it meets. */
export const replayCounts = z.object({
  denied: z.number(),
  warned: z.number(),
  audited: z.number(),
  notEvaluated: z.number(),
  letThrough: z.number(),
});

export const enforceAction = z.object({
  mode: enforceMode,
  namespaces: z.array(z.string()).optional(),
  exceptNamespaces: z.array(z.string()).optional(),
});

export const enforceRule = z.object({
  rule: ruleId,
  /** Tells forms of one rule apart, where it has several. */
  variant: z.string().optional(),
  /** The one collection that this form searches. */
  collection: z.string().optional(),
  /** Whose it is, in a plan of several policies. */
  policies: z.array(z.string()).optional(),
  title: z.string(),
  severity,
  /** What the policy says; `actions` go no further. */
  mode: enforceMode,
  actions: z.array(enforceAction),
  operations: z.array(z.enum(['CREATE', 'UPDATE'])),
  failurePolicy: z.enum(['Ignore', 'Fail']),
  message: z.string(),
  minimumKubernetes: z.string(),
  /** The version that the rule is written for, where it would be another for another. */
  judgedAsKubernetes: z.string().optional(),
  /** What the exported form leaves out of the rule. */
  narrowed: z.string().optional(),
  waivers: z.array(z.object({ id: z.string(), reason: z.string(), expires: z.string().optional() })),
  /** What they let off is refused: the export cannot carry them. */
  waiversLeftOut: z.array(z.object({ id: z.string(), reason: z.string(), why: z.string() })),
  /** Objects by what they meet of this rule; absent without a scan. */
  counts: replayCounts.optional(),
});
export type EnforceRule = z.infer<typeof enforceRule>;

const replayGroup = z.object({ name: z.string().optional(), counts: replayCounts });

export const replaySummary = z.object({
  scanId,
  number: z.number(),
  startedAt: z.string(),
  source: z.string(),
  /** Objects of the scan, and how many of them any rule of the plan judges. */
  objects: z.number(),
  judged: z.number(),
  counts: replayCounts,
  /** Hardest hit first, at most 200 each; without a name: no team, or no namespace (cluster-scoped). */
  byTeam: z.array(replayGroup),
  teams: z.number(),
  byNamespace: z.array(replayGroup),
  namespaces: z.number(),
  /** Why objects are let through, by reason: `not-waived`, `not-by-a-controller`, `excluded` ... */
  letThrough: z.record(z.string(), z.number()),
});
export type ReplaySummary = z.infer<typeof replaySummary>;

/** Somebody who may switch the export off, or step around it. */
export const bypasser = z.object({
  kind: z.enum(['User', 'Group', 'ServiceAccount']),
  name: z.string(),
  namespace: z.string().optional(),
  /** What they may do, in a few words: `change policies`, `change labels of namespaces`, `everything`. */
  may: z.array(z.string()),
  /** The bindings that say so, at most 5. */
  by: z.array(z.string()),
});
export const bypass = z.object({
  /** At most 100, those who may do everything last. */
  who: z.array(bypasser),
  total: z.number(),
  /** What is let through by the engine and the export itself, in sentences. */
  exemptions: z.array(z.string()),
  /** Why `who` is not known, or not wholly; absent where the scan read all of RBAC. */
  unknown: z.string().optional(),
});
export type Bypass = z.infer<typeof bypass>;

export const enforceCommands = z.object({
  /** Changes nothing: the API server says what it would do. */
  tryFirst: z.array(z.string()),
  apply: z.array(z.string()),
  takeBack: z.array(z.string()),
});

export const enforcePreview = z.object({
  targets: z.array(z.object({ id: z.string(), title: z.string() })),
  policy: z.string(),
  kubernetes: z.string(),
  kubernetesFrom: z.enum(['asked', 'scan', 'default']),
  /** The bundle digest that the export is pinned to. */
  bundle: z.string(),
  onUpdate: z.enum(ON_UPDATE),
  /** Policies in which annotations let objects off. */
  annotationWaivers: z.array(z.string()),
  excludedNamespaces: z.array(z.string()),
  defaultExcluded: z.array(z.string()),
  rules: z.array(enforceRule),
  skipped: z.array(z.object({ rule: ruleId, title: z.string(), why: z.string() })),
  replay: replaySummary.optional(),
  /** Rules that deny and have objects of the scan against them: to be confirmed by id before anything is saved. */
  liveFailures: z.array(z.object({ rule: ruleId, title: z.string(), objects: z.number(), first: z.array(objectRef) })),
  /** What is to be said before `save` writes anything. */
  needs: z.array(z.enum(['failurePolicy', 'confirmation'])),
  bypass,
  /** Names of the files, in the order in which they are read; `file` gives their text. */
  files: z.array(z.string()),
  commands: enforceCommands,
  /** A folder that fits, for `save`. */
  folder: z.string(),
});
export type EnforcePreview = z.infer<typeof enforcePreview>;

/** `input` as in the preview; every filter narrows. Rows by outcome, rule, namespace, name. */
export const replayObjectsInput = enforceInput.extend({
  scanId,
  outcomes: z.array(replayOutcome).max(5).optional(),
  rule: ruleId.optional(),
  /** The empty text: cluster-scoped objects. */
  namespace: z.string().max(253).optional(),
  /** The empty text: objects without a team. */
  team: z.string().max(253).optional(),
  text: shortText.optional(),
  ...page,
});
export const replayRow = z.object({
  object: objectRef,
  team: z.string().optional(),
  rule: ruleId,
  title: z.string(),
  severity,
  outcome: replayOutcome,
  /** What the developer would see of it; without the engine's own words around it. */
  message: z.string().optional(),
  /** Why it is let through or not evaluated. */
  why: z.string().optional(),
});
export type ReplayRow = z.infer<typeof replayRow>;
export const replayObjects = z.object({ rows: z.array(replayRow), total: z.number() });

export const replayHistoryInput = enforceInput.extend({ scanId, runs: z.number().int().min(1).max(50) });
/** The plan as it is today, on each past run of the scan's source. Oldest first. */
export const replayPoint = z.object({
  scanId,
  number: z.number(),
  startedAt: z.string(),
  objects: z.number(),
  counts: replayCounts,
  /** Refusals and warnings (object and rule) that the run before had not, and that it had and are gone. */
  appeared: z.number(),
  gone: z.number(),
});
export const replayHistory = z.object({ points: z.array(replayPoint) });
export type ReplayHistory = z.infer<typeof replayHistory>;

export const fileInput = enforceInput.extend({
  name: z.string().min(1).max(200),
  /** From this line on, the first being 0; at most so many. */
  offset: page.offset,
  limit: z.number().int().min(1).max(5000),
});
export const fileText = z.object({ name: z.string(), text: z.string(), lines: z.number() });

/**
 * Writes the files into a folder of the host's machine (an absolute path); files of anybody else are never written over. Refused
 * (`conflict`) until `confirmed` names every rule of `liveFailures`, and (`invalidInput`) until a failure policy is said.
 */
export const enforceSaveInput = enforceInput.extend({
  folder: z.string().min(1).max(4096),
  confirmed: z.array(ruleId).max(2000).default([]),
});
export const enforceSaved = z.object({ files: z.array(z.string()), commands: enforceCommands });

export const rolloutInput = z.object({
  policy: policyName,
  scanId: scanId.optional(),
  /** The day of the first audit export; absent: today. */
  start: day.optional(),
});
export const rolloutStep = z.object({
  mode: enforceMode,
  /** From which day on; absent: not foreseeable. */
  from: z.string().optional(),
  why: z.string(),
});
export const rolloutRule = z.object({
  rule: ruleId,
  title: z.string(),
  severity,
  mode: enforceMode,
  /** Up to the policy's mode, in order. */
  steps: z.array(rolloutStep),
  /** The furthest step whose day has come. */
  now: enforceMode,
  /** Clean runs and days of the weakest source, and since when. */
  held: z.object({ runs: z.number(), days: z.number(), since: z.string().optional() }),
  /** Objects that fail it in the scan; absent without one. */
  failing: z.number().optional(),
});
export const rolloutView = z.object({
  policy: z.string(),
  today: z.string(),
  start: z.string(),
  criteria: z.object({ runs: z.number(), days: z.number() }),
  rules: z.array(rolloutRule),
});
export type RolloutView = z.infer<typeof rolloutView>;

/**
 * `missing`: to be exported, not installed. `changed`: ours, with another content. `stale`: ours and untouched, from an earlier
 * state of policy or waivers. `extra`: ours, not wanted any more. `expired`: carries a waiver that has ended. `disabled`: installed
 * and without effect somewhere or everywhere. `foreign`: of somebody else. `same`: as it should be.
 */
export const DRIFT_STATES = ['missing', 'changed', 'stale', 'extra', 'expired', 'disabled', 'foreign', 'same'] as const;
export const driftState = z.enum(DRIFT_STATES);

export const driftCounts = z.object({
  missing: z.number(),
  changed: z.number(),
  stale: z.number(),
  extra: z.number(),
  expired: z.number(),
  disabled: z.number(),
  foreign: z.number(),
  same: z.number(),
});

export const driftInput = enforceInput.extend({ scanId, states: z.array(driftState).max(8).optional(), ...page });
export const driftRow = z.object({
  state: driftState,
  engine: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  rule: z.string().optional(),
  /** In one sentence: what differs, since when it is over, what switches it off. */
  detail: z.string(),
  /** Foreign ValidatingAdmissionPolicies on the objects of the scan. */
  simulated: z
    .object({
      counts: replayCounts,
      /** Why it was not evaluated, wholly or on some objects. */
      notEvaluated: z.string().optional(),
    })
    .optional(),
});
export type DriftRow = z.infer<typeof driftRow>;
export const driftView = z.object({
  scanId,
  startedAt: z.string(),
  /** What the scan could read of each engine. */
  engines: z.array(
    z.object({ id: z.string(), title: z.string(), status: z.enum(['read', 'absent', 'unread']), reason: z.string().optional() }),
  ),
  counts: driftCounts,
  rows: z.array(driftRow),
  total: z.number(),
});
export type DriftView = z.infer<typeof driftView>;

/** Objects of the scan that a foreign ValidatingAdmissionPolicy would refuse or warn of. */
export const foreignInput = z.object({ scanId, name: z.string().min(1).max(253), ...page });
export const foreignRow = replayRow.pick({ object: true, team: true, outcome: true, message: true, why: true });
export const foreignObjects = z.object({ rows: z.array(foreignRow), total: z.number() });
