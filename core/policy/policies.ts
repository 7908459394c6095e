import { policyBook } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import type { AppError } from '#core/model.ts';
import { nearest } from '#core/nearest.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy, RuleSetting } from '#core/rules/model.ts';

/** A policy that ships, by its name: `default`, `all`, or a template. Those of a workspace stand in its own book. */
export const findPolicy = (library: Library, name: string): Result<EffectivePolicy, AppError> =>
  policyBook(library, []).find(name);

/** Judges exactly the rules named, whether the policy has them on or not; settings of the policy stay. */
export function onlyRules(policy: Policy, library: Library, ids: readonly string[]): Result<Policy, AppError> {
  const known = library.rules.map((rule) => rule.id);
  const rules: Record<string, RuleSetting> = {};
  for (const asked of ids) {
    const id = known.includes(asked) ? asked : byAlias(library, asked);
    if (id === undefined) {
      return err({
        code: 'notFound',
        what: `There is no rule named '${asked}'.`,
        where: '--rule',
        why: 'It is neither a rule id nor an alias of one.',
        next: `Did you mean '${nearest(asked, known)}'? 'plimsoll rules' lists all of them.`,
      });
    }
    const setting = policy.rules[id];
    rules[id] = setting === undefined || setting.mode === 'off' ? { mode: 'deny' } : setting;
  }
  return ok({ ...policy, rules });
}

/** The rule that another tool, or an earlier version, knows by this id. */
export const byAlias = (library: Library, alias: string): string | undefined =>
  library.rules.find((rule) => Object.values(rule.aliases).some((ids) => ids.includes(alias)))?.id;
