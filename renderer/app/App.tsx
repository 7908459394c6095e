import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Client } from '#core/api.ts';
import { listen } from '../state/events.ts';
import { CacheProvider, QueryCache } from '../state/query.ts';
import { Toasts } from '../ui/toast.tsx';
import { Shell } from './Shell.tsx';

/** The application over one client; tests pass a client of their own. */
export function App({ client }: { readonly client: Client }) {
  const [cache] = useState(() => new QueryCache(client));
  useEffect(() => listen(client, cache), [client, cache]);
  return (
    <CacheProvider value={cache}>
      <Tooltip.Provider delayDuration={500}>
        <Shell />
        <Toasts />
      </Tooltip.Provider>
    </CacheProvider>
  );
}
