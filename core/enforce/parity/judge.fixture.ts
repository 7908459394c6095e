import { metadataOf, namespaceOf } from '#core/enforce/parity/cases.fixture.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { ERROR, FAIL } from '#core/inventory/model.ts';
import type { FactFinding } from '#core/inventory/model.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { MESSAGE_LIMIT, paramTexts, renderMessage } from '#core/rules/message.ts';
import type { Library, Rule } from '#core/rules/model.ts';

/** What a scan says of an object: the findings of each rule that fails, by its id. */
export type Judge = (object: JsonObject) => ReadonlyMap<string, readonly FactFinding[]>;

/** @throws {Error} where the library does not compile; the judge, where a rule cannot be computed. */
export function judgeOf(library: Library): Judge {
  const evaluation = buildPlan(library.rules, library.matchers, { minor: FLOOR_MINOR });
  if (!evaluation.ok) throw new Error('the library does not compile: npm run rules:check says why');
  const evaluator = new Evaluator(evaluation.value);
  const normalise = normaliser(library.defaults, library.matchers);
  return (object) => {
    const { verdicts, findings } = evaluator.evaluate(normalise(object));
    const failing = library.rules.flatMap((rule, index) => {
      if (verdicts[index] === ERROR) throw new Error(`${rule.id} cannot be computed on ${JSON.stringify(object)}`);
      return verdicts[index] === FAIL ? [[rule.id, findings.filter((finding) => finding.rule === index)] as const] : [];
    });
    return new Map(failing);
  };
}

/** The message of the first failing place, as an exported policy says it (decisions.md 18). */
export function messageOf(rule: Rule, object: JsonObject, finding: FactFinding | undefined): string {
  const text = renderMessage(rule.message, {
    ...paramTexts(rule.params),
    name: textAt(metadataOf(object), 'name') ?? '',
    namespace: namespaceOf(object),
    kind: textAt(object, 'kind') ?? '',
    path: rule.field,
    value: finding?.value ?? '',
    container: finding?.container ?? '',
  });
  return text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT - 1)}…` : text;
}
