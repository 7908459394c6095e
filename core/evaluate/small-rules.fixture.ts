import { Evaluator } from '#core/evaluate/evaluate.ts';
import type { EvaluateOptions } from '#core/evaluate/evaluate.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactFinding, FactVerdict } from '#core/inventory/model.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { Collection, MatchedKind, Matchers, Rule } from '#core/rules/model.ts';

/** Rules and matchers as small as a test needs them, and one call that judges one object by them. */

const POD: MatchedKind = { group: '', versions: ['v1'], kind: 'Pod', resource: 'pods', podSpec: 'spec' };
const DEPLOYMENT: MatchedKind = {
  group: 'apps',
  versions: ['v1'],
  kind: 'Deployment',
  resource: 'deployments',
  podSpec: 'spec.template.spec',
};

const COLLECTIONS: readonly Collection[] = [
  { name: 'containers', type: 'lists', in: 'podSpec', containers: true, lists: [{ path: 'containers' }] },
  { name: 'both', type: 'lists', in: 'podSpec', containers: true, lists: [{ path: 'containers' }, { path: 'initContainers' }] },
  { name: 'env', type: 'lists', in: 'both', as: 'container', containers: false, lists: [{ path: 'env' }] },
  { name: 'values', type: 'lists', in: 'both', as: 'container', containers: false, lists: [{ path: 'env', select: 'value' }] },
  { name: 'labels', type: 'lists', in: 'object', containers: false, lists: [{ path: 'metadata.labels', values: true }] },
  { name: 'big', type: 'lists', in: 'podSpec', containers: true, lists: [{ path: 'containers', where: 'it.size > 10' }] },
  { name: 'podSpec', type: 'single', in: 'podSpec' },
  { name: 'securityContext', type: 'single', in: 'podSpec', path: 'securityContext' },
  { name: 'strings', type: 'host', host: 'strings' },
  { name: 'apiVersions', type: 'host', host: 'apiVersions' },
];

export const MATCHERS: Matchers = {
  matchers: {
    pods: { name: 'pods', kinds: [POD, DEPLOYMENT] },
    any: { name: 'any', kinds: 'any' },
  },
  collections: Object.fromEntries(COLLECTIONS.map((collection) => [collection.name, collection])),
};

export const ruleOf = (changed: Partial<Rule> & { readonly require: string }): Rule => ({
  id: 'some-rule',
  title: 'Something',
  category: 'health',
  severity: 'low',
  effort: 'easy',
  why: 'Because.',
  remediation: 'Do it.',
  references: [],
  aliases: {},
  frameworks: [],
  overlaps: [],
  conflicts: [],
  scope: 'object',
  match: 'pods',
  empty: 'notApplicable',
  field: '',
  message: '{{path}}',
  fix: [],
  params: {},
  paramsSchema: {},
  exportAs: [],
  examples: { pass: [], fail: [], notApplicable: [], error: [] },
  file: 'rules/health/some-rule.yaml',
  ...changed,
});

/** @throws {Error} where a rule does not compile. */
export function evaluatorOf(rules: readonly Rule[]): Evaluator {
  const plan = buildPlan(rules, MATCHERS, { minor: FLOOR_MINOR });
  if (!plan.ok) throw new Error(plan.error.map(({ rule, field, message }) => `${rule}.${field}: ${message}`).join('; '));
  return new Evaluator(plan.value);
}

export interface Judged {
  readonly verdicts: readonly FactVerdict[];
  readonly findings: readonly FactFinding[];
  readonly paths: readonly string[];
}

export function judge(rules: readonly Rule[], object: JsonObject, options: EvaluateOptions = {}): Judged {
  const { verdicts, findings } = evaluatorOf(rules).evaluate(object, options);
  return {
    verdicts: [...verdicts].map((code) => VERDICT_CODES[code] ?? 'error'),
    findings,
    paths: findings.map(({ path }) => path),
  };
}

/** The verdict of one rule on one object. */
export const verdictOf = (rule: Partial<Rule> & { readonly require: string }, object: JsonObject): FactVerdict | undefined =>
  judge([ruleOf(rule)], object).verdicts[0];

export const pod = (spec: JsonValue, metadata: JsonObject = { name: 'web', namespace: 'shop' }): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec,
});
