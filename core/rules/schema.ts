import { z } from 'zod';
import { isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { EFFORTS, MODES, SEVERITIES } from '#core/model.ts';
import { STAGES } from '#core/policy/model.ts';
import { CATEGORIES } from '#core/rules/model.ts';

/** The shapes of our own files (decisions.md 2, design/rules.md), with messages for the person who writes one. */

export const API_VERSION = 'plimsoll.dev/v1';
export const RULE_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
export const RULE_ID_LENGTH = { min: 3, max: 40 } as const;

const NAME = /^[a-z][A-Za-z0-9]*$/;
const DOTTED = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/;

export const json = z.custom<JsonValue>((value) => value !== undefined, { error: 'a value is expected' });
export const jsonObject = z.custom<JsonObject>((value) => isObject(value), { error: 'a mapping (key: value) is expected' });
export const text = z
  .string({ error: 'a text is expected' })
  .refine((value) => value.trim().length > 0, { error: 'must not be empty' });
const expression = text.transform((value) => value.trim());
export const texts = z.array(text, { error: 'a list of texts is expected' });
const name = z
  .string({ error: 'a name is expected' })
  .regex(NAME, { error: 'is not a name: a small letter, then letters and digits' });
const dotted = z.string({ error: 'a path is expected' }).regex(DOTTED, { error: 'is not a dot path of field names' });
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

export const ruleId = z
  .string({ error: 'an id is expected' })
  .regex(RULE_ID, { error: 'is not a rule id: small letters, digits and single hyphens, a letter first' })
  .min(RULE_ID_LENGTH.min, { error: `is shorter than ${RULE_ID_LENGTH.min} characters` })
  .max(RULE_ID_LENGTH.max, { error: `is longer than ${RULE_ID_LENGTH.max} characters` });

export const header = <const K extends string>(kind: K) => ({
  apiVersion: z.literal(API_VERSION, { error: `must be ${API_VERSION}` }),
  kind: z.literal(kind, { error: `must be ${kind}` }),
});

const aliases = z.record(z.string(), texts);

const framework = z.strictObject({
  id: text,
  version: z.string({ error: 'must be a text: put the version in quotes' }).optional(),
  level: text.optional(),
  control: z.string({ error: 'must be a text: put the control in quotes' }).optional(),
});

const fixStep = z
  .strictObject({
    op: oneOf(['add', 'replace', 'remove']),
    path: z.string({ error: 'a path is expected' }),
    value: json.optional(),
  })
  .refine((step) => (step.op === 'remove') === (step.value === undefined), {
    error: 'add and replace need a value, remove has none',
  });

const kubernetes = z.string().regex(/^1\.\d{1,2}$/, { error: 'is not a version such as 1.30, in quotes' });
const passExample = z.strictObject({ name: text, kubernetes: kubernetes.exactOptional(), object: jsonObject });
const failExample = z.strictObject({ ...passExample.shape, findings: texts.min(1, { error: 'states no finding' }) });

const examples = z.strictObject({
  pass: z.array(passExample),
  fail: z.array(failExample),
  notApplicable: z.array(passExample).default([]),
  error: z.array(passExample).default([]),
});

const link = z.url({ protocol: /^https$/, error: 'is not an https address' });

const instance = z.strictObject({
  id: ruleId,
  title: text.optional(),
  aliases: aliases.optional(),
  references: z.array(link).optional(),
  differs: text.optional(),
  params: jsonObject.optional(),
  examples: examples.optional(),
});

export const ruleFile = z.strictObject({
  ...header('Rule'),
  id: ruleId,
  title: text,
  category: oneOf(CATEGORIES),
  severity: oneOf(SEVERITIES),
  effort: oneOf(EFFORTS),
  why: text,
  remediation: text,
  references: z.array(link, { error: 'a list of addresses is expected' }).min(1, { error: 'names no source' }),
  aliases: aliases.default({}),
  frameworks: z.array(framework).default([]),
  overlaps: z.array(ruleId).default([]),
  conflicts: z.array(ruleId).default([]),
  scope: oneOf(['object', 'cluster']).default('object'),
  match: name,
  forEach: name.optional(),
  when: expression.optional(),
  require: expression,
  empty: oneOf(['notApplicable', 'pass']).default('notApplicable'),
  field: z.string({ error: 'a path is expected (or an empty text for the element itself)' }),
  message: text,
  fix: z.array(fixStep).default([]),
  params: z.record(name, jsonObject).default({}),
  exportAs: z.array(name).default([]),
  differs: text.optional(),
  maxCost: z.int().positive().max(1_000_000).optional(),
  examples,
  instances: z.array(instance).min(1, { error: 'a family has at least one instance' }).optional(),
});
export type RuleFile = z.infer<typeof ruleFile>;

/** A label selector of equal values, and patterns of namespaces in which `*` stands for any run of characters. */
export const scopeFields = {
  namespaces: texts.optional(),
  exceptNamespaces: texts.optional(),
  labels: z.record(text, z.string({ error: 'a text is expected' })).optional(),
};

const setting = z.union([
  oneOf(MODES),
  z.strictObject({
    mode: oneOf(MODES).optional(),
    severity: oneOf(SEVERITIES).optional(),
    message: text.optional(),
    params: jsonObject.optional(),
    scope: z.strictObject(scopeFields).optional(),
    reason: text.optional(),
  }),
]);

export const policyFile = z.strictObject({
  ...header('Policy'),
  name: ruleId,
  title: text,
  description: z.string({ error: 'a text is expected' }).default(''),
  stage: oneOf(STAGES).optional(),
  extends: ruleId.optional(),
  exportAnnotationWaivers: z.boolean({ error: 'true or false is expected' }).optional(),
  rules: z.record(ruleId, setting).default({}),
});
export type PolicyFile = z.infer<typeof policyFile>;

const kindEntry = z.strictObject({
  group: z.string({ error: "a text is expected ('' for the core group)" }),
  versions: texts.min(1, { error: 'names no version' }),
  kind: text.optional(),
  resource: text,
  podSpec: dotted.optional(),
  podMetadata: dotted.optional(),
  namespaced: z.literal(true).optional(),
  legacy: z.literal(true).optional(),
});

const collectionList = z.union(
  [
    z.strictObject({
      path: dotted,
      where: expression.optional(),
      values: z.literal(true).optional(),
      select: name.optional(),
    }),
    z.strictObject({ self: z.literal(true) }).transform(({ self }) => ({ path: '', self })),
  ],
  { error: 'a list has a path, or is `self: true`' },
);

const collection = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('lists'),
      in: name,
      as: name.optional(),
      lists: z.array(collectionList).min(1, { error: 'names no list' }),
      containers: z.boolean().default(false),
    }),
    z.strictObject({ type: z.literal('single'), in: oneOf(['object', 'podSpec']), path: dotted.optional() }),
    z.strictObject({ type: z.literal('host'), host: oneOf(['strings', 'apiVersions']) }),
  ],
  { error: 'type must be lists, single or host' },
);

export const matchersFile = z.strictObject({
  ...header('Matchers'),
  kinds: z.record(z.string(), kindEntry),
  matchers: z.record(name, z.union([z.literal('any'), texts.min(1, { error: 'names no kind' })])),
  collections: z.record(name, collection),
});

const fieldDefault = z.strictObject({
  kinds: texts.min(1, { error: 'names no kind' }),
  path: text,
  value: json,
  source: link,
});

export const defaultsFile = z.strictObject({ ...header('Defaults'), defaults: z.array(fieldDefault) });

/** A file's value, checked; or what is wrong, each with the place in the file. */
export interface ShapeIssue {
  readonly path: string;
  readonly message: string;
}

export function shapeIssues(error: z.ZodError): readonly ShapeIssue[] {
  return error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: plainMessage(issue) }));
}

function plainMessage(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `has no field ${issue.keys.map((key) => `'${key}'`).join(', ')}`;
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  return issue.message;
}
