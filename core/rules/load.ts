import type { z } from 'zod';
import { own } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { libraryHash } from '#core/rules/hash.ts';
import type {
  Collection,
  FieldDefault,
  Library,
  MatchedKind,
  Matcher,
  Matchers,
  Policy,
  Rule,
  RuleSetting,
} from '#core/rules/model.ts';
import { defaultsFile, matchersFile, policyFile, ruleFile, shapeIssues } from '#core/rules/schema.ts';
import type { PolicyFile, RuleFile } from '#core/rules/schema.ts';

/** One file of the library with its parsed value; `file` is the path that messages name. */
export interface LibraryFile {
  readonly file: string;
  readonly value: JsonValue;
}

export interface LibraryFiles {
  readonly rules: readonly LibraryFile[];
  readonly matchers: LibraryFile;
  readonly defaults: LibraryFile;
  readonly policies: readonly LibraryFile[];
}

/** Something wrong in the library: the file, the place in it (may be empty) and one sentence. */
export interface LibraryIssue {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

export const issueText = (issue: LibraryIssue): string =>
  `${issue.file}: ${issue.path === '' ? '' : `${issue.path} `}${issue.message}`;

/**
 * Checks the shapes of all files and resolves them to one library: families become rules, defaults of parameters become
 * values, kinds become matchers, rules in order of id. Whether the rules mean what they say is the linter's question (lint.ts).
 */
export function loadLibrary(files: LibraryFiles): Result<Library, readonly LibraryIssue[]> {
  const issues: LibraryIssue[] = [];
  const rules = files.rules
    .flatMap((file) => rulesOf(file, issues))
    .toSorted((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
  const matchers = matchersOf(files.matchers, issues);
  const defaults = defaultsOf(files.defaults, issues);
  const policies = files.policies.flatMap((file) => policyOf(file, issues));
  if (issues.length > 0) return err(issues);
  return ok({ rules, matchers, defaults, policies, hash: libraryHash(rules, matchers, defaults) });
}

function parsed<T>(schema: z.ZodType<T>, file: LibraryFile, issues: LibraryIssue[]): T | undefined {
  const result = schema.safeParse(file.value, { reportInput: true });
  if (result.success) return result.data;
  for (const issue of shapeIssues(result.error)) issues.push({ file: file.file, ...issue });
  return undefined;
}

function rulesOf(file: LibraryFile, issues: LibraryIssue[]): readonly Rule[] {
  const parsedRule = parsed(ruleFile, file, issues);
  if (parsedRule === undefined) return [];
  if (parsedRule.instances === undefined) return [ruleOf(parsedRule, file.file)];
  const family = ruleOf(parsedRule, file.file);
  return parsedRule.instances.map((instance) => {
    const params = { ...family.params, ...instance.params };
    return filled(
      {
        ...family,
        id: instance.id,
        title: instance.title ?? family.title,
        aliases: { ...family.aliases, ...instance.aliases },
        references: instance.references ?? family.references,
        params,
        examples: instance.examples ?? family.examples,
        family: family.id,
        ...(instance.differs === undefined ? {} : { differs: instance.differs }),
      },
      params,
    );
  });
}

/** Titles and reasons of a family speak of its instances' parameters: `{{minor}}` in them is the value. */
function filled(rule: Rule, params: JsonObject): Rule {
  const fill = (text: string): string =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (whole, key: string) => {
      const value = own(params, key);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : whole;
    });
  return { ...rule, title: fill(rule.title), why: fill(rule.why), remediation: fill(rule.remediation) };
}

function ruleOf(file: RuleFile, path: string): Rule {
  const { apiVersion: _apiVersion, kind: _kind, instances: _instances, params: paramsSchema, ...rest } = file;
  return {
    ...withoutUndefined(rest),
    fix: rest.fix.map(withoutUndefined),
    frameworks: rest.frameworks.map(withoutUndefined),
    params: defaultsOfParams(paramsSchema),
    paramsSchema,
    file: path,
  };
}

function defaultsOfParams(schema: Readonly<Record<string, JsonObject>>): JsonObject {
  const params: Record<string, JsonValue> = {};
  for (const [key, definition] of Object.entries(schema)) {
    const value = own(definition, 'default');
    if (value !== undefined) params[key] = value;
  }
  return params;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** An absent field is absent, not `undefined` (exactOptionalPropertyTypes). */
export function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
}

const NO_MATCHERS: Matchers = { matchers: {}, collections: {} };

function matchersOf(file: LibraryFile, issues: LibraryIssue[]): Matchers {
  const value = parsed(matchersFile, file, issues);
  if (value === undefined) return NO_MATCHERS;
  const kinds = new Map<string, MatchedKind>();
  for (const [key, entry] of Object.entries(value.kinds)) {
    kinds.set(key, { ...withoutUndefined(entry), kind: entry.kind ?? key.split('.')[0] ?? key });
  }
  const matchers: Record<string, Matcher> = {};
  for (const [name, members] of Object.entries(value.matchers)) {
    if (members === 'any') {
      matchers[name] = { name, kinds: 'any' };
      continue;
    }
    for (const member of members) {
      if (!kinds.has(member))
        issues.push({ file: file.file, path: `matchers.${name}`, message: `names '${member}', which is not under kinds` });
    }
    matchers[name] = { name, kinds: members.flatMap((member) => kinds.get(member) ?? []) };
  }
  const collections: Record<string, Collection> = {};
  for (const [name, entry] of Object.entries(value.collections)) {
    collections[name] =
      entry.type === 'lists'
        ? { name, ...withoutUndefined(entry), lists: entry.lists.map(withoutUndefined) }
        : entry.type === 'single'
          ? { name, ...withoutUndefined(entry) }
          : { name, ...entry };
    if (entry.type === 'lists' && !isBase(entry.in) && value.collections[entry.in] === undefined) {
      issues.push({ file: file.file, path: `collections.${name}.in`, message: `names '${entry.in}', which is no collection` });
    }
  }
  return { matchers, collections };
}

const isBase = (name: string): boolean => name === 'object' || name === 'podSpec';

function defaultsOf(file: LibraryFile, issues: LibraryIssue[]): readonly FieldDefault[] {
  const value = parsed(defaultsFile, file, issues);
  return value === undefined ? [] : value.defaults.map((entry) => ({ kinds: entry.kinds, path: entry.path, value: entry.value }));
}

function policyOf(file: LibraryFile, issues: LibraryIssue[]): readonly Policy[] {
  const value = parsed(policyFile, file, issues);
  if (value === undefined) return [];
  const { extends: _extends, ...document } = documentOf(value);
  const rules: Record<string, RuleSetting> = {};
  for (const [id, setting] of Object.entries(document.rules)) rules[id] = { ...setting, mode: setting.mode ?? 'deny' };
  return [{ ...document, rules }];
}

/** A checked policy file as its document. */
export function documentOf(file: PolicyFile): PolicyDocument {
  const { apiVersion: _apiVersion, kind: _kind, rules, ...rest } = file;
  const settings: Record<string, OwnSetting> = {};
  for (const [id, setting] of Object.entries(rules)) {
    if (typeof setting === 'string') settings[id] = { mode: setting };
    else {
      const { scope, ...fields } = withoutUndefined(setting);
      settings[id] = scope === undefined ? fields : { ...fields, scope: withoutUndefined(scope) };
    }
  }
  return { ...withoutUndefined(rest), rules: settings };
}
