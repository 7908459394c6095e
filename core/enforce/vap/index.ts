import { fileOf } from '#core/enforce/files.ts';
import type { YamlFile } from '#core/enforce/files.ts';
import { annotationLine, exclusionLine, leftOutLines } from '#core/enforce/headers.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { kustomization, ROLLBACK, rollback } from '#core/enforce/packaging.ts';
import { ON_UPDATE_TITLES } from '#core/enforce/update-guards.ts';
import { FIRST_STABLE_MINOR, OLDEST_MINOR } from '#core/enforce/servers.ts';
import { apiVersionFor, vapObjects } from '#core/enforce/vap/objects.ts';
import type { JsonObject } from '#core/json.ts';
import { once } from '#core/once.ts';

const POLICIES = 'validating-admission-policies.yaml';

/** ValidatingAdmissionPolicies of a plan, a kustomization, and what takes them back. `bundle` is the bundle digest (decisions.md 19). */
export function vapFiles(plan: EnforcementPlan, bundle: string): readonly YamlFile[] {
  const objects = once(() => plan.rules.flatMap((rule) => vapObjects(plan, rule, bundle)));
  return [
    fileOf(POLICIES, headerOf(plan, bundle), objects),
    kustomization([POLICIES]),
    rollback(
      () => [...objects().filter(isBinding), ...objects().filter((object) => !isBinding(object))],
      `Names everything of ${POLICIES}, bindings first: without them nothing is enforced any more.`,
    ),
  ];
}

const isBinding = (object: JsonObject): boolean => object['kind'] === 'ValidatingAdmissionPolicyBinding';

function headerOf(plan: EnforcementPlan, bundle: string): readonly string[] {
  const fails = plan.rules.some(({ failurePolicy }) => failurePolicy === 'Fail');
  return [
    `Policy ${plan.policy}: ${plan.rules.length} rules as ValidatingAdmissionPolicies (${apiVersionFor(plan.minor)}).`,
    `For ${serversOf(plan)}. Bundle ${bundle}.`,
    '',
    `Try first: kubectl apply --dry-run=server -f ${POLICIES}`,
    `Apply:     kubectl apply -f ${POLICIES}   (active after a second or two)`,
    `Take back: kubectl delete -f ${ROLLBACK} --ignore-not-found`,
    '',
    exclusionLine(plan),
    `On updates (${plan.onUpdate}): ${ON_UPDATE_TITLES[plan.onUpdate]}.`,
    'Let through: objects that are being deleted, and what the controllers of Kubernetes make from an object that is judged itself.',
    annotationLine(plan),
    'Who may change these policies or bindings can bypass them.',
    fails
      ? 'Where an expression cannot be computed, rules that deny refuse the request (failurePolicy Fail).'
      : 'Where an expression cannot be computed, the request is let through (failurePolicy Ignore).',
    ...leftOutLines(plan),
  ];
}

/** v1beta1 is served by 1.28 to 1.33. */
function serversOf({ minor, rules }: EnforcementPlan): string {
  const least = Math.max(OLDEST_MINOR, ...rules.map(({ minimumMinor }) => minimumMinor));
  if (minor < FIRST_STABLE_MINOR) return `Kubernetes 1.${least} to 1.33`;
  return `Kubernetes 1.${Math.max(least, FIRST_STABLE_MINOR)} and later`;
}
