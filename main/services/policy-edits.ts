import type { OwnSettingInput, PolicyPatch } from '#core/api/policies.ts';
import { isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';
import { exact } from '#main/workspace/exact.ts';

/** Changes of policy documents: as a file has them, and as what they mean. */

export const policyPath = (name: string): string => `policies/${name}.yaml`;

/** A setting as a file says it: the mode alone where nothing else is set, unless the file says it at length already. */
export function settingText(setting: OwnSetting, before: JsonValue | undefined): JsonValue {
  const { mode, severity, message, params, scope, reason } = setting;
  const whole: JsonObject = {
    ...(mode === undefined ? {} : { mode }),
    ...(severity === undefined ? {} : { severity }),
    ...(message === undefined ? {} : { message }),
    ...(params === undefined ? {} : { params }),
    ...(scope === undefined ? {} : { scope: scopeText(scope) }),
    ...(reason === undefined || reason === '' ? {} : { reason }),
  };
  const onlyMode = mode !== undefined && Object.keys(whole).length === 1;
  return onlyMode && !isObject(before) ? mode : whole;
}

const scopeText = ({ namespaces, exceptNamespaces, labels }: NonNullable<OwnSetting['scope']>): JsonObject => ({
  ...(namespaces === undefined ? {} : { namespaces }),
  ...(exceptNamespaces === undefined ? {} : { exceptNamespaces }),
  ...(labels === undefined ? {} : { labels }),
});

/** A file's `rules` with some settings changed; `null` takes one out. */
export function rulesText(
  raw: JsonObject,
  settings: Readonly<Record<string, OwnSetting | null>>,
): { readonly rules: JsonObject } {
  const before = isObject(raw['rules']) ? raw['rules'] : {};
  const rules: Record<string, JsonValue> = { ...before };
  for (const [id, setting] of Object.entries(settings)) {
    if (setting === null) delete rules[id];
    else rules[id] = settingText(setting, Object.hasOwn(before, id) ? before[id] : undefined);
  }
  return { rules };
}

/** Sets settings of some rules in a policy's own file. */
export const putRules = (name: string, settings: Readonly<Record<string, OwnSetting>>, hash?: string): DocumentEdit => ({
  type: 'put',
  kind: 'Policy',
  name,
  file: policyPath(name),
  next: (raw) => ({ ...raw, ...rulesText(raw, settings) }),
  ...(hash === undefined ? {} : { hash }),
});

type Settings = Readonly<Record<string, OwnSetting | null>>;

const settingsOf = (rules: Readonly<Record<string, OwnSettingInput | null>> | undefined): Settings =>
  Object.fromEntries(Object.entries(rules ?? {}).map(([id, setting]) => [id, setting === null ? null : exact(setting)]));

/** A patch of the contract as an edit of the file. */
export const putPatch = (name: string, patch: PolicyPatch, hash: string): DocumentEdit => ({
  type: 'put',
  kind: 'Policy',
  name,
  file: policyPath(name),
  hash,
  next: (raw) => patchedText(raw, patch),
});

function patchedText(
  raw: JsonObject,
  { title, description, stage, extends: above, exportAnnotationWaivers: waivers, rules }: PolicyPatch,
): JsonObject {
  const next: Record<string, JsonValue> = {
    ...raw,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(stage === undefined || stage === null ? {} : { stage }),
    ...(above === undefined || above === null ? {} : { extends: above }),
    ...(waivers === undefined || waivers === null ? {} : { exportAnnotationWaivers: waivers }),
    ...(rules === undefined ? {} : rulesText(raw, settingsOf(rules))),
  };
  if (stage === null) delete next['stage'];
  if (above === null) delete next['extends'];
  if (waivers === null) delete next['exportAnnotationWaivers'];
  return next;
}

/** What the document would be after the patch, without writing anything. */
export function patched(document: PolicyDocument, patch: PolicyPatch): PolicyDocument {
  const { stage: _stage, extends: _extends, exportAnnotationWaivers: _waivers, ...rest } = document;
  const stage = patch.stage === undefined ? document.stage : (patch.stage ?? undefined);
  const above = patch.extends === undefined ? document.extends : (patch.extends ?? undefined);
  const waivers =
    patch.exportAnnotationWaivers === undefined ? document.exportAnnotationWaivers : (patch.exportAnnotationWaivers ?? undefined);
  const rules: Record<string, OwnSetting> = { ...document.rules };
  for (const [id, setting] of Object.entries(settingsOf(patch.rules))) {
    if (setting === null) delete rules[id];
    else rules[id] = setting;
  }
  return {
    ...rest,
    title: patch.title ?? document.title,
    description: patch.description ?? document.description,
    ...(stage === undefined ? {} : { stage }),
    ...(above === undefined ? {} : { extends: above }),
    ...(waivers === undefined ? {} : { exportAnnotationWaivers: waivers }),
    rules,
  };
}
