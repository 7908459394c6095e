import type { EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import type { JsonObject } from '#core/json.ts';

/** How what we export says what it is, whatever the engine: drift finds it again by these. */

/** The label by which a namespace can be selected by its name; API servers set it. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

export const labelsOf = ({ rule }: PlannedRule) => ({ 'app.kubernetes.io/managed-by': 'plimsoll', 'plimsoll.dev/rule': rule });

/** What an exported object says of itself: `bundle` is the bundle digest (decisions.md 19), `digest` the hash of its own content. */
export const annotationsOf = (plan: EnforcementPlan, rule: PlannedRule, bundle: string, digest: string): JsonObject => ({
  'plimsoll.dev/bundle': bundle,
  'plimsoll.dev/digest': digest,
  'plimsoll.dev/policy': rule.policies?.join(', ') ?? plan.policy,
  'plimsoll.dev/severity': rule.severity,
  'plimsoll.dev/title': rule.title,
  ...waiverAnnotations(rule),
});

/** Who was let off and why; and the first day on which the policy is out of date, which a cluster cannot know. */
function waiverAnnotations({ waivers }: PlannedRule): JsonObject {
  if (waivers.length === 0) return {};
  const ends = waivers.flatMap(({ expires }) => expires ?? []).toSorted();
  return {
    'plimsoll.dev/waivers': waivers
      .map(({ id, reason, expires }) => `${id} (${expires === undefined ? 'without end' : `until ${expires}`}): ${reason}`)
      .join('\n'),
    ...(ends[0] === undefined ? {} : { 'plimsoll.dev/waiver-expires': ends[0] }),
  };
}
