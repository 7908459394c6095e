import { ERROR, FAIL, NOT_APPLICABLE, NOT_EVALUATED, PASS, VERDICT_CODES } from '#core/inventory/model.ts';
import type { FactFinding, RuleSet, ScanObject } from '#core/inventory/model.ts';
import { noCounts } from '#core/model.ts';
import type { Severity, Verdict, VerdictCounts } from '#core/model.ts';
import type { Policy, Rule } from '#core/rules/model.ts';

/** One rule of a policy, as a projection uses it: the rule, where its verdicts are packed, and what the policy says of it. */
export interface PolicyRule {
  readonly rule: Rule;
  readonly index: number;
  readonly severity: Severity;
  readonly message: string;
  readonly mode: 'audit' | 'warn' | 'deny';
}

/** A verdict that is not a pass, on the object where it is counted. */
export interface Judgement {
  readonly object: ScanObject;
  readonly rule: PolicyRule;
  readonly verdict: Exclude<Verdict, 'pass' | 'notApplicable'>;
  readonly findings: readonly FactFinding[];
  /** Owned objects that fail with it and are not counted apart. */
  readonly owned: number;
  /** The waiver's reason. */
  readonly waiver?: string;
}

export interface RuleCounts {
  readonly rule: PolicyRule;
  readonly counts: VerdictCounts;
  /** By namespace; the empty key stands for cluster-scoped objects. */
  readonly byNamespace: ReadonlyMap<string, VerdictCounts>;
}

export interface Projection {
  readonly rules: readonly RuleCounts[];
  readonly judgements: readonly Judgement[];
  /** Objects that are counted: idle ReplicaSets and objects counted at their owner aside. */
  readonly objects: number;
  readonly owned: number;
}

/** The rules that a policy switches on, in the order of the rule set that the facts are packed by. */
export function policyRules(policy: Policy, rules: readonly Rule[], ruleSet: RuleSet): readonly PolicyRule[] {
  const positions = new Map(ruleSet.rules.map(({ id }, index) => [id, index]));
  return rules.flatMap((rule) => {
    const setting = policy.rules[rule.id];
    const index = positions.get(rule.id);
    if (setting === undefined || setting.mode === 'off' || index === undefined) return [];
    return [
      { rule, index, severity: setting.severity ?? rule.severity, message: setting.message ?? rule.message, mode: setting.mode },
    ];
  });
}

/**
 * Applies a policy to the facts of a scan, without evaluating anything.
 *
 * Owned objects were judged like all others; here a failure is counted once, at the topmost owner that was read and fails the
 * same rule. Where every owner passes, it stays with the owned object (a container injected at admission).
 */
export function project(objects: readonly ScanObject[], rules: readonly PolicyRule[]): Projection {
  const owners = ownerChains(objects);
  const ownedAt = new Map<ScanObject, number[]>();
  const counted = objects.filter((object) => !object.idle);
  const rows = rules.map((rule) => ({ rule, counts: noCounts(), byNamespace: new Map<string, Record<Verdict, number>>() }));
  const judgements: Judgement[] = [];
  let owned = 0;
  for (const object of counted) if (owners.has(object)) owned += 1;
  for (const object of counted) {
    const chain = owners.get(object);
    if (chain === undefined) continue;
    rules.forEach((rule, position) => countAtOwner(object, chain, rule.index, rules.length, position, ownedAt));
  }
  for (const object of counted) {
    const chain = owners.get(object);
    rows.forEach((row, position) => {
      const code = object.verdicts[row.rule.index] ?? NOT_APPLICABLE;
      if (chain !== undefined && ownerSpeaks(chain, row.rule.index, code)) return;
      const waiver = code === FAIL ? waiverOf(object, row.rule.rule) : undefined;
      const verdict: Verdict = waiver === undefined ? (VERDICT_CODES[code] ?? 'notEvaluated') : 'waived';
      row.counts[verdict] += 1;
      const namespace = object.namespace ?? '';
      const counts = row.byNamespace.get(namespace) ?? noCounts();
      counts[verdict] += 1;
      row.byNamespace.set(namespace, counts);
      if (verdict === 'pass' || verdict === 'notApplicable') return;
      judgements.push({
        object,
        rule: row.rule,
        verdict,
        findings: findingsOf(object, row.rule.index, code),
        owned: ownedAt.get(object)?.[position] ?? 0,
        ...(waiver === undefined ? {} : { waiver }),
      });
    });
  }
  return { rules: rows, judgements, objects: counted.length - owned, owned };
}

/** The failing places; for error and notEvaluated those that could not be judged. */
function findingsOf(object: ScanObject, rule: number, code: number): readonly FactFinding[] {
  const found = object.findings.filter((finding) => finding.rule === rule && (code !== FAIL || finding.reason === undefined));
  return found.length > 0 ? found : [{ rule, path: '' }];
}

/** Owners that were read and are counted, nearest first: an idle ReplicaSet speaks for nobody. */
function ownerChains(objects: readonly ScanObject[]): ReadonlyMap<ScanObject, readonly ScanObject[]> {
  const byUid = new Map<string, ScanObject>();
  for (const object of objects) if (object.uid !== undefined && object.uid !== '') byUid.set(object.uid, object);
  const chains = new Map<ScanObject, readonly ScanObject[]>();
  for (const object of objects) {
    const chain = ownersOf(object, byUid).filter((owner) => !owner.idle);
    if (chain.length > 0) chains.set(object, chain);
  }
  return chains;
}

/** Objects that own each other in a circle own nothing, else each would wait for the other to be counted. */
function ownersOf(object: ScanObject, byUid: ReadonlyMap<string, ScanObject>): readonly ScanObject[] {
  const chain: ScanObject[] = [];
  for (let next = parentOf(object, byUid); next !== undefined; next = parentOf(next, byUid)) {
    if (next === object) return [];
    if (chain.includes(next)) return chain;
    chain.push(next);
  }
  return chain;
}

const parentOf = (object: ScanObject, byUid: ReadonlyMap<string, ScanObject>): ScanObject | undefined =>
  object.owner === undefined ? undefined : byUid.get(object.owner.uid);

/** Whether an owner's verdict stands for this one: the same verdict, or a pass or nothing to judge where the owner was judged. */
function ownerSpeaks(chain: readonly ScanObject[], rule: number, code: number): boolean {
  const codes = chain.map((owner) => owner.verdicts[rule] ?? NOT_APPLICABLE);
  switch (code) {
    case FAIL:
    case ERROR:
    case NOT_EVALUATED:
      return codes.includes(code);
    case PASS:
      return codes.some((owner) => owner !== NOT_APPLICABLE);
    default:
      return true;
  }
}

/** Adds one to the topmost owner that fails the same rule. */
function countAtOwner(
  object: ScanObject,
  chain: readonly ScanObject[],
  rule: number,
  rules: number,
  position: number,
  ownedAt: Map<ScanObject, number[]>,
): void {
  if (object.verdicts[rule] !== FAIL) return;
  const top = chain.findLast((owner) => owner.verdicts[rule] === FAIL);
  if (top === undefined) return;
  const counts = ownedAt.get(top) ?? Array.from({ length: rules }, () => 0);
  counts[position] = (counts[position] ?? 0) + 1;
  ownedAt.set(top, counts);
}

/** An annotation names the rule by its id or, as Datree did, by its Datree key (design/rules.md). */
export function waiverOf(object: ScanObject, rule: Rule): string | undefined {
  for (const name of [rule.id, ...(rule.aliases['datree'] ?? [])]) {
    if (Object.hasOwn(object.waivers, name)) return object.waivers[name];
  }
  return undefined;
}
