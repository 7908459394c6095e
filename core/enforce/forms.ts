import { tooDear } from '#core/enforce/cost.ts';
import { judgementOf } from '#core/enforce/expressions.ts';
import type { Judgement } from '#core/enforce/expressions.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { hashOf } from '#core/rules/hash.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** With a hyphen before it a whole warning stays within 256 characters (decisions.md 18). */
const VARIANT_LENGTH = 6;

/** Tells forms of one rule apart in names: 6 hex digits, the same for the same parts. */
export const variantOf = (...parts: readonly (string | number)[]): string => hashOf([...parts]).slice(0, VARIANT_LENGTH);

/** A form in which a rule is exported: one as a rule, one for each collection where all together cost too much. */
export interface Form extends Judgement {
  readonly variant?: string;
  readonly collection?: string;
}

export interface Forms {
  readonly forms: readonly Form[];
  /** Collections of which none is exported, and why. */
  readonly leftOut: readonly string[];
}

export interface FormOptions {
  readonly onUpdate: OnUpdate;
  /** Whether the rule may cost more than the library's lint allowed it. */
  readonly asksForCost: boolean;
}

/** The forms of a rule; an error says why there is none. */
export function formsOf(rule: Rule, template: string, library: Library, options: FormOptions): Result<Forms, string> {
  const { onUpdate } = options;
  const whole = judgementOf(rule, template, library.matchers, onUpdate);
  if (!whole.ok) return whole;
  const dear = options.asksForCost ? tooDear(whole.value, library, onUpdate) : undefined;
  if (dear === undefined) return ok({ forms: [whole.value], leftOut: [] });
  if (rule.exportAs.length < 2) return err(dear);
  const forms: Form[] = [];
  const leftOut: string[] = [];
  for (const collection of rule.exportAs) {
    const part = judgementOf({ ...rule, exportAs: [collection] }, template, library.matchers, onUpdate);
    const why = part.ok ? tooDear(part.value, library, onUpdate) : part.error;
    if (!part.ok || why !== undefined) leftOut.push(`${collection}: ${why ?? ''}`);
    else forms.push({ ...part.value, variant: variantOf(collection), collection });
  }
  return forms.length === 0 ? err(dear) : ok({ forms, leftOut });
}
