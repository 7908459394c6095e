import { customSchemaIssues, isPolicyName } from '#core/datree/check.ts';
import type { ParseJson } from '#core/datree/check.ts';
import type { DatreeCustomRule, DatreeFile, DatreePolicy, DatreeRule } from '#core/datree/file.ts';
import { isBuiltIn } from '#core/datree/identifiers.ts';
import type { DatreeImport } from '#core/datree/import.ts';
import { plainMessage } from '#core/datree/message.ts';
import { messageNames } from '#core/rules/message.ts';
import type { Library, Policy, Rule, RuleSetting } from '#core/rules/model.ts';

export interface DatreeExportOptions {
  /** Name of the policy that becomes Datree's default; absent: `default` where it is among them, else the first. */
  readonly defaultPolicy?: string;
  /** A file that policies of the same names came from: its custom rules, and its rules that we do not have, are written again. */
  readonly kept?: Pick<DatreeImport, 'policies' | 'customRules'>;
  readonly parseJson: ParseJson;
}

export interface DatreeExport {
  /** What Datree accepts. Rules that are off are to be written as comments. */
  readonly file: DatreeFile;
  /** What Datree has no words for, one sentence each. */
  readonly notes: readonly string[];
}

/** Policies of ours as a policies.yaml: names with underscores, exactly one default, a message for every rule. */
export function exportDatree(policies: readonly Policy[], library: Library, options: DatreeExportOptions): DatreeExport {
  const notes: string[] = [];
  const customRules = usableRules(options.kept?.customRules ?? [], options.parseJson, notes);
  const fallback = policies.find(({ name }) => name === 'default') ?? policies[0];
  const chosen = policies.find(({ name }) => name === options.defaultPolicy) ?? fallback;
  return {
    file: {
      policies: policies.map((policy) => exportPolicy(policy, policy === chosen, library, { ...options, customRules, notes })),
      customRules,
    },
    notes,
  };
}

interface Context extends DatreeExportOptions {
  readonly customRules: readonly DatreeCustomRule[];
  readonly notes: string[];
}

function exportPolicy(policy: Policy, isDefault: boolean, library: Library, context: Context): DatreePolicy {
  const ours = library.rules.flatMap((rule): readonly DatreeRule[] => {
    const setting = policy.rules[rule.id];
    const identifier = rule.aliases['datree']?.[0];
    if (setting === undefined || identifier === undefined) return [];
    return [{ identifier, message: plainMessage(rule, setting), enabled: setting.mode !== 'off' }];
  });
  noteLosses(policy, library, context.notes);
  return { name: datreeName(policy.name), isDefault, rules: [...ours, ...foreignRules(policy, context)] };
}

/** Policy names of ours have no other characters that Datree's may not have. */
export const datreeName = (name: string): string => {
  const written = name.replaceAll('-', '_');
  return isPolicyName(written) ? written : written.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
};

/** Rules of the file that the policy came from and that are not evaluated here; what Datree itself would refuse becomes a comment. */
function foreignRules(policy: Policy, { kept, customRules, notes }: Context): readonly DatreeRule[] {
  const source = kept?.policies.find(({ document }) => document.name === policy.name);
  const custom = new Set(customRules.map(({ identifier }) => identifier));
  return (source?.rules ?? []).flatMap(({ identifier, rule, message, enabled }) => {
    if (rule !== undefined) return [];
    const valid = isBuiltIn(identifier) || custom.has(identifier);
    if (enabled && !valid) notes.push(`${policy.name}: ${identifier} is no rule that Datree knows, and is written as a comment.`);
    return [{ identifier, message, enabled: enabled && valid }];
  });
}

function usableRules(rules: readonly DatreeCustomRule[], parseJson: ParseJson, notes: string[]): readonly DatreeCustomRule[] {
  const seen = new Set<string>();
  return rules.filter((rule) => {
    const [issue] = customSchemaIssues(rule.source, parseJson);
    const twice = seen.has(rule.identifier) || isBuiltIn(rule.identifier);
    seen.add(rule.identifier);
    if (issue === undefined && !twice) return true;
    const why =
      issue === undefined ? 'its identifier is taken' : `${[...issue[0], ''].join('.').replace(/\.$/, ': ')}${issue[1]}`;
    notes.push(`The custom rule ${rule.identifier} is left out: Datree would refuse it (${why}).`);
    return false;
  });
}

/** What a policy says that a policies.yaml cannot say. */
function noteLosses(policy: Policy, library: Library, notes: string[]): void {
  const set = library.rules.flatMap((rule) => {
    const setting = policy.rules[rule.id];
    return setting === undefined || setting.mode === 'off' ? [] : [{ rule, setting }];
  });
  const say = (fits: (entry: { readonly rule: Rule; readonly setting: RuleSetting }) => boolean, text: string): void => {
    const ids = set.filter(fits).map(({ rule }) => rule.id);
    if (ids.length > 0) notes.push(`${policy.name}: ${text}: ${ids.join(', ')}.`);
  };
  say(({ rule }) => rule.aliases['datree'] === undefined, 'left out, as Datree has no such rule');
  say(({ setting }) => setting.mode === 'audit', 'in mode audit here, and failing in Datree, which has no modes');
  say(({ setting }) => setting.severity !== undefined, 'severity left out, which Datree does not know');
  say(({ setting }) => setting.params !== undefined, 'parameters left out, which Datree does not know');
  say(({ setting }) => setting.scope !== undefined, 'scope left out, so that Datree judges every object');
  say(
    ({ setting }) => setting.message !== undefined && messageNames(setting.message).length > 0,
    'messages with variables show <container> and the like, as Datree fills nothing in',
  );
}
