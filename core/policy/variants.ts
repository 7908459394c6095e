import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan } from '#core/evaluate/plan.ts';
import { ERROR, NOT_APPLICABLE, NOT_EVALUATED } from '#core/inventory/model.ts';
import type { DeclaredVersion, ScanObject } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { isObject, own } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { indexScan } from '#core/policy/scan-index.ts';
import type { FactsOf, RuleFacts } from '#core/policy/scan-index.ts';
import { paramsRead } from '#core/rules/hash.ts';
import { forKubernetes, neverApplies } from '#core/rules/kubernetes.ts';
import type { FieldDefault, Matchers } from '#core/rules/model.ts';

/** Facts of a rule under parameter values that no scan evaluated: judged now, on what was stored of each object. */

/** What was stored of an object: its redacted body. What was redacted is unknown, and so is what depends on it. */
export interface StoredBody {
  readonly body: JsonValue;
  readonly declared: readonly DeclaredVersion[];
}

export type Facts = Pick<ScanObject, 'verdicts' | 'findings'>;

/** Judges one object by one rule; the rule's position in the facts is 0. */
export type VariantJudge = (object: ScanObject, stored: () => StoredBody | undefined) => Facts;

/** Whether a policy changes a parameter that the rule's expressions read. */
export function isVaried({ rule, params }: Pick<PolicyRule, 'rule' | 'params'>): boolean {
  if (params === rule.params) return false;
  return paramsRead(rule).some(
    (name) => canonicalJson(own(params, name) ?? null) !== canonicalJson(own(rule.params, name) ?? null),
  );
}

const nothing: Facts = { verdicts: Uint8Array.of(NOT_APPLICABLE), findings: [] };
const open = (verdict: number, reason: string): Facts => ({
  verdicts: Uint8Array.of(verdict),
  findings: [{ rule: 0, path: '', reason }],
});

/**
 * Compiles a rule with the parameters that a policy gives it. Values that it does not compile with make every object that it
 * matches an `error`, never a pass. Bodies are asked for only where the rule matches.
 */
export function variantJudge(
  { rule, params }: Pick<PolicyRule, 'rule' | 'params'>,
  library: { readonly matchers: Matchers; readonly defaults: readonly FieldDefault[] },
  minor: number,
): VariantJudge {
  const matcher = library.matchers.matchers[rule.match];
  const matches = ({ apiVersion, kind }: ScanObject): boolean =>
    matcher !== undefined &&
    (matcher.kinds === 'any' || matcher.kinds.some((one) => one.group === groupOf(apiVersion) && one.kind === kind));
  const onMatching =
    (judge: VariantJudge): VariantJudge =>
    (object, stored) =>
      matches(object) ? judge(object, stored) : nothing;
  if (rule.scope !== 'object') return onMatching(() => open(NOT_EVALUATED, 'needs a scan with these parameters'));
  const varied = forKubernetes({ ...rule, params }, minor);
  if (neverApplies(varied)) return () => nothing;
  const plan = buildPlan([varied], library.matchers, { minor });
  if (!plan.ok) {
    const why = plan.error.map(({ message }) => message).join('; ');
    return onMatching(() => open(ERROR, `the parameters of the policy do not fit the rule: ${why}`));
  }
  const evaluator = new Evaluator(plan.value);
  const normalise = normaliser(library.defaults, library.matchers);
  return onMatching((_, stored) => {
    const found = stored();
    if (found === undefined || !isObject(found.body)) return open(NOT_EVALUATED, 'its content is not stored');
    return evaluator.evaluate(normalise(found.body), { declared: found.declared });
  });
}

/** The facts of a varied rule over a scan, rolled up to owners as the scan's own are. */
export function variantFacts(objects: readonly ScanObject[], factsOf: FactsOf): RuleFacts {
  const facts = indexScan(objects, 1, factsOf).rule(0);
  if (facts === undefined) throw new Error('an index of one rule has one rule');
  return facts;
}
