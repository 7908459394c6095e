import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { issueText, loadLibrary } from '#core/rules/load.ts';
import type { LibraryFiles } from '#core/rules/load.ts';
import type { Library } from '#core/rules/model.ts';
import { DEFAULTS, MATCHERS, POLICY, RULE, files } from '#core/rules/small-library.fixture.ts';

const messages = (changed: Partial<LibraryFiles>): readonly string[] => {
  const result = loadLibrary({ ...files(), ...changed });
  return result.ok ? [] : result.error.map(issueText);
};

const loaded = (changed: Partial<LibraryFiles> = {}): Library => {
  const result = loadLibrary({ ...files(), ...changed });
  if (!result.ok) throw new Error(result.error.map(issueText).join('\n'));
  return result.value;
};

const rule = (value: JsonObject): Partial<LibraryFiles> => ({ rules: [{ file: 'rules/health/some-rule.yaml', value }] });

const without = (value: JsonObject, field: string): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== field));

describe('loading a library', () => {
  it('resolves rules, matchers, collections, defaults and policies', () => {
    const library = loaded();
    expect(library.rules.map(({ id }) => id)).toEqual(['some-rule']);
    expect(library.rules[0]).toMatchObject({
      empty: 'notApplicable',
      scope: 'object',
      params: { lowest: 2 },
      file: 'rules/health/some-rule.yaml',
    });
    expect(library.matchers.matchers['pods']?.kinds).toEqual([
      { group: '', versions: ['v1'], kind: 'Pod', resource: 'pods', podSpec: 'spec', podMetadata: 'metadata' },
    ]);
    expect(library.matchers.collections['containers']).toEqual({
      name: 'containers',
      type: 'lists',
      in: 'podSpec',
      containers: true,
      lists: [{ path: 'containers' }],
    });
    expect(library.defaults).toEqual([{ kinds: ['/Pod'], path: 'podSpec.restartPolicy', value: 'Always' }]);
    expect(library.policies[0]?.rules).toEqual({ 'some-rule': { mode: 'deny' } });
    expect(library.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives each instance of a family an id, aliases, parameters and texts of its own', () => {
    const family: JsonObject = {
      ...RULE,
      title: 'Not in {{minor}}',
      params: { minor: { type: 'string' } },
      instances: [
        { id: 'family-one', params: { minor: '1.1' }, aliases: { datree: ['ONE'] } },
        { id: 'family-two', params: { minor: '1.2' }, differs: 'in a way' },
      ],
    };
    const [one, two] = loaded(rule(family)).rules;
    expect(one).toMatchObject({
      id: 'family-one',
      title: 'Not in 1.1',
      family: 'some-rule',
      aliases: { datree: ['ONE'], polaris: ['x'] },
    });
    expect(two).toMatchObject({ id: 'family-two', title: 'Not in 1.2', differs: 'in a way', params: { minor: '1.2' } });
  });

  it.each<[string, Partial<LibraryFiles>, string]>([
    ['a missing field', rule(without(RULE, 'why')), 'rules/health/some-rule.yaml: why is missing'],
    ['an unknown field', rule({ ...RULE, requires: 'true' }), "rules/health/some-rule.yaml: has no field 'requires'"],
    [
      'a bad id',
      rule({ ...RULE, id: 'Some_Rule' }),
      'id is not a rule id: small letters, digits and single hyphens, a letter first',
    ],
    ['a short id', rule({ ...RULE, id: 'ab' }), 'id is shorter than 3 characters'],
    ['a long id', rule({ ...RULE, id: 'a'.repeat(41) }), 'id is longer than 40 characters'],
    ['an unknown severity', rule({ ...RULE, severity: 'urgent' }), 'severity must be one of critical, high, medium, low'],
    [
      'a version without quotes',
      rule({ ...RULE, frameworks: [{ id: 'CIS', version: 1.1 }] }),
      'frameworks.0.version must be a text: put the version in quotes',
    ],
    ['no reference', rule({ ...RULE, references: [] }), 'references names no source'],
    ['a plain http reference', rule({ ...RULE, references: ['http://example.com'] }), 'references.0 is not an https address'],
    [
      'an example that is no mapping',
      rule({ ...RULE, examples: { pass: [{ name: 'a', object: 'x' }], fail: [] } }),
      'object a mapping (key: value) is expected',
    ],
    [
      'a fix without a value',
      rule({ ...RULE, fix: [{ op: 'add', path: 'a' }] }),
      'fix.0 add and replace need a value, remove has none',
    ],
    ['an unreadable file', rule(null as unknown as JsonObject), 'rules/health/some-rule.yaml'],
    [
      'another kind of file',
      { policies: [{ file: 'policies/p.yaml', value: { ...POLICY, kind: 'Waiver' } }] },
      'policies/p.yaml: kind must be Policy',
    ],
    [
      'a matcher of an unknown kind',
      { matchers: { file: 'matchers.yaml', value: { ...MATCHERS, matchers: { pods: ['Prod'] } } } },
      "matchers.pods names 'Prod', which is not under kinds",
    ],
    [
      'a collection in an unknown one',
      {
        matchers: {
          file: 'matchers.yaml',
          value: { ...MATCHERS, collections: { env: { type: 'lists', in: 'nowhere', lists: [{ path: 'env' }] } } },
        },
      },
      "collections.env.in names 'nowhere', which is no collection",
    ],
    [
      'a default without a source',
      { defaults: { file: 'defaults.yaml', value: { ...DEFAULTS, defaults: [{ kinds: ['/Pod'], path: 'spec.x', value: 1 }] } } },
      'defaults.0.source is missing',
    ],
  ])('names file and place of %s', (_, changed, message) => {
    expect(messages(changed).join('\n')).toContain(message);
  });

  it('reports every file, not only the first', () => {
    const broken: JsonValue = without(RULE, 'why');
    expect(
      messages({
        rules: [
          { file: 'a.yaml', value: broken },
          { file: 'b.yaml', value: broken },
        ],
      }),
    ).toEqual(['a.yaml: why is missing', 'b.yaml: why is missing']);
  });
});
