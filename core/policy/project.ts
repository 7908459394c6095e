import type { FactFinding, RuleSet, ScanObject } from '#core/inventory/model.ts';
import { annotationFor, liveWaivers } from '#core/decide/waivers.ts';
import type { WaiverTest } from '#core/decide/waivers.ts';
import { debtOf, indexDebt } from '#core/decide/debt.ts';
import type { JsonObject } from '#core/json.ts';
import { noCounts } from '#core/model.ts';
import type { Severity, Verdict, VerdictCounts } from '#core/model.ts';
import { select } from '#core/policy/lens.ts';
import type { Lens, Selection } from '#core/policy/lens.ts';
import type { Scope } from '#core/policy/model.ts';
import { indexRules } from '#core/policy/scan-index.ts';
import type { CountedVerdict, OpenFact, RuleFacts, ScanIndex } from '#core/policy/scan-index.ts';
import { scopeTest } from '#core/policy/scope.ts';
import type { Policy, Rule } from '#core/rules/model.ts';

/** One rule of a policy, as a projection uses it: the rule, where its verdicts are packed, and what the policy says of it. */
export interface PolicyRule {
  readonly rule: Rule;
  readonly index: number;
  readonly severity: Severity;
  readonly message: string;
  readonly mode: 'audit' | 'warn' | 'deny';
  /** Parameter values in force: the rule's own, with those that the policy changes. */
  readonly params: JsonObject;
  /** Objects outside it are not judged by the rule. */
  readonly scope?: Scope;
}

/** Who lets a place off: a file waiver (with its id) or an annotation. */
export interface LetOff {
  readonly reason: string;
  readonly id?: string;
}

/** A verdict that is not a pass, on the object where it is counted. */
export interface Judgement {
  readonly object: ScanObject;
  readonly rule: PolicyRule;
  /** `fail` while any failing place is not let off, `waived` where all are. */
  readonly verdict: Exclude<Verdict, 'pass' | 'notApplicable'>;
  /** Each place once. */
  readonly findings: readonly FactFinding[];
  /** Owned objects that fail with it and are not counted apart. */
  readonly owned: number;
  /** The failing places that are let off; absent where none is. */
  readonly letOff?: ReadonlyMap<FactFinding, LetOff>;
  /** Paths that are known to fail on this object (ratchet mode). */
  readonly debt?: ReadonlySet<string>;
}

export interface RuleCounts {
  readonly rule: PolicyRule;
  readonly counts: VerdictCounts;
  /** By namespace; the empty key stands for cluster-scoped objects. */
  readonly byNamespace: ReadonlyMap<string, VerdictCounts>;
}

export interface Projection {
  readonly rules: readonly RuleCounts[];
  /** Rule by rule, each in the objects' order. */
  readonly judgements: readonly Judgement[];
  /** Objects that are counted, of those that the lens reaches: idle ReplicaSets and objects counted at their owner aside. */
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
    const { severity = rule.severity, message = rule.message, mode, params, scope } = setting;
    return [
      {
        rule,
        index,
        severity,
        message,
        mode,
        params: params === undefined ? rule.params : { ...rule.params, ...params },
        ...(scope === undefined ? {} : { scope }),
      },
    ];
  });
}

/** Applies the rules of a policy to the facts of a scan, without evaluating anything. Many policies on one scan share an index. */
export function project(objects: readonly ScanObject[], rules: readonly PolicyRule[]): Projection {
  const positions = [...new Set(rules.map(({ index }) => index))];
  return projectLens(indexRules(objects, positions), { rules });
}

/** The scan seen through a lens. Nothing that the lens does not reach is counted, as a pass or otherwise. */
export function projectLens(index: ScanIndex, lens: Lens): Projection {
  const projector = new Projector(index, lens);
  const judgements: Judgement[] = [];
  const rules = lens.rules.map((rule) => projector.rule(rule, judgements));
  return { rules, judgements, ...projector.reached() };
}

type Counts = Record<Verdict, number>;

const FACT_VERDICTS = ['pass', 'fail', 'notApplicable', 'error', 'notEvaluated'] as const satisfies readonly CountedVerdict[];

class Projector {
  readonly #index: ScanIndex;
  readonly #lens: Lens;
  readonly #waivers: ReadonlyMap<string, readonly WaiverTest[]>;
  readonly #debt: ReturnType<typeof indexDebt>;
  readonly #reach: Selection | undefined;

  constructor(index: ScanIndex, lens: Lens) {
    this.#index = index;
    this.#lens = lens;
    this.#waivers = liveWaivers(lens.waivers ?? [], lens.policy, lens.today ?? '');
    this.#debt = indexDebt(lens.debt ?? []);
    this.#reach = lens.reach === undefined ? undefined : select(index, lens.reach);
  }

  reached(): Pick<Projection, 'objects' | 'owned'> {
    const { objects, owned } = this.#index;
    if (this.#reach === undefined) return { objects: objects.length - owned, owned };
    let [all, below] = [0, 0];
    this.#reach.objects.forEach((reached, at) => {
      all += reached;
      if (reached === 1 && this.#index.isOwned(at)) below += 1;
    });
    return { objects: all - below, owned: below };
  }

  /** Counts a rule, and adds what it does not pass. */
  rule(rule: PolicyRule, judgements: Judgement[]): RuleCounts {
    const facts = this.#lens.variant?.(rule) ?? this.#index.rule(rule.index);
    if (facts === undefined) return { rule, counts: noCounts(), byNamespace: new Map() };
    const selection = this.#selectionOf(rule);
    const counts = noCounts();
    const cells = this.#index.namespaces.map((_, namespace) => this.#count(facts, namespace, selection, counts));
    const waivers = this.#waivers.get(rule.rule.id);
    const debt = this.#debt.get(rule.rule.id);
    for (const fact of facts.open) {
      if (selection !== undefined && selection.objects[fact.at] !== 1) continue;
      const { object, places: findings, owned } = fact;
      if (fact.verdict !== 'fail') {
        judgements.push({ object, rule, verdict: fact.verdict, findings, owned });
        continue;
      }
      const letOff = letOffBy(fact, rule.rule, waivers);
      const verdict = letOff !== undefined && letOff.size === findings.length ? 'waived' : 'fail';
      const cell = cells[fact.namespace];
      if (verdict === 'waived' && cell !== undefined) for (const row of [cell, counts]) move(row);
      const known = debt === undefined ? undefined : debtOf(debt, object);
      judgements.push({
        object,
        rule,
        verdict,
        findings,
        owned,
        ...(letOff === undefined ? undefined : { letOff }),
        ...(known === undefined ? undefined : { debt: known }),
      });
    }
    return { rule, counts, byNamespace: this.#byNamespace(cells) };
  }

  #selectionOf({ scope }: PolicyRule): Selection | undefined {
    if (scope === undefined) return this.#reach;
    const inScope = scopeTest(scope);
    const { reach } = this.#lens;
    return select(this.#index, reach === undefined ? inScope : (object) => inScope(object) && reach(object));
  }

  /** Adds the verdicts of one namespace; undefined where it has none. */
  #count(facts: RuleFacts, namespace: number, selection: Selection | undefined, total: Counts): Counts | undefined {
    const how = selection?.namespaces[namespace] ?? 'all';
    if (how === 'none') return undefined;
    const cell = noCounts();
    let any = 0;
    if (how === 'all') {
      for (const verdict of FACT_VERDICTS) any += cell[verdict] = facts.count(namespace, verdict);
    } else {
      for (const at of this.#index.members[namespace] ?? []) {
        const verdict = selection?.objects[at] === 1 ? facts.verdict(at) : undefined;
        if (verdict === undefined) continue;
        cell[verdict] += 1;
        any += 1;
      }
    }
    if (any === 0) return undefined;
    for (const verdict of FACT_VERDICTS) total[verdict] += cell[verdict];
    return cell;
  }

  #byNamespace(cells: readonly (Counts | undefined)[]): ReadonlyMap<string, VerdictCounts> {
    const byNamespace = new Map<string, VerdictCounts>();
    cells.forEach((cell, namespace) => {
      if (cell !== undefined) byNamespace.set(this.#index.namespaces[namespace] ?? '', cell);
    });
    return byNamespace;
  }
}

function move(counts: Counts): void {
  counts.fail -= 1;
  counts.waived += 1;
}

/** Which failing places are let off, and by what: an annotation of the object lets off all of them, a file waiver those it fits. */
function letOffBy(
  { object, places }: OpenFact,
  rule: Rule,
  waivers: readonly WaiverTest[] | undefined,
): ReadonlyMap<FactFinding, LetOff> | undefined {
  const annotation = annotationFor(object, rule);
  if (annotation !== undefined) {
    const letOff = { reason: object.waivers[annotation] ?? '' };
    return new Map(places.map((place) => [place, letOff]));
  }
  const fitting = waivers?.filter((test) => test.object(object)) ?? [];
  if (fitting.length === 0) return undefined;
  const found = new Map<FactFinding, LetOff>();
  for (const place of places) {
    const waiver = fitting.find((test) => test.place(place))?.waiver;
    if (waiver !== undefined) found.set(place, { reason: waiver.reason, id: waiver.id });
  }
  return found.size === 0 ? undefined : found;
}
