import { hash as nativeHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contextKey, factKey, paramsRead, ruleHash } from '#core/rules/hash.ts';
import { issueText, loadLibrary } from '#core/rules/load.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { files } from '#core/rules/small-library.fixture.ts';

const loaded = loadLibrary(files());
if (!loaded.ok) throw new Error(loaded.error.map(issueText).join('\n'));
const library: Library = loaded.value;
const rule = library.rules[0] as Rule;
const { matchers, defaults } = library;
const hash = (changed: Partial<Rule> = {}): string => ruleHash({ ...rule, ...changed }, matchers, defaults);

describe('the hash of a rule (decisions.md 9)', () => {
  it('is the same with the SHA-256 of a host', () => {
    expect(ruleHash({ ...rule, require: "'ü\ud800'" }, matchers, defaults, (text) => nativeHash('sha256', text))).toBe(
      hash({ require: "'ü\ud800'" }),
    );
  });

  it('is the same for texts that decide nothing', () => {
    expect(hash({ title: 'x', message: 'y', severity: 'critical', why: 'z', differs: 'd', aliases: {}, maxCost: 5 })).toBe(
      hash(),
    );
    expect(hash({ examples: { pass: [], fail: [], notApplicable: [], error: [] }, paramsSchema: {} })).toBe(hash());
  });

  it.each<[string, Partial<Rule>]>([
    ['the expression', { require: 'true' }],
    ['the condition', { when: 'false' }],
    ['the matcher', { match: 'any' }],
    ['the collection', { forEach: 'arguments' }],
    ['what an object without elements gets', { empty: 'pass' }],
    ['where findings point', { field: 'other' }],
  ])('changes with %s', (_, changed) => {
    expect(hash(changed)).not.toBe(hash());
  });

  it('changes with the definition of the collection it walks, and of those that this one stands in', () => {
    const narrowed = {
      ...matchers,
      collections: {
        ...matchers.collections,
        containers: {
          name: 'containers',
          type: 'lists',
          in: 'podSpec',
          containers: true,
          lists: [{ path: 'initContainers' }],
        } as const,
      },
    };
    expect(ruleHash(rule, narrowed, defaults)).not.toBe(hash());
    const nested = { ...rule, forEach: 'arguments' };
    expect(ruleHash(nested, narrowed, defaults)).not.toBe(ruleHash(nested, matchers, defaults));
  });

  it('changes with the defaults of its own kinds only', () => {
    expect(ruleHash(rule, matchers, [...defaults, { kinds: ['/Pod'], path: 'spec.x', value: 1 }])).not.toBe(hash());
    expect(ruleHash(rule, matchers, [...defaults, { kinds: ['apps/Deployment'], path: 'spec.x', value: 1 }])).toBe(hash());
  });
});

describe('the context of a fact', () => {
  it('has only the parts that the rule uses', () => {
    expect(contextKey(rule, { kubernetesMinor: '1.30', schemaSet: 'a' })).toBe(contextKey(rule, { kubernetesMinor: '1.36' }));
    const byVersion = { ...rule, when: 'params.kubernetesMinor >= 31' };
    expect(contextKey(byVersion, { kubernetesMinor: '1.30' })).not.toBe(contextKey(byVersion, { kubernetesMinor: '1.36' }));
    expect(contextKey(rule, { params: { lowest: 2, other: 1 } })).toBe(contextKey(rule, {}));
  });

  it('changes with a parameter that the rule reads', () => {
    expect(paramsRead(rule)).toEqual(['lowest']);
    expect(contextKey(rule, { params: { lowest: 3 } })).not.toBe(contextKey(rule, {}));
  });

  it('makes the key of a fact together with the rule hash', () => {
    expect(factKey(hash(), rule, {})).toMatch(/^[0-9a-f]{64}$/);
    expect(factKey(hash({ require: 'true' }), rule, {})).not.toBe(factKey(hash(), rule, {}));
  });
});

it('gives the library a hash that changes with any rule, and with parameter values', () => {
  const first = files().rules[0];
  if (first === undefined) throw new Error('the fixture has a rule');
  const value = { ...(first.value as object), params: { lowest: { type: 'integer', default: 3 } } };
  const other = loadLibrary({ ...files(), rules: [{ ...first, value }] });
  expect(other.ok && other.value.hash).not.toBe(library.hash);
});
