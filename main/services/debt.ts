import { freeze } from '#core/decide/debt.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { isObject } from '#core/json.ts';
import type { Debt, DebtEntry } from '#core/workspace/model.ts';
import type { RunView } from '#main/services/run-view.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';

/** Known failures of ratchet mode, as files of the workspace. */

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60) || 'source';

export const debtName = (policy: string, source: string): string => `${policy}--${source}`;
const debtPath = (policy: string, source: string): string => `debt/${policy}--${slug(source)}.yaml`;

/** Entries as a file lists them: by rule, then object. */
export function debtRules(entries: readonly DebtEntry[]): JsonObject {
  const rules: Record<string, JsonValue[]> = {};
  for (const { rule, object, paths } of entries) {
    const { group, kind, namespace, name } = object;
    const address = { ...(group === '' ? {} : { group }), kind, ...(namespace === undefined ? {} : { namespace }), name };
    (rules[rule] ??= []).push({ object: address, paths });
  }
  return rules;
}

/** Freezes what fails of some rules in a scan. What the file says of other rules stays. */
export function freezeDebt(view: RunView, policy: string, rules: readonly string[], frozen: string): DocumentEdit {
  const source = view.run.source.name;
  const chosen = new Set(rules);
  const entries = freeze(view.findings.filter(({ rule }) => chosen.has(rule.rule.id)));
  return {
    type: 'put',
    kind: 'Debt',
    name: debtName(policy, source),
    file: debtPath(policy, source),
    next: (raw) => {
      const before = isObject(raw['rules']) ? raw['rules'] : {};
      const kept = Object.fromEntries(Object.entries(before).filter(([rule]) => !chosen.has(rule)));
      return { policy, source, scan: view.run.id, frozen, rules: { ...kept, ...debtRules(entries) } };
    },
  };
}

/** Writes debt that shrank; a file of which nothing is left goes. */
export function shrunkDebt({ policy, source }: Debt, entries: readonly DebtEntry[]): DocumentEdit {
  const document = { kind: 'Debt', name: debtName(policy, source) } as const;
  return entries.length === 0
    ? { type: 'remove', ...document }
    : { type: 'put', ...document, file: debtPath(policy, source), next: (raw) => ({ ...raw, rules: debtRules(entries) }) };
}
