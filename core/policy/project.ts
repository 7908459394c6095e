import type { FactFinding, RuleSet, ScanObject } from '#core/inventory/model.ts';
import { liveWaivers, waivableNames } from '#core/decide/waivers.ts';
import type { WaiverTest } from '#core/decide/waivers.ts';
import { debtOf, indexDebt } from '#core/decide/debt.ts';
import type { JsonObject } from '#core/json.ts';
import { noCounts } from '#core/model.ts';
import type { Severity, Verdict, VerdictCounts } from '#core/model.ts';
import { once } from '#core/once.ts';
import { select } from '#core/policy/lens.ts';
import type { Lens, Selection } from '#core/policy/lens.ts';
import type { Scope } from '#core/policy/model.ts';
import { indexRules } from '#core/policy/scan-index.ts';
import type { OpenFact, RuleFacts, ScanIndex } from '#core/policy/scan-index.ts';
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
  /** The failing places that are let off; undefined where none is. */
  readonly letOff: ReadonlyMap<FactFinding, LetOff> | undefined;
  /** Paths that are known to fail on this object (ratchet mode). */
  readonly debt: ReadonlySet<string> | undefined;
}

export interface RuleCounts {
  readonly rule: PolicyRule;
  readonly counts: VerdictCounts;
  /** By namespace; the empty key stands for cluster-scoped objects. */
  readonly byNamespace: ReadonlyMap<string, VerdictCounts>;
}

export interface Projection {
  readonly rules: readonly RuleCounts[];
  /** Failing places of each rule, those that are let off aside; in the order of `rules`. */
  readonly places: readonly number[];
  /** Rule by rule, each in the objects' order. Made when they are first asked for: who only counts needs none. */
  readonly judgements: readonly Judgement[];
  /** Objects that are counted, of those that the lens reaches: idle ReplicaSets and objects counted at their owner aside. */
  readonly objects: number;
  readonly owned: number;
  /** Those of `objects` that fail no rule. */
  readonly clean: number;
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
  const rows = lens.rules.map((rule) => projector.rule(rule));
  const judgements = once(() => rows.flatMap((row) => row.judgements()));
  return {
    rules: rows.map(({ counts }) => counts),
    places: rows.map(({ places }) => places),
    get judgements() {
      return judgements();
    },
    ...projector.reached(),
  };
}

type Counts = Record<Verdict, number>;

/** One rule seen through a lens. */
interface RuleSeen {
  readonly counts: RuleCounts;
  readonly places: number;
  readonly judgements: () => readonly Judgement[];
}

class Projector {
  readonly #index: ScanIndex;
  readonly #lens: Lens;
  readonly #waivers: ReadonlyMap<string, readonly WaiverTest[]>;
  readonly #debt: ReturnType<typeof indexDebt>;
  readonly #reach: Selection | undefined;
  readonly #scopes = new Map<string, Selection>();
  /** By position of the object: a 1 where it fails some rule. */
  readonly #failing: Uint8Array;

  constructor(index: ScanIndex, lens: Lens) {
    this.#index = index;
    this.#lens = lens;
    this.#failing = new Uint8Array(index.objects.length);
    this.#waivers = liveWaivers(lens.waivers ?? [], lens.policy, lens.today ?? '');
    this.#debt = indexDebt(lens.debt ?? []);
    this.#reach = lens.reach === undefined ? undefined : select(index, lens.reach);
  }

  reached(): Pick<Projection, 'objects' | 'owned' | 'clean'> {
    let [objects, owned, failing] = [0, 0, 0];
    for (let at = 0; at < this.#index.objects.length; at++) {
      if (this.#reach !== undefined && this.#reach.objects[at] !== 1) continue;
      if (this.#index.isOwned(at)) owned += 1;
      else {
        objects += 1;
        failing += this.#failing[at] ?? 0;
      }
    }
    return { objects, owned, clean: objects - failing };
  }

  rule(rule: PolicyRule): RuleSeen {
    const facts = this.#lens.variant?.(rule) ?? this.#index.rule(rule.index);
    if (facts === undefined)
      return { counts: { rule, counts: noCounts(), byNamespace: new Map() }, places: 0, judgements: () => [] };
    const selection = this.#selectionOf(rule);
    const counts = noCounts();
    if (selection === undefined) facts.add(counts);
    else this.#index.namespaces.forEach((_, namespace) => this.#count(facts, namespace, selection, counts));
    const waivers = this.#waivers.get(rule.rule.id);
    const names = waivableNames(rule.rule);
    const letOff = new Map<OpenFact, ReadonlyMap<FactFinding, LetOff>>();
    const waived: number[] = [];
    let places = 0;
    for (const fact of facts.open) {
      if (fact.verdict !== 'fail' || (selection !== undefined && selection.objects[fact.at] !== 1)) continue;
      const off = letOffBy(fact, names, waivers);
      places += fact.places.length;
      if (off !== undefined) {
        letOff.set(fact, off);
        places -= off.size;
      }
      if (off?.size === fact.places.length) waived.push(fact.namespace);
      else this.#failing[fact.at] = 1;
    }
    counts.fail -= waived.length;
    counts.waived += waived.length;
    const byNamespace = once(() => this.#byNamespace(facts, selection, waived));
    return {
      counts: {
        rule,
        counts,
        // Most who ask for counts do not ask for this.
        get byNamespace() {
          return byNamespace();
        },
      },
      places,
      judgements: () => this.#judgements(rule, facts, selection, letOff),
    };
  }

  #judgements(
    rule: PolicyRule,
    { open }: RuleFacts,
    selection: Selection | undefined,
    letOff: ReadonlyMap<OpenFact, ReadonlyMap<FactFinding, LetOff>>,
  ): readonly Judgement[] {
    const debt = this.#debt.get(rule.rule.id);
    const judgements: Judgement[] = [];
    for (const fact of open) {
      if (selection !== undefined && selection.objects[fact.at] !== 1) continue;
      const { object, places: findings, owned } = fact;
      const off = letOff.get(fact);
      const verdict = off?.size === findings.length ? 'waived' : fact.verdict;
      const known = debt === undefined || verdict !== 'fail' ? undefined : debtOf(debt, object);
      judgements.push({ object, rule, verdict, findings, owned, letOff: off, debt: known });
    }
    return judgements;
  }

  #byNamespace(facts: RuleFacts, selection: Selection | undefined, waived: readonly number[]): RuleCounts['byNamespace'] {
    const byNamespace = new Map<string, Counts>();
    this.#index.namespaces.forEach((name, namespace) => {
      const counts = noCounts();
      if (this.#count(facts, namespace, selection, counts) > 0) byNamespace.set(name, counts);
    });
    for (const namespace of waived) {
      const counts = byNamespace.get(this.#index.namespaces[namespace] ?? '');
      if (counts === undefined) continue;
      counts.fail -= 1;
      counts.waived += 1;
    }
    return byNamespace;
  }

  #selectionOf({ scope }: PolicyRule): Selection | undefined {
    if (scope === undefined) return this.#reach;
    const key = JSON.stringify([scope.namespaces, scope.exceptNamespaces, scope.labels]);
    const known = this.#scopes.get(key);
    if (known !== undefined) return known;
    const inScope = scopeTest(scope);
    const reached = this.#reach?.objects;
    const made = select(this.#index, (object, at) => reached?.[at] !== 0 && inScope(object));
    this.#scopes.set(key, made);
    return made;
  }

  /** Adds the verdicts of one namespace; gives how many there are. */
  #count(facts: RuleFacts, namespace: number, selection: Selection | undefined, into: Counts): number {
    const how = selection?.namespaces[namespace] ?? 'all';
    if (how === 'none') return 0;
    if (how === 'all') return facts.add(into, namespace);
    let sum = 0;
    for (const at of this.#index.members[namespace] ?? []) {
      const verdict = selection?.objects[at] === 1 ? facts.verdict(at) : undefined;
      if (verdict === undefined) continue;
      into[verdict] += 1;
      sum += 1;
    }
    return sum;
  }
}

/** Which failing places are let off, and by what: an annotation of the object lets off all of them, a file waiver those it fits. */
function letOffBy(
  { object, places }: OpenFact,
  names: readonly string[],
  waivers: readonly WaiverTest[] | undefined,
): ReadonlyMap<FactFinding, LetOff> | undefined {
  const annotation = names.find((name) => Object.hasOwn(object.waivers, name));
  if (annotation !== undefined) {
    const letOff = { reason: object.waivers[annotation] ?? '' };
    return new Map(places.map((place) => [place, letOff]));
  }
  const fitting = waivers?.filter((test) => test.object(object));
  if (fitting === undefined || fitting.length === 0) return undefined;
  const found = new Map<FactFinding, LetOff>();
  for (const place of places) {
    const waiver = fitting.find((test) => test.place(place))?.waiver;
    if (waiver !== undefined) found.set(place, { reason: waiver.reason, id: waiver.id });
  }
  return found.size === 0 ? undefined : found;
}
