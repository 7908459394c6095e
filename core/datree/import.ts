import { checkDatree, nearestIdentifier } from '#core/datree/check.ts';
import type { ParseJson } from '#core/datree/check.ts';
import type { DatreeCustomRule, DatreeFile, DatreePolicy, DatreeRule } from '#core/datree/file.ts';
import { isBuiltIn } from '#core/datree/identifiers.ts';
import { plainMessage } from '#core/datree/message.ts';
import { readDatree } from '#core/datree/read.ts';
import type { DatreeProblem, DatreeText } from '#core/datree/text.ts';
import type { Mode } from '#core/model.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { RULE_ID_LENGTH } from '#core/rules/schema.ts';

export interface DatreeImportOptions {
  /** Takes what Datree would refuse, and says what it put right; else Datree's own checks decide. */
  readonly tolerant: boolean;
  /** Mode of what the file lists; default `deny`, as a failure in Datree always counts. */
  readonly mode?: Exclude<Mode, 'off'>;
  /** Names that a policy may not get. */
  readonly taken?: (name: string) => boolean;
  /** Reads `jsonSchema` texts. */
  readonly parseJson: ParseJson;
}

export interface ImportedRule {
  readonly identifier: string;
  /** Absent where the library has no such rule: it is kept, and not evaluated. */
  readonly rule?: Rule;
  /** False where it was commented out. */
  readonly enabled: boolean;
  /** As it will be shown: the file's, else the custom rule's, else the built-in rule's. */
  readonly message: string;
}

export interface ImportedPolicy {
  /** As the file calls it. */
  readonly name: string;
  readonly isDefault: boolean;
  readonly rules: readonly ImportedRule[];
  readonly document: PolicyDocument;
}

/** Something of the file that Plimsoll does not evaluate here yet. */
export interface NotEvaluated {
  readonly identifier: string;
  readonly why: string;
  readonly nearest?: string;
}

export interface DatreeImport {
  readonly policies: readonly ImportedPolicy[];
  readonly customRules: readonly DatreeCustomRule[];
  readonly notEvaluated: readonly NotEvaluated[];
  /** With an error among them nothing should be saved. */
  readonly problems: readonly DatreeProblem[];
}

/** Reads a policies.yaml of Datree into policies of ours. Nothing of the file is lost: what has no rule here is listed. */
export function importDatree(text: DatreeText, library: Library, options: DatreeImportOptions): DatreeImport {
  const { file, problems } = readDatree(text);
  const rules = rulesByIdentifier(library);
  const taken = new Set<string>();
  const policies = file.policies.map((policy) => {
    const name = freeName(policy.name, (candidate) => taken.has(candidate) || (options.taken?.(candidate) ?? false));
    taken.add(name);
    return importPolicy(policy, name, rules, file, options.mode ?? 'deny');
  });
  return {
    policies,
    customRules: file.customRules,
    notEvaluated: notEvaluated(file, rules),
    problems: options.tolerant ? problems : checkDatree(text, options.parseJson),
  };
}

const rulesByIdentifier = ({ rules }: Library): ReadonlyMap<string, Rule> =>
  new Map(rules.flatMap((rule) => (rule.aliases['datree'] ?? []).map((identifier) => [identifier, rule] as const)));

function importPolicy(
  policy: DatreePolicy,
  name: string,
  known: ReadonlyMap<string, Rule>,
  file: DatreeFile,
  mode: Mode,
): ImportedPolicy {
  const rules = policy.rules.map((entry) => importRule(entry, known, file.customRules));
  const settings: Record<string, OwnSetting> = {};
  for (const { rule, enabled, message } of rules)
    if (rule !== undefined) settings[rule.id] = settingOf(rule, enabled, message, mode);
  return {
    name: policy.name,
    isDefault: policy.isDefault,
    rules,
    document: {
      name,
      title: policy.name,
      description: `The policy ${policy.name} of a policies.yaml of Datree.`,
      rules: settings,
    },
  };
}

function importRule(entry: DatreeRule, known: ReadonlyMap<string, Rule>, custom: readonly DatreeCustomRule[]): ImportedRule {
  const rule = known.get(entry.identifier);
  const own = custom.find(({ identifier }) => identifier === entry.identifier);
  const message = [entry.message, own?.message ?? '', rule?.message ?? ''].find((text) => text.trim() !== '') ?? '';
  return { identifier: entry.identifier, enabled: entry.enabled, message, ...(rule === undefined ? {} : { rule }) };
}

function settingOf(rule: Rule, enabled: boolean, message: string, mode: Mode): OwnSetting {
  // What an export of ours wrote for the rule's own message is that message again.
  const own = message === rule.message || message === plainMessage(rule) ? {} : { message };
  return enabled ? { mode, ...own } : { mode: 'off', ...own, reason: 'Commented out in policies.yaml.' };
}

function notEvaluated(file: DatreeFile, known: ReadonlyMap<string, Rule>): readonly NotEvaluated[] {
  const found = new Map<string, NotEvaluated>();
  const custom = new Set(file.customRules.map(({ identifier }) => identifier));
  for (const identifier of custom)
    found.set(identifier, { identifier, why: 'A custom rule of the file: kept in it, and not evaluated here yet.' });
  for (const { identifier } of file.policies.flatMap(({ rules }) => rules)) {
    if (known.has(identifier) || found.has(identifier)) continue;
    found.set(
      identifier,
      isBuiltIn(identifier)
        ? { identifier, why: "A rule of Datree's that the library does not have yet: kept, and not evaluated here." }
        : {
            identifier,
            why: "Neither a rule of Datree's nor a custom rule of the file: kept, and not evaluated.",
            nearest: nearestIdentifier(identifier, custom),
          },
    );
  }
  return [...found.values()];
}

/** A name of ours for a policy of Datree's: small letters, digits and hyphens, and nobody else's. */
export function freeName(name: string, taken: (name: string) => boolean): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const lettered = /^[a-z]/.test(plain) && plain.length >= RULE_ID_LENGTH.min ? plain : `policy-${plain}`.replace(/-$/, '');
  const fitted = (suffix: string): string =>
    `${lettered.slice(0, RULE_ID_LENGTH.max - suffix.length).replace(/-+$/, '')}${suffix}`;
  if (!taken(fitted(''))) return fitted('');
  for (let number = 2; ; number += 1) if (!taken(fitted(`-${number}`))) return fitted(`-${number}`);
}
