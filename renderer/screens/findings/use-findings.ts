import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FindingGroup, FindingRow, FindingsQuery } from '#core/api/findings.ts';
import type { Client } from '#core/api.ts';
import type { AppError } from '#core/model.ts';
import { ok, type Result } from '#core/result.ts';
import { asResult, useClient, useQuery } from '../../state/query.ts';
import type { Address } from './address.ts';

/** Rows asked for at once; the contract allows 500. */
const PAGE = 100;

/** Groups under a filter, together with the question they answer: rows must be asked with the same one. */
export function useGroups(scanId: string, policy: string, { filter, groupBy, sort, descending }: Address) {
  const query = useMemo<FindingsQuery>(
    () => ({ scanId, policy, filter, groupBy, sort, descending }),
    [scanId, policy, filter, groupBy, sort, descending],
  );
  return useQuery({
    key: ['findings', query],
    ask: async (client, signal) => {
      const answer = await client.findings.groups(query, { signal });
      return answer.ok ? { ok: true, value: { query, ...answer.value } } : answer;
    },
    on: ['settings', 'runs'],
    keep: true,
  });
}

export type Groups = NonNullable<ReturnType<typeof useGroups>['data']>;

export interface RowPages {
  /** Undefined while its page is on the way. */
  readonly row: (group: FindingGroup, offset: number) => FindingRow | undefined;
  /** Says which rows are in sight; missing pages are asked for. */
  readonly want: (wanted: readonly { readonly group: FindingGroup; readonly offset: number }[]) => void;
  readonly error: AppError | undefined;
  readonly retry: () => void;
}

interface Pages {
  readonly owner: Groups | undefined;
  readonly abort: AbortController;
  readonly loaded: Map<string, readonly FindingRow[] | 'asked'>;
}

const pageKey = (group: string, page: number): string => `${page} ${group}`;

/** Rows of open groups, page by page as they come into sight. A new answer for the groups starts afresh. */
export function useRowPages(groups: Groups | undefined): RowPages {
  const client = useClient();
  const pages = useRef<Pages>({ owner: undefined, abort: new AbortController(), loaded: new Map() });
  const [, redraw] = useState(0);
  const [error, setError] = useState<AppError | undefined>();
  if (pages.current.owner !== groups) {
    pages.current.abort.abort();
    pages.current = { owner: groups, abort: new AbortController(), loaded: new Map() };
  }
  useEffect(() => setError(undefined), [groups]);

  const ask = useCallback(
    async (owner: Groups, key: string, page: number) => {
      const { loaded, abort } = pages.current;
      loaded.set(pageKey(key, page), 'asked');
      const answer = await asResult(
        client.findings.rows({ ...owner.query, group: key, offset: page * PAGE, limit: PAGE }, { signal: abort.signal }),
      );
      if (pages.current.owner !== owner || abort.signal.aborted) return;
      if (answer.ok) loaded.set(pageKey(key, page), answer.value.rows);
      else {
        loaded.delete(pageKey(key, page));
        setError(answer.error);
      }
      redraw((count) => count + 1);
    },
    [client],
  );

  const want = useCallback<RowPages['want']>(
    (wanted) => {
      const { owner, loaded } = pages.current;
      if (owner === undefined || error !== undefined) return;
      for (const { group, offset } of wanted) {
        const page = Math.floor(offset / PAGE);
        if (!loaded.has(pageKey(group.key, page))) void ask(owner, group.key, page);
      }
    },
    [ask, error],
  );

  return {
    row: (group, offset) => {
      const page = pages.current.loaded.get(pageKey(group.key, Math.floor(offset / PAGE)));
      return page === undefined || page === 'asked' ? undefined : page[offset % PAGE];
    },
    want,
    error,
    retry: () => setError(undefined),
  };
}

/** Rows asked for at once when all are wanted, and how many at most. */
const LARGEST_PAGE = 500;
const MOST_ROWS = 100_000;

/** All rows under a question, rule by rule: however they are grouped on screen, rules are the fewest groups to ask for. */
export async function allRows(client: Client, query: FindingsQuery): Promise<Result<readonly FindingRow[], AppError>> {
  const byRule = { ...query, groupBy: 'rule' } as const;
  const groups = await asResult(client.findings.groups(byRule));
  if (!groups.ok) return groups;
  const rows: FindingRow[] = [];
  for (const group of groups.value.groups) {
    for (let offset = 0; offset < group.rows && rows.length < MOST_ROWS; offset += LARGEST_PAGE) {
      const page = await asResult(client.findings.rows({ ...byRule, group: group.key, offset, limit: LARGEST_PAGE }));
      if (!page.ok) return page;
      rows.push(...page.value.rows);
    }
  }
  return ok(rows);
}
