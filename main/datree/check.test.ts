import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDatree } from '#core/datree/check.ts';
import { DATREE_IDENTIFIERS } from '#core/datree/identifiers.ts';
import { jsonText, parseDatree } from '#main/datree/parse.ts';
import { Datree } from '#test/datree.ts';
import { requireEnvtest } from '#test/envtest.ts';

/** The first problem with its place, or undefined where the file is as Datree wants it. */
function complaint(text: string): string | undefined {
  const parsed = parseDatree(text);
  const [first] = parsed.ok ? checkDatree(parsed.value, jsonText) : [parsed.error];
  return first === undefined ? undefined : `${first.line ?? 0}:${first.column ?? 0} ${first.path} ${first.message}`;
}

const policies = (...lines: readonly string[]): string =>
  `apiVersion: v1\npolicies:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const GOOD = '- {name: a, isDefault: true, rules: null}';
const rule = (text: string): string => policies(`- {name: a, isDefault: true, rules: [${text}]}`);
const custom = (text: string): string =>
  `${policies(GOOD)}customRules: [{identifier: MINE, name: a, defaultMessageOnFailure: b, ${text}}]\n`;

const FILES: readonly (readonly [what: string, text: string, said: string | undefined])[] = [
  ['one default policy without rules', policies(GOOD), undefined],
  ['fields that nobody knows', `${policies('- {name: a, isDefault: true, owner: x}')}more: 1\n`, undefined],
  ['an empty file', '', '0:0  must be a mapping'],
  ['a list', '[]', '1:1  must be a mapping'],
  ['no version', 'policies: [{name: a, isDefault: true}]', 'apiVersion is missing'],
  ['another version', 'apiVersion: v2\npolicies: [{name: a, isDefault: true}]', '1:1 apiVersion must be v1'],
  ['no policies', 'apiVersion: v1', 'policies is missing'],
  ['an empty list of policies', 'apiVersion: v1\npolicies: []', 'at least one'],
  ['a policy that is a text', policies('- a'), '3:5 policies.0 must be a mapping'],
  ['a policy without a name', policies('- {isDefault: true}'), 'has no name'],
  ['a name that is a number', policies('- {name: 5, isDefault: true}'), 'must be a text'],
  ['a hyphen in a name', policies('- {name: a-b, isDefault: true}'), '3:6 policies.0.name is no policy name'],
  ['two underscores in a name', policies('- {name: a__b, isDefault: true}'), 'is no policy name'],
  ['an underscore at the end of a name', policies('- {name: a_, isDefault: true}'), 'is no policy name'],
  ['two policies of one name', policies('- {name: a, isDefault: true}', '- {name: a}'), undefined],
  ['no default policy', policies('- {name: a}'), 'has no default policy'],
  ['two default policies', policies('- {name: a, isDefault: true}', '- {name: b, isDefault: true}'), '4:15 policies.1.isDefault'],
  ['a default that is a text', policies('- {name: a, isDefault: "true"}'), 'must be true or false'],
  ['yes, which is true', policies('- {name: a, isDefault: yes}'), undefined],
  ['rules that are a mapping', policies('- {name: a, isDefault: true, rules: {}}'), 'must be a list of rules'],
  ['a built-in rule', rule('{identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY, messageOnFailure: a}'), undefined],
  ['an empty message', rule('{identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY, messageOnFailure: ""}'), undefined],
  ['no message', rule('{identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY}'), 'has no messageOnFailure'],
  [
    'a message that is empty without quotes',
    rule('{identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY, messageOnFailure: }'),
    'must be a text',
  ],
  ['an identifier with a space', rule('{identifier: A B, messageOnFailure: a}'), 'is no identifier'],
  ['an identifier that nobody knows', rule('{identifier: CONTAINERS_MISSING_CPU_KEY, messageOnFailure: a}'), 'is neither a rule'],
  [
    'a rule twice in a policy',
    rule(
      '{identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY, messageOnFailure: a}, {identifier: CONTAINERS_MISSING_CPU_LIMIT_KEY, messageOnFailure: b}',
    ),
    'a second time',
  ],
  [
    'a custom rule, used',
    `${rule('{identifier: MINE, messageOnFailure: a}')}customRules: [{identifier: MINE, name: a, defaultMessageOnFailure: b, schema: {}}]\n`,
    undefined,
  ],
  ['custom rules that are a text', `${policies(GOOD)}customRules: x\n`, 'must be a list'],
  [
    'a custom rule without a name',
    `${policies(GOOD)}customRules: [{identifier: A, defaultMessageOnFailure: b, schema: {}}]\n`,
    'has no name',
  ],
  [
    'a custom rule without a message',
    `${policies(GOOD)}customRules: [{identifier: A, name: b, schema: {}}]\n`,
    'has no defaultMessageOnFailure',
  ],
  [
    'a custom rule that takes the name of a built-in one',
    custom('schema: {}').replace('MINE', 'CONTAINERS_MISSING_CPU_LIMIT_KEY'),
    "Datree's own",
  ],
  ['a custom rule without a schema', custom(''), 'exactly one of schema and jsonSchema'],
  ['a custom rule with two schemas', custom('schema: {}, jsonSchema: "{}"'), 'exactly one of schema and jsonSchema'],
  ['a JSON schema that is no JSON', custom('jsonSchema: "{"'), 'is no JSON'],
  ['a JSON schema that is true', custom('jsonSchema: "true"'), undefined],
  ['a JSON schema that is a list', custom('jsonSchema: "[1]"'), 'is no schema'],
  [
    'an expression of CEL, which Datree does not look at before it runs',
    custom('schema: {CELDefinition: [{expression: "object."}]}'),
    undefined,
  ],
];

const SCHEMAS: readonly string[] = [
  '{type: [string, string]}',
  '{type: []}',
  '{type: foo}',
  '{type: 5}',
  '{properties: []}',
  '{properties: {a: 1}}',
  '{properties: {a: true}}',
  '{items: []}',
  '{items: [1]}',
  '{items: 5}',
  '{items: true}',
  '{items: [{type: 3}]}',
  '{additionalItems: 3}',
  '{additionalProperties: 3}',
  '{required: []}',
  '{required: [1]}',
  '{required: a}',
  '{required: [a, a]}',
  '{required: true}',
  '{enum: []}',
  '{enum: [1, 1]}',
  '{enum: 4}',
  '{minimum: a}',
  '{multipleOf: 0}',
  '{minLength: -1}',
  '{minLength: 1.5}',
  '{minLength: 2, maxLength: 1}',
  '{exclusiveMinimum: true}',
  '{exclusiveMinimum: true, minimum: 1}',
  '{minimum: 5, maximum: 3}',
  '{allOf: []}',
  '{allOf: [1]}',
  '{allOf: {}}',
  '{if: 1}',
  '{then: {type: 4}}',
  '{not: true}',
  '{not: [1]}',
  '{format: 4}',
  '{format: nope}',
  '{definitions: {a: 1}}',
  '{definitions: []}',
  '{$defs: {a: {type: 3}}}',
  '{$defs: {a: {}}, $ref: "#/$defs/a"}',
  '{$ref: "#"}',
  '{$ref: 5}',
  '{$ref: "#/definitions/a"}',
  '{title: 5}',
  '{$schema: 5}',
  '{uniqueItems: 1}',
  '{pattern: "(?=a)"}',
  '{pattern: 5}',
  '{patternProperties: {"(": {}}}',
  '{patternProperties: {a: 1}}',
  '{propertyNames: 1}',
  '{dependencies: {a: [1]}}',
  '{dependencies: {a: [b]}}',
  '{contains: 1}',
  '{const: null}',
  '{foo: {type: 3}}',
  '{$id: 5}',
  '{minItems: 3, maxItems: 2}',
  '{minProperties: 3, maxProperties: 2}',
  '{dependentRequired: 3}',
  '{else: []}',
  '{$ref: "#/properties/a", properties: {a: {}}}',
  '{exclusiveMinimum: x}',
  '{resourceMinimum: 5}',
  '{regoDefinition: {code: x}}',
];

describe("the checks of a policies.yaml are Datree's", () => {
  it.each(FILES)('%s', (_, text, said) => {
    const found = complaint(text);
    if (said === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(said);
  });

  it('an unknown identifier is told with the nearest known one', () => {
    const parsed = parseDatree(rule('{identifier: CONTAINERS_MISSING_CPU_LIMIT, messageOnFailure: a}'));
    const problems = parsed.ok ? checkDatree(parsed.value, jsonText) : [];
    expect(problems.map(({ next }) => next)).toEqual(['Did you mean CONTAINERS_MISSING_CPU_LIMIT_KEY?']);
  });

  it('all problems of a file are told at once', () => {
    const parsed = parseDatree(policies('- {name: a-b, rules: [{identifier: X}]}'));
    expect(parsed.ok ? checkDatree(parsed.value, jsonText).length : 0).toBe(4);
  });
});

describe.skipIf(!requireEnvtest(['datree']).available)('the checks of a policies.yaml beside the real Datree', () => {
  const datree = new Datree();
  afterAll(() => {
    datree.close();
  });
  const both = async (text: string) => ({
    text,
    ours: complaint(text) !== undefined,
    datree: (await datree.refuses(text)) !== undefined,
  });

  it.each(FILES.map(([what, text]) => [what, text] as const))('judge alike: %s', async (_, text) => {
    const { ours, datree: theirs } = await both(text);
    expect(ours).toBe(theirs);
  });

  it.each(SCHEMAS)('judge the schema of a custom rule alike: %s', async (schema) => {
    const { ours, datree: theirs } = await both(custom(`schema: ${schema}`));
    expect(ours).toBe(theirs);
  });

  const word = fc.constantFrom(
    'a',
    'b_c',
    'd-e',
    '',
    'x__y',
    'Default',
    'CONTAINERS_MISSING_CPU_LIMIT_KEY',
    'A.B_1',
    5,
    null,
    true,
  );
  const entry = fc.record(
    { identifier: fc.oneof(fc.constantFrom(...DATREE_IDENTIFIERS), word), messageOnFailure: word },
    { requiredKeys: ['identifier'] },
  );
  const policy = fc.record(
    {
      name: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'b_c', 'D1') }, { weight: 1, arbitrary: word }),
      isDefault: fc.constantFrom(true, false, 'true'),
      rules: fc.oneof(fc.array(entry, { maxLength: 3 }), fc.constant(null)),
    },
    { requiredKeys: [] },
  );
  const file = fc.record(
    {
      apiVersion: fc.constantFrom('v1', 'v1', 'v1', 'v2', 1),
      policies: fc.oneof(
        { weight: 5, arbitrary: fc.array(policy, { minLength: 1, maxLength: 3 }) },
        { weight: 1, arbitrary: word },
      ),
    },
    { requiredKeys: ['policies'] },
  );

  it('take and refuse the same files, whatever stands in them', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (value) => {
        const { ours, datree: theirs } = await both(JSON.stringify(value));
        expect(ours).toBe(theirs);
      }),
      { numRuns: 60 },
    );
  });
});
