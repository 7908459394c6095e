import type { ProgramSetMaker } from '#core/cel/index.ts';
import { NOT_KNOWN } from '#core/enforce/replay/replay.ts';
import type { KnownVerdicts } from '#core/enforce/replay/replay.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan } from '#core/evaluate/plan.ts';
import type { Plan } from '#core/evaluate/plan.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { JsonObject } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import type { Matchers, Rule } from '#core/rules/model.ts';

/**
 * Rules that a scan did not judge as a plan has them, judged as a scan would: all together, element by element. One by one, by the
 * exported expressions, 80 rules take 20 s on 10,000 objects.
 */
export class JudgedAnew {
  readonly #plan: Plan;
  readonly #evaluator: Evaluator;
  /** By key of the rule, then by position of the object. */
  readonly #verdicts: ReadonlyMap<string, KnownVerdicts>;

  private constructor(plan: Plan, makeSet: ProgramSetMaker, objects: number) {
    this.#plan = plan;
    this.#evaluator = new Evaluator(plan, makeSet);
    this.#verdicts = new Map(plan.rules.map(({ id }) => [id, new Uint8Array(objects).fill(NOT_KNOWN)]));
  }

  /** Rules by what tells them apart: one may be there with several parameters. Undefined where nothing can be judged in this way. */
  static of(
    rules: ReadonlyMap<string, Rule>,
    matchers: Matchers,
    { minor, objects, makeSet }: { readonly minor: number; readonly objects: number; readonly makeSet: ProgramSetMaker },
  ): JudgedAnew | undefined {
    if (rules.size === 0) return undefined;
    const named = [...rules].map(([id, rule]) => ({ ...rule, id }));
    const plan = buildPlan(named, matchers, { minor });
    return plan.ok ? new JudgedAnew(plan.value, makeSet, objects) : undefined;
  }

  /** Whether any of the rules looks at objects of this kind. */
  looksAt({ apiVersion, kind }: ScanObject): boolean {
    const { direct, walks } = this.#plan.forKind(groupOf(apiVersion), kind);
    return direct.length > 0 || walks.length > 0;
  }

  /** `content`: all that expressions may look at, normalised. */
  judge(at: number, content: JsonObject): void {
    const { verdicts } = this.#evaluator.evaluate(content);
    this.#plan.rules.forEach(({ id }, index) => {
      const own = this.#verdicts.get(id);
      if (own !== undefined) own[at] = verdicts[index] ?? NOT_KNOWN;
    });
  }

  verdicts(key: string): KnownVerdicts | undefined {
    return this.#verdicts.get(key);
  }
}
