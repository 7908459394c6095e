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

export interface Projection extends ProjectedCounts {
  readonly judgements: readonly Judgement[];
}

export interface ProjectedCounts {
  readonly rules: readonly RuleCounts[];
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
 * same rule at the same place. Where every owner passes, it stays with the owned object (a container injected at admission).
 */
export function project(objects: readonly ScanObject[], rules: readonly PolicyRule[]): Projection {
  const judgements: Judgement[] = [];
  const counts = projectEach(objects, rules, (judgement) => judgements.push(judgement));
  return { ...counts, judgements };
}

/** As `project`, but hands judgements on one by one and keeps none: for those who only count them. */
export function projectEach(
  objects: readonly ScanObject[],
  rules: readonly PolicyRule[],
  take: (judgement: Judgement) => void,
): ProjectedCounts {
  const owners = ownerChains(objects);
  const counted = objects.filter((object) => !object.idle);
  const rows = rules.map((rule) => ({ rule, counts: noCounts(), byNamespace: new Map<string, Counts>() }));
  const ownedAt = countOwned(counted, owners, rules);
  const namespaces = new Map<string, (Counts | undefined)[]>();
  for (const object of counted) {
    const chain = owners.get(object) ?? NO_OWNERS;
    const namespace = object.namespace ?? '';
    let cells = namespaces.get(namespace);
    if (cells === undefined) namespaces.set(namespace, (cells = rows.map(() => undefined)));
    for (let position = 0; position < rows.length; position++) {
      const row = rows[position] as Row;
      const own = ownVerdict(object, chain, row.rule);
      if (own === undefined) continue;
      const { verdict } = own;
      let cell = cells[position];
      if (cell === undefined) row.byNamespace.set(namespace, (cell = cells[position] = noCounts()));
      cell[verdict] += 1;
      row.counts[verdict] += 1;
      if (verdict === 'pass' || verdict === 'notApplicable') continue;
      take({ object, rule: row.rule, ...own, verdict, owned: ownedAt.get(object)?.[position] ?? 0 });
    }
  }
  const owned = counted.filter((object) => owners.has(object)).length;
  return { rules: rows, objects: counted.length - owned, owned };
}

type Counts = Record<Verdict, number>;

interface Row {
  readonly rule: PolicyRule;
  readonly counts: Counts;
  readonly byNamespace: Map<string, Counts>;
}

const NO_OWNERS: readonly ScanObject[] = [];

interface OwnVerdict {
  readonly verdict: Verdict;
  readonly findings: readonly FactFinding[];
  readonly waiver?: string;
}

/** Most verdicts by far, with nothing more to say. */
const PASSES: OwnVerdict = { verdict: 'pass', findings: [] };
const DOES_NOT_APPLY: OwnVerdict = { verdict: 'notApplicable', findings: [] };

/** What an object adds of its own to a rule's counts; undefined where an owner speaks for it. */
function ownVerdict(object: ScanObject, chain: readonly ScanObject[], { rule, index }: PolicyRule): OwnVerdict | undefined {
  const code = object.verdicts[index] ?? NOT_APPLICABLE;
  if (chain.length > 0 && code !== FAIL && ownerSpeaks(chain, index, code)) return undefined;
  if (code === PASS) return PASSES;
  if (code === NOT_APPLICABLE) return DOES_NOT_APPLY;
  if (code !== FAIL) return { verdict: VERDICT_CODES[code] ?? 'notEvaluated', findings: findingsOf(object, index, code) };
  const findings = findingsOf(object, index, code).filter((finding) => !isOwners(finding, chain, index));
  if (findings.length === 0) return undefined;
  const waiver = waiverOf(object, rule);
  return waiver === undefined ? { verdict: 'fail', findings } : { verdict: 'waived', findings, waiver };
}

/**
 * Whether an owner fails at the same place: `spec.containers[name=web]` of a Pod is `spec.template.spec.containers[name=web]` of
 * its Deployment. What only the Pod has, a container injected at admission, stays the Pod's although its owner fails elsewhere.
 */
function isOwners(finding: FactFinding, chain: readonly ScanObject[], rule: number): boolean {
  const inTemplate = `.${finding.path}`;
  return chain.some(
    (owner) =>
      owner.verdicts[rule] === FAIL &&
      owner.findings.some(
        ({ rule: of, path, reason }) =>
          of === rule && reason === undefined && (path === finding.path || path.endsWith(inTemplate)),
      ),
  );
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

/** Whether an owner's verdict stands for one that is no failure: the same verdict, or a pass or nothing to judge where the owner was judged. */
function ownerSpeaks(chain: readonly ScanObject[], rule: number, code: number): boolean {
  switch (code) {
    case ERROR:
    case NOT_EVALUATED:
      return chain.some((owner) => (owner.verdicts[rule] ?? NOT_APPLICABLE) === code);
    case PASS:
      return chain.some((owner) => (owner.verdicts[rule] ?? NOT_APPLICABLE) !== NOT_APPLICABLE);
    default:
      return true;
  }
}

/** How many owned objects fail with each topmost failing owner, by rule: an array per owner, in the rules' order. */
function countOwned(
  objects: readonly ScanObject[],
  owners: ReadonlyMap<ScanObject, readonly ScanObject[]>,
  rules: readonly PolicyRule[],
): ReadonlyMap<ScanObject, readonly number[]> {
  const ownedAt = new Map<ScanObject, number[]>();
  for (const object of objects) {
    const chain = owners.get(object);
    if (chain === undefined) continue;
    rules.forEach(({ index }, position) => {
      if (object.verdicts[index] !== FAIL) return;
      const top = chain.findLast((owner) => owner.verdicts[index] === FAIL);
      if (top === undefined) return;
      const counts = ownedAt.get(top) ?? rules.map(() => 0);
      counts[position] = (counts[position] ?? 0) + 1;
      ownedAt.set(top, counts);
    });
  }
  return ownedAt;
}

/** An annotation names the rule by its id or, as Datree did, by its Datree key (design/rules.md). */
export function waiverOf(object: ScanObject, rule: Rule): string | undefined {
  for (const name of [rule.id, ...(rule.aliases['datree'] ?? [])]) {
    if (Object.hasOwn(object.waivers, name)) return object.waivers[name];
  }
  return undefined;
}
