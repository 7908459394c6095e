import { act, cleanup, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '#core/api.ts';
import { err, ok } from '#core/result.ts';
import { someError } from '../testing/fake-client.ts';
import { CacheProvider, QueryCache, useQuery, type Ask } from './query.ts';

afterEach(cleanup);

interface Asked {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly answer: (value: Awaited<ReturnType<Ask<string>>>) => Promise<void>;
}

/** A host that answers when it is told to. */
function slowHost() {
  const asked: Asked[] = [];
  const ask =
    (key: string): Ask<string> =>
    (_client, signal) => {
      const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<Ask<string>>>>();
      asked.push({ key, signal, answer: async (value) => act(async () => resolve(value)) });
      return promise;
    };
  return { asked, ask };
}

const cacheOf = (): QueryCache => new QueryCache({} as unknown as Client);

function Show({
  name,
  ask,
  keep = false,
}: {
  readonly name: string;
  readonly ask: (key: string) => Ask<string>;
  readonly keep?: boolean;
}) {
  const query = useQuery({ key: [name], ask: ask(name), on: ['runs'], keep });
  return <output>{query.error?.what ?? query.data ?? 'nothing yet'}</output>;
}

describe('asking the host', () => {
  it('asks once for all who look at the same question', async () => {
    const { asked, ask } = slowHost();
    const cache = cacheOf();
    render(
      <CacheProvider value={cache}>
        <Show name="a" ask={ask} />
        <Show name="a" ask={ask} />
      </CacheProvider>,
    );
    expect(asked).toHaveLength(1);
    await asked[0]?.answer(ok('one'));
    expect(screen.getAllByText('one')).toHaveLength(2);
  });

  it('cancels what nobody waits for, and its late answer changes nothing', async () => {
    const { asked, ask } = slowHost();
    const cache = cacheOf();
    const view = render(
      <CacheProvider value={cache}>
        <Show name="a" ask={ask} />
      </CacheProvider>,
    );
    view.rerender(
      <CacheProvider value={cache}>
        <Show name="b" ask={ask} />
      </CacheProvider>,
    );
    expect(asked[0]?.signal.aborted).toBe(true);
    await asked[0]?.answer(ok('late'));
    await asked[1]?.answer(ok('two'));
    expect(screen.getByText('two')).toBeTruthy();
    view.rerender(
      <CacheProvider value={cache}>
        <Show name="a" ask={ask} />
      </CacheProvider>,
    );
    expect(asked).toHaveLength(3);
  });

  it('asks anew after an event, showing the old answer meanwhile', async () => {
    const { asked, ask } = slowHost();
    const cache = cacheOf();
    render(
      <CacheProvider value={cache}>
        <Show name="a" ask={ask} />
      </CacheProvider>,
    );
    await asked[0]?.answer(ok('old'));
    act(() => cache.invalidate(['settings']));
    expect(asked).toHaveLength(1);
    act(() => cache.invalidate(['runs']));
    expect(screen.getByText('old')).toBeTruthy();
    await asked[1]?.answer(ok('new'));
    expect(screen.getByText('new')).toBeTruthy();
  });

  it('keeps the previous answer while a filter is typed, and drops it for an error', async () => {
    const { asked, ask } = slowHost();
    const cache = cacheOf();
    const tree = (name: string) => (
      <CacheProvider value={cache}>
        <Show name={name} ask={ask} keep />
      </CacheProvider>
    );
    const view = render(tree('a'));
    await asked[0]?.answer(ok('first'));
    view.rerender(tree('ab'));
    expect(screen.getByText('first')).toBeTruthy();
    await asked[1]?.answer(err(someError));
    expect(screen.getByText(someError.what)).toBeTruthy();
  });

  it('turns a host that is gone into an error in words', async () => {
    const cache = cacheOf();
    render(
      <StrictMode>
        <CacheProvider value={cache}>
          <Show name="a" ask={() => () => Promise.reject(new Error('socket hang up'))} />
        </CacheProvider>
      </StrictMode>,
    );
    expect(await screen.findByText('Plimsoll did not answer')).toBeTruthy();
  });
});
