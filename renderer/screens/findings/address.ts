import { z } from 'zod';
import { findingFilter, GROUPINGS, type FindingFilter } from '#core/api/findings.ts';

/** The address of the Findings screen is its state: the filter under the contract's own names, the grouping and the order. */

export type Grouping = (typeof GROUPINGS)[number];
export const SORTS = ['severity', 'failing', 'namespaces', 'passing', 'name'] as const;
export type SortKey = (typeof SORTS)[number];

export const LISTS = ['severity', 'rule', 'category', 'namespace', 'kind', 'team', 'verdict'] as const;
export type ListFilter = (typeof LISTS)[number];

export interface Address {
  readonly filter: FindingFilter;
  readonly groupBy: Grouping;
  readonly sort: SortKey;
  /** The order that a head gives first: worst, most or A first. False turns it round. */
  readonly descending: boolean;
  /** Fingerprint of the finding in the drawer. */
  readonly finding: string | undefined;
}

/** Values that the contract does not know are dropped one by one: an old link shows what it still can. */
export function readAddress(params: URLSearchParams): Address {
  const filter: Record<string, unknown> = {};
  const text = params.get('text');
  if (text !== null && text !== '') filter['text'] = text.slice(0, 512);
  for (const name of LISTS) {
    const one = findingFilter.shape[name].unwrap().element;
    const values = [...new Set(params.getAll(name))].filter((value) => one.safeParse(value).success);
    if (values.length > 0) filter[name] = values;
  }
  const age = findingFilter.shape.age.safeParse(params.get('age') ?? undefined);
  if (age.success && age.data !== undefined) filter['age'] = age.data;
  return {
    filter: findingFilter.parse(filter),
    groupBy: z.enum(GROUPINGS).catch('rule').parse(params.get('group')),
    sort: z.enum(SORTS).catch('severity').parse(params.get('sort')),
    descending: params.get('order') !== 'reverse',
    finding: params.get('finding') ?? undefined,
  };
}

/** The address as a query for `useHref`; what is as at first is left out. */
export function writeAddress(address: Address): Record<string, string | readonly string[] | undefined> {
  const { filter } = address;
  const query: Record<string, string | readonly string[] | undefined> = {
    text: filter.text === '' ? undefined : filter.text,
    age: filter.age,
    group: address.groupBy === 'rule' ? undefined : address.groupBy,
    sort: address.sort === 'severity' ? undefined : address.sort,
    order: address.descending ? undefined : 'reverse',
    finding: address.finding,
  };
  for (const name of LISTS) query[name] = filter[name];
  return query;
}

/** How many filters are set; each list counts once. */
export const filterCount = (filter: FindingFilter): number => Object.values(filter).filter((value) => value !== undefined).length;

export function toggleValue(filter: FindingFilter, name: ListFilter, value: string): FindingFilter {
  const before: readonly string[] = filter[name] ?? [];
  const after = before.includes(value) ? before.filter((other) => other !== value) : [...before, value];
  return withList(filter, name, after);
}

export function withList(filter: FindingFilter, name: ListFilter, values: readonly string[]): FindingFilter {
  const { [name]: _dropped, ...rest } = filter;
  // The values come from the facets of the host, which the contract has checked.
  return values.length === 0 ? rest : ({ ...rest, [name]: values } as FindingFilter);
}

export function without(filter: FindingFilter, name: 'age' | 'text'): FindingFilter {
  const { [name]: _dropped, ...rest } = filter;
  return rest;
}
