import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { AppError } from '#core/model.ts';
import type { Library, Policy, RuleSetting } from '#core/rules/model.ts';

/** What `default` means until the workspace defines one (decisions.md 7). */
export const DEFAULT_TEMPLATE = 'datree-default';

const withModes = (rules: readonly string[], setting: RuleSetting): Readonly<Record<string, RuleSetting>> =>
  Object.fromEntries(rules.map((id) => [id, setting]));

/** A policy by its name: `default`, `all`, or a template. The error names the nearest. */
export function findPolicy(library: Library, name: string): Result<Policy, AppError> {
  if (name === 'all') {
    const rules = withModes(
      library.rules.map((rule) => rule.id),
      { mode: 'deny' },
    );
    return ok({ name, title: 'Every rule', description: 'All rules of the library, each at its own severity.', rules });
  }
  const wanted = name === 'default' ? DEFAULT_TEMPLATE : name;
  const found = library.policies.find((policy) => policy.name === wanted);
  if (found !== undefined) return ok(name === 'default' ? { ...found, name } : found);
  const names = ['default', ...library.policies.map((policy) => policy.name), 'all'];
  return err({
    code: 'notFound',
    what: `There is no policy named '${name}'.`,
    where: '--policy',
    why: `The policies are ${names.join(', ')}.`,
    next: `Did you mean '${nearest(name, names)}'?`,
  });
}

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

const byAlias = (library: Library, alias: string): string | undefined =>
  library.rules.find((rule) => Object.values(rule.aliases).some((ids) => ids.includes(alias)))?.id;

/** The candidate with the smallest edit distance. */
export function nearest(word: string, candidates: readonly string[]): string {
  let best = '';
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(word.slice(0, 100), candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
