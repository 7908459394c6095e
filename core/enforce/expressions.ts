import { enforcedMessage } from '#core/enforce/message.ts';
import { untyped } from '#core/enforce/renames.ts';
import { variablesBefore, withoutOldFailures } from '#core/enforce/on-update.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { readsOf } from '#core/enforce/reads.ts';
import type { Reads } from '#core/enforce/reads.ts';
import { oneExpression, usedVariables } from '#core/evaluate/one-expression.ts';
import type { ComposedVariable } from '#core/evaluate/variables.ts';
import { oncePer } from '#core/once.ts';
import type { Matchers, Rule } from '#core/rules/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** What judges a request and what it says, in CEL. */
export interface Judgement {
  /** In the order in which they may use each other. */
  readonly variables: readonly ComposedVariable[];
  readonly expression: string;
  readonly message: string;
  readonly messageExpression?: string;
  /** What of an object decides, before it is known what an update may keep. */
  readonly reads: Reads;
  readonly narrowed?: string;
}

/** A rule as an admission policy judges by it; the message is made of `template`. An error says why it cannot be written. */
export function judgementOf(rule: Rule, template: string, matchers: Matchers, onUpdate: OnUpdate): Result<Judgement, string> {
  const plain = oneExpression(rule, matchers);
  if (!plain.ok) return err(`its expression cannot be written: ${plain.error.message}`);
  const reads = readsOf(plain.value);
  const judged = onUpdate === 'no-new-violations' ? withoutOldFailures(rule, matchers) : rule;
  if (reads === undefined || judged === undefined) return err('its expression cannot be read');
  const form = oneExpression(judged, matchers);
  if (!form.ok) return err(`its expression cannot be written: ${form.error.message}`);
  const { expression, variables, narrowed } = form.value;
  const told = enforcedMessage(judged, template, matchers);
  return ok({
    variables: [
      ...[...variables, ...usedVariables(expression, variablesBefore(matchers))].map(untypedVariable),
      ...told.variables,
    ],
    expression: untyped(expression),
    message: told.message,
    ...(told.messageExpression === undefined ? {} : { messageExpression: told.messageExpression }),
    reads,
    ...(narrowed === undefined ? {} : { narrowed }),
  });
}

/** What elements are taken from; the pod spec has no type as it is, as no schema has all the places where it may stand. */
const untypedVariable = oncePer(({ name, expression }: ComposedVariable): ComposedVariable => ({
  name,
  expression: name.startsWith('podSpec') ? expression : untyped(expression),
}));
