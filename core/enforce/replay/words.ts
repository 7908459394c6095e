/**
 * What a person who creates an object today would meet: it is refused, warned of or written to the audit log; or that could not be
 * worked out; or it fails a rule and is let through all the same. The hardest first.
 */
export const REPLAY_OUTCOMES = ['denied', 'warned', 'audited', 'notEvaluated', 'letThrough'] as const;
export type ReplayOutcome = (typeof REPLAY_OUTCOMES)[number];
export type ReplayCounts = Record<ReplayOutcome, number>;

/** Why something that fails is let through, for people: by the names of the export's conditions, and what stands for selectors. */
export const LET_THROUGH_TEXTS: Readonly<Record<string, string>> = {
  'not-waived': 'waived',
  'not-by-a-controller': 'made by a controller of Kubernetes from an object that is judged itself',
  'not-being-deleted': 'being deleted',
  'in-scope': 'outside the scope of the rule',
  'not-in-excluded-namespaces': 'in an excluded namespace',
  excluded: 'in an excluded namespace',
  'not-served': 'of a version that no API server takes',
  'cannot-be-computed': 'cannot be computed, and the failure policy is Ignore',
};
