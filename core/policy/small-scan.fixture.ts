import { MATCHERS, ruleOf } from '#core/evaluate/small-rules.fixture.ts';
import { VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactFinding, FactVerdict, RuleSet, ScanObject } from '#core/inventory/model.ts';
import type { CoverageEntry, CoverageStatus } from '#core/model.ts';
import { findingsOf } from '#core/policy/finding.ts';
import type { Finding } from '#core/policy/finding.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { PolicyRule, Projection } from '#core/policy/project.ts';
import type { Library, Policy, Rule } from '#core/rules/model.ts';

/** Scans as projections see them, without evaluating anything: objects that say which verdict each rule gave. */

/** `pods` matches Pods and Deployments, `any` everything. */
export const RULES: readonly Rule[] = [
  ruleOf({
    id: 'limits',
    require: 'true',
    severity: 'medium',
    message: 'container {{container}} has no limit',
    aliases: { datree: ['LIMITS_KEY'] },
  }),
  ruleOf({
    id: 'secrets',
    require: 'true',
    match: 'any',
    severity: 'critical',
    message: '{{kind}} {{namespace}}/{{name}} leaks at {{path}}',
  }),
];
export const RULE_SET: RuleSet = { rules: RULES.map(({ id }) => ({ id, factKey: id })) };
export const POLICY: Policy = {
  name: 'some-policy',
  title: 'Some policy',
  description: 'For tests.',
  rules: { limits: { mode: 'deny' }, secrets: { mode: 'warn' } },
};
export const LIBRARY: Library = { rules: RULES, matchers: MATCHERS, defaults: [], policies: [POLICY], hash: 'library' };
export const POLICY_RULES: readonly PolicyRule[] = policyRules(POLICY, RULES, RULE_SET);

type Verdicts = Readonly<Partial<Record<'limits' | 'secrets', FactVerdict>>>;

let ids = 0;

/** `kind` may name its group: `apps/Deployment`. What fails or is open gets one finding at `spec.<rule>`, unless findings are given. */
export function objectOf(kind: string, name: string, verdicts: Verdicts, more: Partial<ScanObject> = {}): ScanObject {
  const [group, plain] = kind.includes('/') ? kind.split('/') : ['', kind];
  const codes = RULES.map(({ id }) => verdicts[id as keyof Verdicts] ?? 'notApplicable');
  ids += 1;
  return {
    id: ids,
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    kind: plain ?? '',
    namespace: 'shop',
    name,
    labels: {},
    waivers: {},
    idle: false,
    assumedNamespace: false,
    verdicts: Uint8Array.from(codes, (verdict) => VERDICT_CODES.indexOf(verdict)),
    findings: codes.flatMap((verdict, rule) => factsOf(verdict, rule)),
    ...more,
  };
}

function factsOf(verdict: FactVerdict, rule: number): readonly FactFinding[] {
  if (verdict === 'pass' || verdict === 'notApplicable') return [];
  const path = `spec.${RULES[rule]?.id ?? ''}`;
  return [{ rule, path, ...(verdict === 'fail' ? {} : { reason: 'some reason' }) }];
}

export const ownedBy = (owner: ScanObject) => ({ owner: { kind: owner.kind, name: owner.name, uid: owner.uid ?? '' } });

export interface Seen {
  readonly projection: Projection;
  readonly findings: readonly Finding[];
}

export function seen(objects: readonly ScanObject[], rules: readonly PolicyRule[] = POLICY_RULES): Seen {
  const projection = project(objects, rules);
  return { projection, findings: projection.judgements.flatMap(findingsOf) };
}

export const entryOf = (kind: string, status: CoverageStatus = 'complete', namespace?: string): CoverageEntry => {
  const [group, plain] = kind.includes('/') ? kind.split('/') : ['', kind];
  return {
    group: group ?? '',
    version: 'v1',
    kind: plain ?? '',
    resource: `${(plain ?? '').toLowerCase()}s`,
    verb: 'list',
    status,
    objects: 0,
    ...(namespace === undefined ? {} : { namespace }),
  };
};
