import { z } from 'zod';
import { SOURCE_KINDS } from '#core/model.ts';
import { header, oneOf, ruleId, scopeFields, text, texts } from '#core/rules/schema.ts';
import { parseCron } from '#core/schedule/cron.ts';
import { VOTES } from '#core/workspace/model.ts';

/**
 * The shapes of a workspace's files (decisions.md 2 and 19), with messages for the person who writes one. Policies have theirs in
 * core/rules/schema.ts: templates are policies too.
 */

export const PRODUCT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const name = z
  .string({ error: 'a name is expected' })
  .regex(PRODUCT_NAME, { error: 'is not a name: small letters, digits and hyphens' })
  .max(63, { error: 'is longer than 63 characters' });
const date = z
  .string({ error: "a date in quotes is expected, like '2027-01-31'" })
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'is not a date: write 2027-01-31' })
  .refine((value) => !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value), {
    error: 'is no day of the calendar',
  });
const time = z.iso.datetime({ error: 'is not a time: write 2027-01-31T08:00:00Z' });
const labels = z.record(text, z.string({ error: 'a text is expected' }));

const team = z.strictObject({ name: text, contacts: texts.default([]), needs: texts.default([]) });
const product = z.strictObject({ name, team: text.optional() });
const environment = z.strictObject({ name, order: z.int().default(0), production: z.boolean().default(false) });

const schedule = text.superRefine((value, context) => {
  const cron = parseCron(value);
  if (!cron.ok) context.addIssue({ code: 'custom', message: cron.error });
});

const sourceEntry = z.strictObject({
  name: text,
  kind: oneOf(SOURCE_KINDS),
  product: name.optional(),
  environment: name.optional(),
  labels: labels.default({}),
  branches: texts.default([]),
  schedule: schedule.optional(),
});

const binding = z
  .strictObject({
    policies: z.strictObject({ baseline: ruleId.optional(), strict: ruleId.optional() }),
    product: name.optional(),
    environment: name.optional(),
    sources: texts.optional(),
    sourceLabels: labels.optional(),
    ...scopeFields,
  })
  .refine(({ policies }) => policies.baseline !== undefined || policies.strict !== undefined, {
    error: 'names no policy: give baseline, strict or both',
    path: ['policies'],
  });

export const criteria = z.strictObject({
  runs: z.int().min(1, { error: 'at least one run' }).max(1000).default(5),
  days: z.number().min(0, { error: 'is less than nothing' }).max(3650).default(7),
  sources: texts.optional(),
});

export const workspaceFile = z.strictObject({
  ...header('Workspace'),
  name: text.default('workspace'),
  teams: z.array(team).default([]),
  products: z.array(product).default([]),
  environments: z.array(environment).default([]),
  sources: z.array(sourceEntry).default([]),
  bindings: z.array(binding).default([]),
  criteria: criteria.default({ runs: 5, days: 7 }),
  feedbackDays: z.int().min(1).max(3650).default(90),
  expiringDays: z.int().min(0).max(365).default(14),
});

const objectName = z.strictObject({
  group: z.string().default(''),
  kind: text,
  namespace: text.optional(),
  name: text,
});

export const waiverFile = z
  .strictObject({
    ...header('Waiver'),
    id: name,
    rule: ruleId,
    policies: z.array(ruleId).min(1, { error: 'names no policy: leave it out for all' }).optional(),
    object: objectName.optional(),
    container: text.optional(),
    path: text.optional(),
    ...scopeFields,
    reason: text,
    owner: text.optional(),
    expires: date.optional(),
    created: time.optional(),
  })
  .refine(
    ({ object, container, path, namespaces, exceptNamespaces, labels: wanted }) =>
      [object, container, path, namespaces, exceptNamespaces, wanted].some((part) => part !== undefined),
    { error: 'lets everything off the rule: name an object, container, path, namespaces or labels, or disable the rule' },
  );

const decision = z.strictObject({
  rule: ruleId,
  decision: oneOf(['fix', 'debt']),
  assignee: text.optional(),
  due: date.optional(),
  reason: text.optional(),
  decided: time,
  by: text.optional(),
});

/** One file per policy, so that teams do not meet in one. */
export const decisionsFile = z.strictObject({ ...header('Decisions'), policy: ruleId, decisions: z.array(decision).default([]) });

export const debtFile = z.strictObject({
  ...header('Debt'),
  policy: ruleId,
  source: text,
  scan: text,
  frozen: time,
  /** Rule id to objects. */
  rules: z.record(ruleId, z.array(z.strictObject({ object: objectName, paths: z.array(z.string()).min(1) }))).default({}),
});

const answer = z.strictObject({ by: text, vote: oneOf(VOTES), comment: text.optional(), at: time.optional() });

export const feedbackFile = z.strictObject({
  ...header('Feedback'),
  id: name,
  policy: ruleId,
  started: time,
  closed: time.optional(),
  questions: z.array(z.strictObject({ rule: ruleId, question: text, answers: z.array(answer).default([]) })),
});

/** The kinds of documents that a workspace folder may hold. Custom rules (`Rule`) are kept, and evaluated with a later issue. */
export const DOCUMENT_KINDS = ['Workspace', 'Policy', 'Waiver', 'Decisions', 'Debt', 'Feedback', 'Rule'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];
