import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan } from '#core/evaluate/plan.ts';
import { ERROR, FAIL, NOT_EVALUATED } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import type { JsonObject } from '#core/json.ts';
import { settingOf } from '#core/policy/effective.ts';
import type { Library, Rule } from '#core/rules/model.ts';

import type { Level } from './facts.ts';

/** The upstream control that a rule stands for. */
export const controlOf = ({ frameworks }: Rule): string | undefined => frameworks.find(({ id }) => id === 'PSS')?.control;

/** The rules of the template of a level, with the parameters that it gives them. */
export function templateRules(library: Library, level: Level): readonly Rule[] {
  const policy = library.policies.find(({ name }) => name === `pss-${level}`);
  return library.rules.flatMap((rule) => {
    const setting = settingOf(policy, rule.id);
    return setting === undefined ? [] : [{ ...rule, params: { ...rule.params, ...setting.params } }];
  });
}

/** How the rules judge: the violated controls by upstream id, sorted. Throws where a rule has no verdict. */
export class OurJudge {
  readonly #library: Library;
  readonly #normalise: (object: JsonObject) => JsonObject;
  readonly #evaluators = new Map<string, { readonly rules: readonly Rule[]; readonly evaluator: Evaluator }>();

  constructor(library: Library) {
    this.#library = library;
    this.#normalise = normaliser(library.defaults, library.matchers);
  }

  violations(object: JsonObject, level: Level, version: number): readonly string[] {
    const { rules, evaluator } = this.#of(level, version);
    const { verdicts } = evaluator.evaluate(this.#normalise(object));
    return rules
      .flatMap((rule, index) => {
        const verdict = verdicts[index];
        if (verdict === ERROR || verdict === NOT_EVALUATED)
          throw new Error(`${rule.id} has no verdict on ${JSON.stringify(object)}`);
        return verdict === FAIL ? [controlOf(rule) ?? rule.id] : [];
      })
      .toSorted();
  }

  #of(level: Level, version: number) {
    const key = `${level} ${version}`;
    const known = this.#evaluators.get(key) ?? this.#make(level, version);
    this.#evaluators.set(key, known);
    return known;
  }

  #make(level: Level, version: number) {
    const rules = templateRules(this.#library, level);
    const plan = buildPlan(rules, this.#library.matchers, { minor: version });
    if (!plan.ok) throw new Error(`the rules do not compile for 1.${version}`);
    return { rules, evaluator: new Evaluator(plan.value) };
  }
}
