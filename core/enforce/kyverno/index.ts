import { fileOf } from '#core/enforce/files.ts';
import type { YamlFile } from '#core/enforce/files.ts';
import { exclusionLine, leftOutLines, PASS_LINES } from '#core/enforce/headers.ts';
import { exceptionObject } from '#core/enforce/kyverno/exceptions.ts';
import { clusterPolicyObject } from '#core/enforce/kyverno/legacy.ts';
import { policyObject } from '#core/enforce/kyverno/objects.ts';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { kustomization, rollback, ROLLBACK } from '#core/enforce/packaging.ts';
import type { JsonObject } from '#core/json.ts';
import { once } from '#core/once.ts';

/** `legacy` is a ClusterPolicy of kyverno.io/v1, which Kyverno drops after 1.19. */
export const KYVERNO_APIS = ['v1', 'v1beta1', 'legacy'] as const;
export type KyvernoApi = (typeof KYVERNO_APIS)[number];

export interface KyvernoOptions {
  /** Default: v1. */
  readonly api?: KyvernoApi;
  /** Waivers of whole objects are PolicyExceptions in this namespace, instead of conditions; with v1 only. */
  readonly exceptionsIn?: string;
}

const EXCEPTIONS = 'policy-exceptions.yaml';

/** The policies of a plan, a kustomization, and what takes them back. `bundle` is the bundle digest (decisions.md 19). */
export function kyvernoFiles(plan: EnforcementPlan, bundle: string, options: KyvernoOptions = {}): readonly YamlFile[] {
  const { api = 'v1' } = options;
  const policies = api === 'legacy' ? 'cluster-policies.yaml' : 'validating-policies.yaml';
  const exceptions = exceptionsOf(plan, options);
  const objects = once(() => policiesOf(plan, bundle, options));
  const files = [policies, ...(exceptions.length === 0 ? [] : [EXCEPTIONS])];
  return [
    fileOf(policies, headerOf(plan, bundle, policies, options), objects),
    ...(exceptions.length === 0 ? [] : [{ name: EXCEPTIONS, header: exceptionHeader(options), documents: exceptions }]),
    kustomization(files),
    rollback(() => [...objects(), ...exceptions], `Names everything of ${files.join(' and ')}.`),
  ];
}

function policiesOf(plan: EnforcementPlan, bundle: string, { api = 'v1', exceptionsIn }: KyvernoOptions): readonly JsonObject[] {
  return plan.rules.flatMap((rule) =>
    rule.actions.map((action) => {
      if (api === 'legacy') return clusterPolicyObject(plan, rule, action, bundle);
      const dated = exceptionsIn === undefined ? 'dated' : 'exceptions';
      return policyObject(plan, rule, action, bundle, { version: api, waivers: api === 'v1beta1' ? 'undated' : dated });
    }),
  );
}

const exceptionsOf = ({ rules }: EnforcementPlan, { api = 'v1', exceptionsIn }: KyvernoOptions): readonly JsonObject[] =>
  api !== 'v1' || exceptionsIn === undefined
    ? []
    : rules.flatMap((rule) => rule.objectWaivers.map((one) => exceptionObject(rule, one, exceptionsIn)));

const SERVERS: Readonly<Record<KyvernoApi, string>> = {
  v1: 'Kyverno 1.17 and later (ValidatingPolicy, policies.kyverno.io/v1)',
  v1beta1: 'Kyverno 1.16 and later (ValidatingPolicy, policies.kyverno.io/v1beta1)',
  legacy: 'Kyverno 1.11 to 1.19 (ClusterPolicy, kyverno.io/v1): later ones drop it',
};

function headerOf(plan: EnforcementPlan, bundle: string, policies: string, options: KyvernoOptions): readonly string[] {
  const { api = 'v1' } = options;
  return [
    `Policy ${plan.policy}: ${plan.rules.length} rules for ${SERVERS[api]}.`,
    `Bundle ${bundle}.`,
    '',
    `Try first: kubectl apply --dry-run=server -f ${policies}`,
    `Apply:     kubectl apply -f ${policies}`,
    `Ready:     kubectl get -f ${policies}   (each says so)`,
    `Take back: kubectl delete -f ${ROLLBACK} --ignore-not-found`,
    '',
    exclusionLine(plan),
    ...PASS_LINES,
    'Kyverno asks about no ReplicaSet, Node or Event, nor about its own namespace, unless its ConfigMap says otherwise.',
    'Where an expression of a rule cannot be computed, Kyverno counts it as failed, whatever the failurePolicy: that speaks of',
    'conditions and of a Kyverno that does not answer. The expressions of rules that ship compute on every object.',
    ...waiverLines(options),
    ...leftOutLines(plan),
  ];
}

function waiverLines({ api = 'v1', exceptionsIn }: KyvernoOptions): readonly string[] {
  if (api !== 'v1')
    return ['Waivers are in the conditions and know no day: export again before the day in plimsoll.dev/waiver-expires.'];
  return [
    exceptionsIn === undefined
      ? 'Waivers of whole objects are in the conditions, and end by themselves.'
      : `Waivers of whole objects are in ${EXCEPTIONS}: read there what Kyverno needs for them.`,
    'Waivers of containers and paths are in the expressions: export again before the day in plimsoll.dev/waiver-expires.',
  ];
}

const exceptionHeader = ({ exceptionsIn = '' }: KyvernoOptions): readonly string[] => [
  'Waivers of whole objects, for Kyverno 1.19 and later.',
  'Kyverno looks at exceptions only where it is told to: --enablePolicyException=true, with --exceptionNamespace the namespace',
  `${exceptionsIn} or '*'. Without that, what is waived here is refused. Kyverno 1.17 and 1.18 know neither expiresAt nor`,
  'properties: kubectl refuses the file there; who applies it without validation loses reason and expiresAt, and the condition',
  'still ends the waiver. The namespace has to be there.',
  '',
  `Try first: kubectl apply --dry-run=server -f ${EXCEPTIONS}`,
  `Apply:     kubectl apply -f ${EXCEPTIONS}   (before the policies)`,
  `Take back: kubectl delete -f ${EXCEPTIONS} --ignore-not-found   (what is waived is refused from then on)`,
];
