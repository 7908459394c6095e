import { EFFORTS, MODES, SEVERITIES } from '#core/model.ts';
import { CATEGORIES } from '#core/rules/model.ts';
import type { RuleSummary } from '#core/api/rules.ts';
import { words } from '../../ui/format.ts';

/** Facets of the rule list: a rule has one or more values in each; counts are those of the whole library. */

export const FACETS = ['state', 'severity', 'category', 'framework', 'enforceable', 'effort', 'mode'] as const;
export type Facet = (typeof FACETS)[number];

export const FACET_TITLES: Readonly<Record<Facet, string>> = {
  state: 'State in this scan',
  severity: 'Severity',
  category: 'Category',
  framework: 'Framework',
  enforceable: 'Enforceable',
  effort: 'Effort',
  mode: 'In the policy',
};

const ORDERS: Readonly<Record<Facet, readonly string[]>> = {
  state: ['fails', 'holds', 'not judged'],
  severity: SEVERITIES,
  category: CATEGORIES,
  framework: [],
  enforceable: ['by admission', 'audit only'],
  effort: EFFORTS,
  mode: MODES,
};

/** How far a rule stands in the scan asked for; nothing where there is none. */
export function stateOf(rule: RuleSummary): readonly string[] {
  const { counts } = rule;
  if (counts === undefined) return [];
  if (counts.fail > 0) return ['fails'];
  return counts.pass > 0 && counts.notEvaluated + counts.error === 0 ? ['holds'] : ['not judged'];
}

/** `PSS restricted`, `CIS 1.10`. */
export const frameworkName = (framework: RuleSummary['frameworks'][number]): string =>
  [framework.id, framework.level ?? framework.version].filter((part) => part !== undefined).join(' ');

export function valuesOf(rule: RuleSummary, facet: Facet): readonly string[] {
  switch (facet) {
    case 'state':
      return stateOf(rule);
    case 'severity':
      return [rule.severity];
    case 'category':
      return [rule.category];
    case 'framework':
      return [...new Set(rule.frameworks.map(frameworkName))];
    case 'enforceable':
      return [rule.enforceable ? 'by admission' : 'audit only'];
    case 'effort':
      return [rule.effort];
    case 'mode':
      return [rule.mode];
  }
}

export type Chosen = Readonly<Partial<Record<Facet, readonly string[]>>>;

export const readChosen = (params: URLSearchParams): Chosen =>
  Object.fromEntries(FACETS.map((facet) => [facet, params.getAll(facet)] as const).filter(([, values]) => values.length > 0));

/** Title, id, alias and category in any case; every word must be found. */
export function matchesText(rule: RuleSummary, text: string): boolean {
  const haystack = [
    rule.id,
    rule.title,
    rule.category,
    ...Object.values(rule.aliases).flat(),
    ...rule.frameworks.map(frameworkName),
  ]
    .join(' ')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** Any value within a facet, all facets together. */
export const matches = (rule: RuleSummary, chosen: Chosen, except?: Facet): boolean =>
  FACETS.every((facet) => {
    const wanted = chosen[facet];
    return facet === except || wanted === undefined || valuesOf(rule, facet).some((value) => wanted.includes(value));
  });

export interface FacetValue {
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

/** Values of one facet with the number of rules each would show under the other facets. */
export function facetValues(rules: readonly RuleSummary[], facet: Facet, chosen: Chosen): readonly FacetValue[] {
  const counts = new Map<string, number>();
  for (const rule of rules)
    for (const value of valuesOf(rule, facet))
      counts.set(value, (counts.get(value) ?? 0) + (matches(rule, chosen, facet) ? 1 : 0));
  const order = ORDERS[facet];
  const rank = (value: string): number => (order.includes(value) ? order.indexOf(value) : order.length);
  return [...counts]
    .map(([value, count]) => ({ value, label: facet === 'category' ? words(value) : value, count }))
    .toSorted((a, b) => rank(a.value) - rank(b.value) || a.value.localeCompare(b.value, 'en', { numeric: true }));
}
