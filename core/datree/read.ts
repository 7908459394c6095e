import { didYouMean } from '#core/datree/check.ts';
import { commentedRules } from '#core/datree/commented.ts';
import type { CommentedRule } from '#core/datree/commented.ts';
import type { DatreeCustomRule, DatreeFile, DatreePolicy, DatreeRule } from '#core/datree/file.ts';
import { isBuiltIn } from '#core/datree/identifiers.ts';
import { Problems } from '#core/datree/text.ts';
import type { DatreeProblem, DatreeText, TextPath } from '#core/datree/text.ts';
import { isArray, isObject, own, textAt } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';

export interface DatreeReading {
  readonly file: DatreeFile;
  /** Errors where something had to be left out, warnings where something was put right. */
  readonly problems: readonly DatreeProblem[];
}

/** Reads a policies.yaml as far as its meaning can be told, and says what was put right on the way. */
export function readDatree(text: DatreeText): DatreeReading {
  const problems = new Problems(text);
  const customRules = readCustomRules(own(text.value, 'customRules'), problems);
  const policies = readPolicies(text, new Set(customRules.map(({ identifier }) => identifier)), problems);
  return { file: { policies: withOneDefault(policies, problems), customRules }, problems: problems.list };
}

function readPolicies(text: DatreeText, custom: ReadonlySet<string>, problems: Problems): readonly DatreePolicy[] {
  if (!isObject(text.value)) {
    problems.error([], 'is no policies.yaml: a mapping with apiVersion and policies is expected');
    return [];
  }
  const version = own(text.value, 'apiVersion');
  if (version !== 'v1') problems.warning(version === undefined ? [] : ['apiVersion'], 'apiVersion is not v1: read as if it were');
  const policies = own(text.value, 'policies');
  if (!isArray(policies) || policies.length === 0) {
    problems.error(policies === undefined ? [] : ['policies'], 'there are no policies: a list of them is expected');
    return [];
  }
  const commented = commentedRules(text.comments);
  const starts = policies.map((_, index) => text.place(['policies', index])?.line ?? 0);
  const end = text.place(['customRules'])?.line ?? 0;
  return policies.flatMap((policy, index) => {
    const first = starts[index] ?? 0;
    // Custom rules may stand before the policies or behind them.
    const next = starts[index + 1] ?? (end > first ? end : Number.POSITIVE_INFINITY);
    const off = commented.filter(({ line }) => line >= first && line < next);
    return readPolicy(policy, ['policies', index], { off, custom }, problems);
  });
}

function readPolicy(
  policy: JsonValue,
  path: TextPath,
  { off, custom }: { readonly off: readonly CommentedRule[]; readonly custom: ReadonlySet<string> },
  problems: Problems,
): readonly DatreePolicy[] {
  if (!isObject(policy)) {
    problems.error(path, 'is no policy: a mapping with a name is expected');
    return [];
  }
  const given = own(policy, 'name');
  const name = typeof given === 'string' && given.trim() !== '' ? given.trim() : `policy_${Number(path[1]) + 1}`;
  if (name !== given) problems.warning(path, `has no name: called ${name}`);
  const isDefault = own(policy, 'isDefault');
  const rules = own(policy, 'rules') ?? null;
  if (rules !== null && !isArray(rules)) problems.error([...path, 'rules'], 'is no list of rules: left out');
  const on = isArray(rules) ? rules.flatMap((rule, index) => readRule(rule, [...path, 'rules', index], problems)) : [];
  const enabled = withoutRepeats(on, problems);
  for (const { identifier, path: at } of enabled) {
    if (isBuiltIn(identifier) || custom.has(identifier)) continue;
    const message = `${identifier} is no rule of Datree's and no custom rule of this file: kept, and not evaluated`;
    problems.warning(at, message, didYouMean(identifier, custom));
  }
  const names = new Set(enabled.map(({ identifier }) => identifier));
  return [
    {
      name,
      isDefault: isDefault === true || isDefault === 'true',
      rules: [
        ...enabled.map(({ rule }) => rule),
        ...off
          .filter(({ identifier }, index) => !names.has(identifier) && firstOf(off, identifier) === index)
          .map(({ line: _line, ...rule }) => rule),
      ],
    },
  ];
}

const firstOf = (rules: readonly DatreeRule[], identifier: string): number =>
  rules.findIndex((rule) => rule.identifier === identifier);

interface Read {
  readonly identifier: string;
  readonly rule: DatreeRule;
  readonly path: TextPath;
}

function withoutRepeats(rules: readonly Read[], problems: Problems): readonly Read[] {
  const seen = new Set<string>();
  return rules.filter(({ identifier, path }) => {
    if (!seen.has(identifier)) {
      seen.add(identifier);
      return true;
    }
    problems.warning(path, `names ${identifier} a second time: the first counts`);
    return false;
  });
}

function readRule(rule: JsonValue, path: TextPath, problems: Problems): readonly Read[] {
  const identifier = (typeof rule === 'string' ? rule : textAt(rule, 'identifier'))?.trim() ?? '';
  if (identifier === '') {
    problems.error(path, 'names no identifier: left out');
    return [];
  }
  const message = textAt(rule, 'messageOnFailure') ?? '';
  return [{ identifier, path, rule: { identifier, message, enabled: true } }];
}

function readCustomRules(rules: JsonValue | undefined, problems: Problems): readonly DatreeCustomRule[] {
  if (rules === undefined || rules === null) return [];
  if (!isArray(rules)) {
    problems.error(['customRules'], 'is no list of rules: left out');
    return [];
  }
  return rules.flatMap((rule, index) => {
    const identifier = textAt(rule, 'identifier');
    if (!isObject(rule) || identifier === undefined) {
      problems.error(['customRules', index], 'is no rule with an identifier: left out');
      return [];
    }
    return [
      {
        identifier,
        name: textAt(rule, 'name') ?? identifier,
        message: textAt(rule, 'defaultMessageOnFailure') ?? '',
        source: rule,
      },
    ];
  });
}

/** Where not exactly one policy is the default: the first that says so, else one that is called default, else the first. */
function withOneDefault(policies: readonly DatreePolicy[], problems: Problems): readonly DatreePolicy[] {
  const said = policies.filter(({ isDefault }) => isDefault);
  const chosen = said[0] ?? policies.find(({ name }) => name.toLowerCase() === 'default') ?? policies[0];
  if (said.length === 1 || chosen === undefined) return policies;
  const why = said.length === 0 ? 'no policy says isDefault' : `${said.length} policies say isDefault`;
  problems.warning(['policies'], `${why}: '${chosen.name}' is taken as the default`);
  return policies.map((policy) => ({ ...policy, isDefault: policy === chosen }));
}
