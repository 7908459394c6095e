import { describe, expect, it } from 'vitest';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { exampleCount, lintLibrary } from '#core/rules/lint.ts';
import { issueText, loadLibrary } from '#core/rules/load.ts';
import type { LibraryFiles } from '#core/rules/load.ts';
import { POLICY, RULE, files } from '#core/rules/small-library.fixture.ts';

const second: JsonObject = { ...RULE, id: 'other-rule' };

function problems(changed: Partial<LibraryFiles>): string {
  const library = loadLibrary({ ...files(), ...changed });
  if (!library.ok) throw new Error(library.error.map(issueText).join('\n'));
  return lintLibrary(library.value).map(issueText).join('\n');
}

const rules = (...values: readonly JsonObject[]): Partial<LibraryFiles> => ({
  rules: values.map((value) => ({ file: `rules/health/${textAt(value, 'id')}.yaml`, value })),
});

const example = (name: string, containers: readonly JsonObject[]): JsonObject => ({
  name,
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers } },
});

const examples = (changed: JsonObject): JsonObject => ({
  ...RULE,
  examples: { ...(RULE['examples'] as JsonObject), ...changed },
});

describe('linting a library', () => {
  it('finds nothing in a sound one', () => {
    expect(problems({})).toBe('');
    const library = loadLibrary(files());
    expect(library.ok && exampleCount(library.value)).toBe(4);
  });

  it.each<[string, Partial<LibraryFiles>, string]>([
    [
      'two ids that differ in hyphens only',
      rules(RULE, { ...RULE, id: 'some-ru-le' }),
      "'somerule' is the id of another rule too",
    ],
    [
      'a Datree key that two rules claim',
      rules({ ...RULE, aliases: { datree: ['KEY'] } }, { ...second, aliases: { datree: ['KEY'] } }),
      "'KEY' is the Datree key of another rule too",
    ],
    [
      'a file in the wrong folder',
      { rules: [{ file: 'rules/images/some-rule.yaml', value: RULE }] },
      'belongs into rules/health/some-rule.yaml',
    ],
    ['an unknown matcher', rules({ ...RULE, match: 'nothing' }), "there is no matcher 'nothing'"],
    ['an unknown collection', rules({ ...RULE, forEach: 'nothing' }), "there is no collection 'nothing'"],
    [
      'a parameter without a value',
      rules({ ...RULE, params: { lowest: { type: 'integer' } } }),
      "'lowest' is read but has no value",
    ],
    ['an overlap that leads nowhere', rules({ ...RULE, overlaps: ['gone-rule'] }), "there is no other rule 'gone-rule'"],
    [
      'a policy with an unknown rule',
      { policies: [{ file: 'policies/p.yaml', value: { ...POLICY, rules: { 'gone-rule': 'deny' } } }] },
      "there is no rule 'gone-rule'",
    ],
    [
      'a policy with both sides of a conflict',
      {
        ...rules({ ...RULE, conflicts: ['other-rule'] }, second),
        policies: [{ file: 'policies/p.yaml', value: { ...POLICY, rules: { 'some-rule': 'deny', 'other-rule': 'audit' } } }],
      },
      "has both 'some-rule' and 'other-rule' on",
    ],
    ['strings that nothing stands for', rules({ ...RULE, forEach: 'strings' }), 'must say what stands for the strings at export'],
    ['an unknown variable in a message', rules({ ...RULE, message: 'no {{colour}}' }), "there is no variable '{{colour}}'"],
    [
      'a container where there is none',
      rules({ ...RULE, forEach: 'strings', exportAs: ['arguments'] }),
      '{{container}} stands for nothing',
    ],
    [
      'a long message',
      rules({ ...RULE, message: `{{name}} ${'x'.repeat(100)}` }),
      'is 117 characters long with typical names, at most 110 fit',
    ],
    ['an expression that does not compile', rules({ ...RULE, require: 'it.size >' }), 'rules/health/some-rule.yaml: require'],
    [
      'one example only',
      rules(examples({ pass: [example('two', [{ name: 'a', size: 2 }])] })),
      "fewer than 2 examples under 'pass'",
    ],
    [
      'an example with another verdict',
      rules(examples({ notApplicable: [example('small', [{ name: 'a', size: 1 }])] })),
      "'small': should give notApplicable, gives fail (spec.containers[name=a].size)",
    ],
    [
      'an example with another finding',
      rules(
        examples({
          fail: [
            { ...example('two of them', [{ name: 'a' }, { name: 'b' }]), findings: ['spec.containers[name=a].size'] },
            { ...example('one', [{ name: 'a' }]), findings: ['spec.containers[name=a].size'] },
          ],
        }),
      ),
      'states findings spec.containers[name=a].size; gives spec.containers[name=a].size, spec.containers[name=b].size',
    ],
  ])('finds %s', (_, changed, message) => {
    expect(problems(changed)).toContain(message);
  });
});
