import type { PolicyDiff } from '#core/api/policies.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { own } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { isOn, settingOf } from '#core/policy/effective.ts';
import type { Scope } from '#core/policy/model.ts';
import { plainObject } from '#core/plain-json.ts';
import type { Library, Policy, Rule } from '#core/rules/model.ts';

export type PolicyDiffRow = PolicyDiff['rows'][number];
type Side = NonNullable<PolicyDiffRow['before']>;

/**
 * What differs in effect between two policies: rules that only one of them judges, and rules that they judge differently. A rule
 * that is off counts as one that is not there. In order of rule id.
 */
export function comparePolicies(
  { rules }: Pick<Library, 'rules'>,
  before: Policy | undefined,
  after: Policy | undefined,
): readonly PolicyDiffRow[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const ids = [...new Set([...Object.keys(before?.rules ?? {}), ...Object.keys(after?.rules ?? {})])].toSorted();
  return ids.flatMap((rule): readonly PolicyDiffRow[] => {
    const known = byId.get(rule);
    const [left, right] = [sideOf(before, rule, known), sideOf(after, rule, known)];
    const title = known?.title ?? rule;
    if (left === undefined) return right === undefined ? [] : [{ rule, title, change: 'added', after: right }];
    if (right === undefined) return [{ rule, title, change: 'removed', before: left }];
    return textOf(left) === textOf(right) ? [] : [{ rule, title, change: 'changed', before: left, after: right }];
  });
}

/** Of a rule that the library does not know, only what the policy says is known: medium and no message stand in for the rest. */
function sideOf(policy: Policy | undefined, id: string, rule: Rule | undefined): Side | undefined {
  const setting = settingOf(policy, id);
  if (setting === undefined || !isOn(policy, id)) return undefined;
  return {
    mode: setting.mode,
    severity: setting.severity ?? rule?.severity ?? 'medium',
    message: setting.message ?? rule?.message ?? '',
    params: plainObject({ ...rule?.params, ...setting.params }),
    ...(setting.scope === undefined ? {} : { scope: scopeOf(setting.scope) }),
  };
}

const scopeOf = ({ namespaces, exceptNamespaces, labels }: Scope): Side['scope'] => ({
  ...(namespaces === undefined ? {} : { namespaces: [...namespaces] }),
  ...(exceptNamespaces === undefined ? {} : { exceptNamespaces: [...exceptNamespaces] }),
  ...(labels === undefined ? {} : { labels: { ...labels } }),
});

/** Keys in order, whichever file wrote them. */
const textOf = ({ scope, ...side }: Side): string => canonicalJson({ ...side, scope: scopeJson(scope) });
const scopeJson = (scope: Side['scope']): JsonObject => ({
  namespaces: scope?.namespaces ?? [],
  exceptNamespaces: scope?.exceptNamespaces ?? [],
  labels: scope?.labels ?? {},
});

/** A few words for each row, as a revision or a command line lists them: `+ memory-limit (warn)`, `no-privileged: warn → deny`. */
export const changeTexts = (rows: readonly PolicyDiffRow[]): readonly string[] => rows.map(changeText);

export function changeText({ rule, before, after }: PolicyDiffRow): string {
  if (before === undefined) return `+ ${rule} (${after?.mode ?? 'off'})`;
  if (after === undefined) return `- ${rule}`;
  const parts: string[] = [];
  if (before.mode !== after.mode) parts.push(`${before.mode} → ${after.mode}`);
  if (before.severity !== after.severity) parts.push(`severity ${before.severity} → ${after.severity}`);
  parts.push(...paramTexts(before.params, after.params));
  if (canonicalJson(scopeJson(before.scope)) !== canonicalJson(scopeJson(after.scope))) parts.push(scopeText(after.scope));
  if (before.message !== after.message) parts.push('message changed');
  return `${rule}: ${parts.join(', ')}`;
}

function paramTexts(before: Side['params'], after: Side['params']): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => {
    const [left, right] = [valueText(before, name), valueText(after, name)];
    return left === right ? [] : [`${name} ${left} → ${right}`];
  });
}

const MAX_VALUE = 40;

function valueText(params: Side['params'], name: string): string {
  const value = own(params, name);
  const text = value === undefined ? 'none' : canonicalJson(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

function scopeText(scope: Side['scope']): string {
  const parts = [
    ...(scope?.namespaces ?? []),
    ...(scope?.exceptNamespaces ?? []).map((pattern) => `not ${pattern}`),
    ...Object.entries(scope?.labels ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
  return parts.length === 0 ? 'scope everywhere' : `scope ${parts.join(' ')}`;
}
