import { CATEGORIES, type Category } from '#core/rules/model.ts';
import type { Overview } from '#core/api/findings.ts';

/** Columns of the heat map: the categories that have a finding anywhere. */
export const usedCategories = (overview: Overview): readonly Category[] =>
  CATEGORIES.filter((category) => overview.namespaces.some((row) => (row.byCategory[category] ?? 0) > 0));

/**
 * Step 1 to 5 of a cell, 0 for none. Steps are even on the square root of the largest count: findings are few in most
 * cells and very many in a few, and on a straight scale all but those would look alike.
 */
export function heatStep(value: number, largest: number): 0 | 1 | 2 | 3 | 4 | 5 {
  if (value <= 0 || largest <= 0) return 0;
  const share = Math.sqrt(value / largest);
  return Math.max(1, Math.min(5, Math.ceil(share * 5))) as 1 | 2 | 3 | 4 | 5;
}

export const largestCell = (overview: Overview): number =>
  Math.max(0, ...overview.namespaces.flatMap((row) => Object.values(row.byCategory)));

/** Short column heads; the whole word is in the tooltip and for assistive technology. */
export const SHORT: Readonly<Record<Category, string>> = {
  'pod-security': 'Pod sec.',
  resources: 'Resources',
  images: 'Images',
  health: 'Health',
  networking: 'Network',
  access: 'Access',
  reliability: 'Reliab.',
  configuration: 'Config',
  secrets: 'Secrets',
  'api-lifecycle': 'API',
};
