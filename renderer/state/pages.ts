import { useCallback, useEffect, useRef, useState } from 'react';
import type { Client } from '#core/api.ts';
import type { AppError } from '#core/model.ts';
import { ok, type Result } from '#core/result.ts';
import { asResult, useClient, useQuery, type Topic } from './query.ts';

/** Rows asked for at once. */
const PAGE = 100;
/** The most that a contract's page holds, and that are copied as CSV. */
const LARGEST_PAGE = 500;
const MOST_ROWS = 100_000;

interface Slice<R> {
  readonly rows: readonly R[];
  readonly total: number;
}

export type AskPage<R, A extends Slice<R>> = (
  client: Client,
  page: { readonly offset: number; readonly limit: number },
  options: { readonly signal?: AbortSignal },
) => Promise<Result<A, AppError>>;

interface Question<R, A extends Slice<R>> {
  readonly key: readonly unknown[] | null;
  readonly ask: AskPage<R, A>;
  readonly on: readonly Topic[];
}

export interface Pages<R, A extends Slice<R> = Slice<R>> {
  /** The first page with what came beside it; of the question before until the present one is answered. */
  readonly first: A | undefined;
  readonly total: number;
  /** Undefined while its page is on the way. */
  readonly row: (index: number) => R | undefined;
  /** Says which rows are in sight; missing pages are asked for. */
  readonly want: (indexes: readonly number[]) => void;
  readonly error: AppError | undefined;
  readonly loading: boolean;
  readonly refetch: () => void;
  /** Every row, however many are loaded. */
  readonly all: () => Promise<Result<readonly R[], AppError>>;
}

interface Loaded<R> {
  readonly owner: unknown;
  readonly abort: AbortController;
  readonly pages: Map<number, readonly R[] | 'asked'>;
}

/** A list that is read page by page as it comes into sight. A new answer for its first page starts afresh. */
export function usePages<R, A extends Slice<R>>({ key, ask, on }: Question<R, A>): Pages<R, A> {
  const client = useClient();
  const query = useQuery({
    key,
    // Later pages are asked as the first one was: until a new question is answered, the old one is shown.
    ask: async (host, signal) => {
      const answer = await ask(host, { offset: 0, limit: PAGE }, { signal });
      return answer.ok ? ok({ answer: answer.value, ask }) : answer;
    },
    on,
    keep: true,
  });
  const [problem, setProblem] = useState<AppError>();
  const [, redraw] = useState(0);
  const loaded = useRef<Loaded<R>>({ owner: undefined, abort: new AbortController(), pages: new Map() });
  const owner = query.data;
  if (loaded.current.owner !== owner) {
    loaded.current.abort.abort();
    loaded.current = { owner, abort: new AbortController(), pages: new Map([[0, owner?.answer.rows ?? []]]) };
  }
  useEffect(() => setProblem(undefined), [owner]);

  const load = useCallback(
    async (from: NonNullable<typeof owner>, page: number) => {
      const { pages, abort } = loaded.current;
      pages.set(page, 'asked');
      const answer = await asResult(from.ask(client, { offset: page * PAGE, limit: PAGE }, { signal: abort.signal }));
      if (loaded.current.owner !== from || abort.signal.aborted) return;
      if (answer.ok) pages.set(page, answer.value.rows);
      else {
        pages.delete(page);
        setProblem(answer.error);
      }
      redraw((count) => count + 1);
    },
    [client],
  );
  const want = useCallback(
    (indexes: readonly number[]) => {
      const { pages } = loaded.current;
      if (owner === undefined || problem !== undefined) return;
      for (const index of indexes) {
        const page = Math.floor(index / PAGE);
        if (!pages.has(page)) void load(owner, page);
      }
    },
    [load, owner, problem],
  );
  return {
    first: owner?.answer,
    total: owner?.answer.total ?? 0,
    row: (index) => {
      const page = loaded.current.pages.get(Math.floor(index / PAGE));
      return page === undefined || page === 'asked' ? undefined : page[index % PAGE];
    },
    want,
    error: query.error ?? problem,
    loading: query.loading,
    refetch: () => {
      setProblem(undefined);
      query.refetch();
    },
    all: async () => {
      const rows: R[] = [];
      const total = Math.min(MOST_ROWS, owner?.answer.total ?? 0);
      while (owner !== undefined && rows.length < total) {
        const answer = await asResult(owner.ask(client, { offset: rows.length, limit: LARGEST_PAGE }, {}));
        if (!answer.ok) return answer;
        if (answer.value.rows.length === 0) break;
        rows.push(...answer.value.rows);
      }
      return ok(rows);
    },
  };
}
