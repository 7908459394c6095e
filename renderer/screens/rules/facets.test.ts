import { describe, expect, it } from 'vitest';
import { noCounts } from '#core/model.ts';
import type { RuleSummary } from '#core/api/rules.ts';
import { facetValues, matches, matchesText, stateOf } from './facets.ts';

const rule = (more: Partial<RuleSummary>): RuleSummary => ({
  id: 'memory-limit',
  title: 'Containers set a memory limit',
  category: 'resources',
  severity: 'high',
  effort: 'easy',
  scope: 'object',
  enforceable: true,
  aliases: { datree: ['CONTAINERS_MISSING_MEMORY_LIMIT_KEY'] },
  frameworks: [{ id: 'PSS', version: '1.34', level: 'restricted' }],
  mode: 'deny',
  ...more,
});

describe('the rule list', () => {
  it('finds a rule by every word of its title, id or alias', () => {
    expect(matchesText(rule({}), 'memory LIMIT')).toBe(true);
    expect(matchesText(rule({}), 'missing_memory')).toBe(true);
    expect(matchesText(rule({}), 'memory gpu')).toBe(false);
  });

  it('says that a rule holds only where it was judged and nothing stayed unknown', () => {
    expect(stateOf(rule({ counts: { ...noCounts(), pass: 3 } }))).toEqual(['holds']);
    expect(stateOf(rule({ counts: { ...noCounts(), pass: 3, notEvaluated: 1 } }))).toEqual(['not judged']);
    expect(stateOf(rule({ counts: { ...noCounts(), notApplicable: 9 } }))).toEqual(['not judged']);
    expect(stateOf(rule({ counts: { ...noCounts(), pass: 9, fail: 1 } }))).toEqual(['fails']);
    expect(stateOf(rule({}))).toEqual([]);
  });

  it('joins values of a facet with or, and facets with and', () => {
    const low = rule({ id: 'a', severity: 'low' });
    expect(matches(low, { severity: ['low', 'high'] })).toBe(true);
    expect(matches(low, { severity: ['low'], category: ['images'] })).toBe(false);
  });

  it('counts what each value would show under the other facets', () => {
    const rules = [rule({}), rule({ id: 'b', severity: 'low' }), rule({ id: 'c', severity: 'low', category: 'images' })];
    expect(
      facetValues(rules, 'severity', { category: ['resources'], severity: ['high'] }).map(({ value, count }) => [value, count]),
    ).toEqual([
      ['high', 1],
      ['low', 1],
    ]);
  });
});
