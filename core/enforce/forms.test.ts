import { describe, expect, it } from 'vitest';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { planSeveral } from '#core/enforce/several.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { textAt } from '#core/json.ts';
import type { Library, Policy, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const ruleOf = (id: string): Rule => shipped.value.rules.find((rule) => rule.id === id) as Rule;

/** A rule on all texts, and one on containers, that get dearer with every word that a policy gives them. */
const TEXTS: Rule = {
  ...ruleOf('no-private-key'),
  id: 'no-words',
  require: 'params.words.all(word, !it.contains(word))',
  params: { words: ['secret'] },
};
const IMAGES: Rule = {
  ...ruleOf('memory-limit'),
  id: 'image-words',
  require: 'params.words.all(word, !it.image.contains(word))',
  params: { words: ['secret'] },
};
const library: Library = { ...shipped.value, rules: [TEXTS, IMAGES] };

const words = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `word-${at}`);
const policy = (rule: string, count: number, name = 'shop'): Policy => ({
  name,
  title: '',
  description: '',
  rules: { [rule]: { mode: 'deny', params: { words: [...words(count)] } } },
});
const made = (rule: string, count: number) => plan(policy(rule, count), library, OPTIONS);

describe('parameters of a policy that make a rule dearer', () => {
  it('change nothing else, while an API server bears it', { timeout: 120_000 }, () => {
    const { rules, skipped } = made('image-words', 5);
    expect([rules.length, skipped]).toEqual([1, []]);
    expect(rules[0]?.variant).toBeUndefined();
  });

  it('keep it out of the export where it would be broken off, and say so', { timeout: 120_000 }, () => {
    const { rules, skipped } = made('image-words', 3000);
    expect(rules).toEqual([]);
    expect(skipped).toMatchObject([
      { rule: 'image-words', why: 'on a Pod of 100 containers it costs more than an API server allows (1,000,000)' },
    ]);
  });

  it('leave one policy for each collection that is still cheap enough', { timeout: 120_000 }, () => {
    const { rules, skipped } = made('no-words', 30);
    expect(rules.map(({ narrowed }) => narrowed)).toEqual(
      ['arguments', 'command', 'annotations', 'configMapData'].map((name) => `only ${name}`),
    );
    expect(skipped).toMatchObject([{ rule: 'no-words', why: expect.stringMatching(/^envValues: on a Pod/) as string }]);
    const several = planSeveral(
      [{ policy: policy('no-words', 30) }, { policy: policy('no-words', 30, 'pay'), namespaces: ['pay'] }],
      library,
      OPTIONS,
    );
    for (const [from, bindings] of [
      [made('no-words', 30), 1],
      [several, 2],
    ] as const) {
      const names = from.rules.flatMap((rule) => vapObjects(from, rule, 'b').map((one) => textAt(one, 'metadata', 'name')));
      expect(names).toHaveLength(4 * (1 + bindings));
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
