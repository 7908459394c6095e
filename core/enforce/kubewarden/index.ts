import { fileOf } from '#core/enforce/files.ts';
import type { YamlFile } from '#core/enforce/files.ts';
import { exclusionLine, leftOutLines, PASS_LINES } from '#core/enforce/headers.ts';
import { admissionPolicyObject } from '#core/enforce/kubewarden/objects.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { kustomization, rollback, ROLLBACK } from '#core/enforce/packaging.ts';
import { withoutRules } from '#core/enforce/plan-for.ts';
import { once } from '#core/once.ts';
import { FIRST_STABLE_MINOR } from '#core/enforce/servers.ts';

const POLICIES = 'cluster-admission-policies.yaml';

/** The plan without the rules that need more than the functions of Kubernetes 1.29, which is what cel-policy knows on any cluster. */
export const kubewardenPlan = (plan: EnforcementPlan): EnforcementPlan =>
  withoutRules(plan, ({ minimumMinor }) =>
    minimumMinor <= FIRST_STABLE_MINOR
      ? undefined
      : `it uses functions of Kubernetes 1.${minimumMinor - 1}, and Kubewarden's cel-policy knows those of 1.${FIRST_STABLE_MINOR - 1}`,
  );

/** ClusterAdmissionPolicies, a kustomization, and what takes them back. `bundle` is the bundle digest (decisions.md 19). */
export function kubewardenFiles(plan: EnforcementPlan, bundle: string): readonly YamlFile[] {
  const objects = once(() =>
    plan.rules.flatMap((rule) => rule.actions.map((action) => admissionPolicyObject(plan, rule, action, bundle))),
  );
  return [
    fileOf(POLICIES, headerOf(plan, bundle), objects),
    kustomization([POLICIES]),
    rollback(objects, `Names everything of ${POLICIES}.`),
  ];
}

function headerOf(plan: EnforcementPlan, bundle: string): readonly string[] {
  const warns = plan.rules.some(({ actions }) => actions.some(({ mode }) => mode === 'warn'));
  return [
    `Policy ${plan.policy}: ${plan.rules.length} rules for Kubewarden with cel-policy 1.6.3, on Kubernetes 1.30 and later.`,
    `Bundle ${bundle}.`,
    'Not run: the tests of Plimsoll compile these expressions as cel-policy does, no Kubewarden has judged them. Start with --mode audit.',
    '',
    `Try first: kubectl apply --dry-run=server -f ${POLICIES}`,
    `Apply:     kubectl apply -f ${POLICIES}`,
    `Ready:     kubectl wait --for=condition=PolicyActive --timeout=300s -f ${POLICIES}`,
    `Take back: kubectl delete -f ${ROLLBACK} --ignore-not-found`,
    '',
    exclusionLine(plan),
    ...PASS_LINES,
    ...(warns
      ? ['Kubewarden cannot warn: rules that warn are in mode monitor, which traces and counts, and tells no developer.']
      : []),
    'Where an expression of a rule cannot be computed, Kubewarden refuses the request in mode protect, whatever the failurePolicy:',
    'that speaks of conditions and of a Kubewarden that does not answer. Refusals have the code 400, not 422.',
    'The audit scanner passes over policies that speak of all kinds (*).',
    ...leftOutLines(plan),
  ];
}
