import type { OwnSettingInput, PolicyPage, PolicyPatch, PolicyRuleRow } from '#core/api/policies.ts';
import type { Mode } from '#core/model.ts';

/** What somebody changed in a policy and has not saved: own settings by rule, null where the inherited one shall count again. */
export interface Draft {
  readonly rules: Readonly<Record<string, OwnSettingInput | null>>;
  /** Whether waivers by annotation count in a cluster too; null where the inherited answer shall count again. */
  readonly annotationWaivers?: boolean | null;
}

export const NO_DRAFT: Draft = { rules: {} };

export const changesOf = ({ rules, annotationWaivers }: Draft): number =>
  Object.keys(rules).length + (annotationWaivers === undefined ? 0 : 1);

export const patchOf = ({ rules, annotationWaivers }: Draft): PolicyPatch => ({
  ...(annotationWaivers === undefined ? {} : { exportAnnotationWaivers: annotationWaivers }),
  rules: { ...rules },
});

type AnnotationWaivers = PolicyPage['exportAnnotationWaivers'];

/** What counts under the draft, and whether the policy says so itself. */
export function annotationWaiversOf(draft: Draft, { own, inherited }: AnnotationWaivers): { value: boolean; isOwn: boolean } {
  const said = draft.annotationWaivers === undefined ? own : (draft.annotationWaivers ?? undefined);
  return { value: said ?? inherited, isOwn: said !== undefined };
}

/** Says it in the policy itself; undefined: what is inherited counts. */
export function withAnnotationWaivers(draft: Draft, { own }: AnnotationWaivers, said: boolean | undefined): Draft {
  const { annotationWaivers: _before, ...rest } = draft;
  return said === own ? rest : { ...rest, annotationWaivers: said ?? null };
}

/** The own setting of a rule as the draft has it. */
export const ownOf = (draft: Draft, row: PolicyRuleRow): OwnSettingInput | undefined =>
  Object.hasOwn(draft.rules, row.rule) ? (draft.rules[row.rule] ?? undefined) : row.own;

export const isChanged = (draft: Draft, rule: string): boolean => Object.hasOwn(draft.rules, rule);

/** The mode in force under the draft: own, else what the policy inherits. */
export function modeOf(draft: Draft, row: PolicyRuleRow): Mode {
  const own = ownOf(draft, row);
  if (own?.mode !== undefined) return own.mode;
  return row.own?.mode === undefined ? row.mode : inheritedMode(row);
}

/** What is in force where the policy's own mode is taken away. The host tells it exactly once the draft is previewed or saved. */
const inheritedMode = (row: PolicyRuleRow): Mode => row.inheritedMode ?? 'off';

/** Sets fields of the own setting; a field set to undefined is taken away, and a setting without fields is none. */
export function withSetting(draft: Draft, row: PolicyRuleRow, fields: Partial<Record<keyof OwnSettingInput, unknown>>): Draft {
  const merged = Object.entries({ ...ownOf(draft, row), ...fields }).filter(([, value]) => value !== undefined);
  const next: OwnSettingInput | null = merged.length === 0 ? null : (Object.fromEntries(merged) as OwnSettingInput);
  return withOwn(draft, row, next);
}

/** Back to what is inherited. */
export const withoutOwn = (draft: Draft, row: PolicyRuleRow): Draft => withOwn(draft, row, null);

function withOwn(draft: Draft, row: PolicyRuleRow, next: OwnSettingInput | null): Draft {
  const { [row.rule]: _dropped, ...rest } = draft.rules;
  return { ...draft, rules: sameSetting(next ?? undefined, row.own) ? rest : { ...rest, [row.rule]: next } };
}

const sameSetting = (a: OwnSettingInput | undefined, b: OwnSettingInput | undefined): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (setting: OwnSettingInput | undefined): unknown =>
  Object.entries(setting ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Switches a rule off, or on: to what is inherited where that is on, else to the mode that the stage starts with. */
export function toggled(draft: Draft, row: PolicyRuleRow, stage: 'baseline' | 'strict' | undefined): Draft {
  if (modeOf(draft, row) !== 'off') return withSetting(draft, row, { mode: 'off' });
  const inherited = row.own?.mode === undefined ? row.mode : inheritedMode(row);
  return withSetting(draft, row, { mode: inherited === 'off' ? (stage === 'strict' ? 'deny' : 'warn') : undefined });
}
