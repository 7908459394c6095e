import { closureSet, TEST_ERROR, TEST_FALSE, TEST_TRUE, TEST_UNKNOWN } from '#core/cel/index.ts';
import type { Frame, Program, ProgramSet, ProgramSetMaker } from '#core/cel/index.ts';
import { ElementWalk, errorIn, REASON_REDACTED } from '#core/evaluate/element-walk.ts';
import type { Fault, Visit } from '#core/evaluate/element-walk.ts';
import { apiVersionElements, everyString, stepsOf } from '#core/evaluate/elements.ts';
import type { Trail } from '#core/evaluate/elements.ts';
import type { KindPlan, Plan, PlannedRule, Walk } from '#core/evaluate/plan.ts';
import { RuleCosts, textUnits } from '#core/evaluate/rule-cost.ts';
import { ERROR, FAIL, NOT_APPLICABLE, NOT_EVALUATED, PASS } from '#core/inventory/model.ts';
import type { DeclaredVersion, FactFinding } from '#core/inventory/model.ts';
import { Double, Redacted, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import { formatPath, resolvePath } from '#core/path.ts';

/** Verdicts, one code per rule of the plan, and the places that fail or could not be judged. */
export interface Evaluation {
  readonly verdicts: Uint8Array;
  readonly findings: readonly FactFinding[];
}

export interface EvaluateOptions {
  readonly declared?: readonly DeclaredVersion[];
  /** Judge only the rules whose byte is 1; the others keep `notApplicable`. */
  readonly mask?: Uint8Array;
}

/** What `when` gave, and why where it gave no answer. */
interface WhenOutcome {
  readonly result: number;
  readonly reason: string;
  /** What it cost at most. */
  readonly bound: number;
}

/** Rules that are tested together on one element after the other, and which of them on this object. */
interface Tested {
  readonly set: ProgramSet;
  readonly rules: readonly PlannedRule[];
  readonly wanted: Uint8Array;
}

const SEEN = 1;
const FAILED = 2;
const UNKNOWN = 4;
const ERRED = 8;

const REASON_DEPTH = 'nested deeper than Plimsoll looks';

/** Findings kept per rule and object: an object built to be huge must not fill the store. The verdict counts all. */
const MAX_FINDINGS = 1000;

/**
 * Judges objects by a plan. One evaluator per thread: it reuses one frame and is synchronous.
 * The object must be normalised (core/inventory/normalise.ts) and have apiVersion and kind.
 */
export class Evaluator {
  readonly #plan: Plan;
  readonly #frame: Frame;
  readonly #object: number;
  readonly #it: number;
  readonly #elements: ElementWalk;
  #state: Uint8Array;
  #findings: FactFinding[] = [];
  #counts: Uint16Array;
  /** What each rule cost at most on this object, so far. */
  readonly #bounds: Float64Array;
  readonly #costs: RuleCosts;
  readonly #makeSet: ProgramSetMaker;
  readonly #tested = new Map<readonly PlannedRule[], Tested>();
  #place: { readonly trail: Trail; readonly path: string } | undefined;

  /** `makeSet`: how rules are run; by closures where the host cannot or should not run generated code. */
  constructor(plan: Plan, makeSet: ProgramSetMaker = closureSet) {
    this.#plan = plan;
    this.#makeSet = makeSet;
    this.#frame = plan.environment.frame();
    this.#object = plan.environment.slot('object');
    this.#it = plan.environment.slot('it');
    this.#state = new Uint8Array(plan.rules.length);
    this.#counts = new Uint16Array(plan.rules.length);
    this.#elements = new ElementWalk(plan, this.#frame);
    this.#bounds = new Float64Array(plan.rules.length);
    this.#costs = new RuleCosts(plan, this.#frame);
  }

  evaluate(object: JsonObject, options: EvaluateOptions = {}): Evaluation {
    const verdicts = new Uint8Array(this.#plan.rules.length);
    const kind = this.#plan.forKind(groupOf(textAt(object, 'apiVersion') ?? ''), textAt(object, 'kind') ?? '');
    this.#state.fill(0);
    this.#counts.fill(0);
    this.#bounds.fill(0);
    this.#findings = [];
    this.#frame.reset();
    this.#frame.set(this.#object, object);
    const whens = new Map<string, WhenOutcome>();
    const direct = this.#testedOf(kind.direct);
    const directRules = this.#applicable(direct, options.mask, whens, verdicts);
    if (directRules.length > 0) this.#judgeAll(direct, undefined, object);
    for (const rule of directRules) this.#conclude(rule, 0, verdicts);
    for (const walk of kind.walks) {
      const tested = this.#testedOf(walk.rules);
      const rules = this.#applicable(tested, options.mask, whens, verdicts);
      if (rules.length === 0) continue;
      this.#elements.items = 0;
      this.#walk(walk, tested, rules, object, kind, options.declared ?? []);
      for (const rule of rules) this.#conclude(rule, this.#elements.items, verdicts);
    }
    return { verdicts, findings: this.#findings };
  }

  /** Kinds with the same rules share one set. */
  #testedOf(rules: readonly PlannedRule[]): Tested {
    const known = this.#tested.get(rules);
    if (known !== undefined) return known;
    const same = [...this.#tested.values()].find(
      (one) => one.rules.length === rules.length && one.rules.every((rule, i) => rule === rules[i]),
    );
    const tested = same ?? {
      set: this.#makeSet(
        this.#plan.environment,
        rules.map(({ require }) => require),
      ),
      rules,
      wanted: new Uint8Array(rules.length),
    };
    this.#tested.set(rules, tested);
    return tested;
  }

  /** The rules whose `when` holds, which are wanted; the others get their verdict here. */
  #applicable(
    { rules, wanted }: Tested,
    mask: Uint8Array | undefined,
    whens: Map<string, WhenOutcome>,
    verdicts: Uint8Array,
  ): readonly PlannedRule[] {
    const kept: PlannedRule[] = [];
    const keep = (rule: PlannedRule, i: number): void => {
      wanted[i] = 1;
      kept.push(rule);
    };
    wanted.fill(0);
    for (const [i, rule] of rules.entries()) {
      if (mask !== undefined && mask[rule.index] !== 1) continue;
      const { when } = rule;
      if (when === undefined) {
        keep(rule, i);
        continue;
      }
      // Rules of one family share their `when`; it is the same for each of them, unless parameters differ.
      const key = Object.keys(rule.rule.params).length === 0 ? when.source : `${rule.rule.id}\u0000${when.source}`;
      const outcome = whens.get(key) ?? this.#when(when);
      whens.set(key, outcome);
      this.#bounds[rule.index]! += outcome.bound;
      if (outcome.result === TEST_TRUE) keep(rule, i);
      else if (outcome.result === TEST_ERROR) this.#setAside(rule, verdicts, ERROR, outcome.reason);
      else if (outcome.result === TEST_UNKNOWN) this.#setAside(rule, verdicts, NOT_EVALUATED, outcome.reason);
    }
    return kept;
  }

  /** The reason is read at once: the next test overwrites the frame's last error. */
  #when(when: Program): WhenOutcome {
    const result = when.test(this.#frame);
    const bound = when.costBound(this.#frame);
    return { result, reason: result === TEST_ERROR ? errorIn(this.#frame, when) : REASON_REDACTED, bound };
  }

  #setAside(rule: PlannedRule, verdicts: Uint8Array, verdict: number, reason: string): void {
    verdicts[rule.index] = verdict;
    this.#findings.push({ rule: rule.index, path: '', reason });
  }

  /** The verdict; an error where the rule costs more than admission allows, whatever its elements gave. */
  #conclude(rule: PlannedRule, items: number, verdicts: Uint8Array): void {
    const { index } = rule;
    verdicts[index] = verdictOf(this.#state[index] ?? 0, rule.rule.empty);
    const excess = this.#costs.excess(rule, this.#bounds[index] ?? 0, items);
    if (excess === undefined) return;
    this.#findings = this.#findings.filter((finding) => finding.rule !== index);
    this.#setAside(rule, verdicts, ERROR, excess);
  }

  #judgeAll({ set, rules, wanted }: Tested, trail: Trail | undefined, element: JsonValue): void {
    set.test(this.#frame, wanted);
    for (let i = 0; i < rules.length; i++) {
      if (wanted[i] === 0) continue;
      const rule = rules[i] as PlannedRule;
      this.#bounds[rule.index]! += set.costBound(i);
      const outcome = set.results[i] as number;
      if (outcome === TEST_TRUE) this.#state[rule.index]! |= SEEN;
      else {
        // A set has no details of errors.
        if (outcome === TEST_ERROR) rule.require.test(this.#frame);
        this.#record(rule, trail, element, outcome);
      }
    }
  }

  #judge(rule: PlannedRule, trail: Trail | undefined, element: JsonValue): void {
    const outcome = rule.require.test(this.#frame);
    this.#bounds[rule.index]! += rule.require.costBound(this.#frame);
    if (outcome === TEST_TRUE) this.#state[rule.index]! |= SEEN;
    else this.#record(rule, trail, element, outcome);
  }

  #record(rule: PlannedRule, trail: Trail | undefined, element: JsonValue, outcome: number, why?: string): void {
    const flag = outcome === TEST_FALSE ? FAILED : outcome === TEST_UNKNOWN ? UNKNOWN : ERRED;
    this.#state[rule.index]! |= SEEN | flag;
    const count = this.#counts[rule.index] ?? 0;
    if (count >= MAX_FINDINGS) return;
    this.#counts[rule.index] = count + 1;
    // What could not be looked at has no field of the rule below it.
    const place = this.#placeOf(trail);
    const path = why === undefined ? formatPath(rule.field, place) : place;
    const value = outcome === TEST_FALSE ? valueText(resolvePath(element, rule.field)) : undefined;
    const reason =
      outcome === TEST_FALSE
        ? undefined
        : (why ?? (outcome === TEST_UNKNOWN ? REASON_REDACTED : errorIn(this.#frame, rule.require)));
    const { container } = this.#elements;
    this.#findings.push({
      rule: rule.index,
      path,
      ...(container === undefined ? {} : { container }),
      ...(value === undefined ? {} : { value }),
      ...(reason === undefined ? {} : { reason }),
    });
  }

  /** The path of an element: of rules that fail at one place it is worked out once. */
  #placeOf(trail: Trail | undefined): string {
    if (trail === undefined) return '';
    if (this.#place?.trail !== trail) this.#place = { trail, path: formatPath(stepsOf(trail)) };
    return this.#place.path;
  }

  #walk(
    walk: Walk,
    tested: Tested,
    rules: readonly PlannedRule[],
    object: JsonObject,
    kind: KindPlan,
    declared: readonly DeclaredVersion[],
  ): void {
    const { collection } = walk;
    const visit: Visit = (value, trail) => {
      this.#frame.set(this.#it, value);
      this.#judgeAll(tested, trail, value);
    };
    const fault: Fault = (trail, unknown, why) => {
      for (const rule of rules) this.#record(rule, trail, null, unknown ? TEST_UNKNOWN : TEST_ERROR, why);
    };
    if (collection.type !== 'host') {
      this.#elements.walk(collection, object, kind, visit, fault);
      return;
    }
    if (collection.host === 'strings') {
      let seen = false;
      let units = textUnits(object);
      const complete = everyString(object, (value, trail) => {
        if (typeof value === 'string') units += 1 + (value.length >>> 6);
        if (typeof value === 'string' && walk.worthJudging?.(value) === false) seen = true;
        else visit(value, trail());
      });
      if (seen) for (const rule of rules) this.#state[rule.index]! |= SEEN;
      // What is judged elsewhere at once is a loop over all texts in the one-expression form.
      for (const rule of rules) this.#bounds[rule.index]! += units * rule.require.leastBound;
      this.#elements.items += units;
      if (!complete) fault(undefined, true, REASON_DEPTH);
      return;
    }
    // Every declared version speaks of the one field `apiVersion`: one failing place, whoever declared it first.
    for (const element of apiVersionElements(object, declared)) {
      const open = rules.filter((rule) => ((this.#state[rule.index] ?? 0) & FAILED) === 0);
      this.#frame.set(this.#it, element);
      for (const rule of open) this.#judge(rule, undefined, element);
    }
  }
}

/** decisions.md 14: any false fails; else unknown, then error, decides; no element is not applicable unless the rule says otherwise. */
function verdictOf(state: number, empty: 'notApplicable' | 'pass'): number {
  if ((state & FAILED) !== 0) return FAIL;
  if ((state & UNKNOWN) !== 0) return NOT_EVALUATED;
  if ((state & ERRED) !== 0) return ERROR;
  if ((state & SEEN) !== 0 || empty === 'pass') return PASS;
  return NOT_APPLICABLE;
}

/** A scalar as messages show it, at most 200 characters; nothing for objects, lists and what was redacted. */
function valueText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null || value instanceof Redacted) return undefined;
  if (value instanceof Double) return String(value.value);
  if (typeof value === 'object') return undefined;
  const text = String(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
