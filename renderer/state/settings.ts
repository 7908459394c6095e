import { useCallback } from 'react';
import { create } from 'zustand';
import type { Settings } from '#core/api/settings.ts';
import type { AppError } from '#core/model.ts';
import type { Result } from '#core/result.ts';
import { asResult, useCache, useQuery, type Query } from './query.ts';

export const useSettings = (): Query<Settings> =>
  useQuery({ key: ['settings'], ask: (client, signal) => client.settings.get(undefined, { signal }), on: ['settings'] });

/** Saves and asks anew, so that every screen sees what the host has made of it. */
export function useSaveSettings(): (patch: Partial<Settings>) => Promise<Result<Settings, AppError>> {
  const cache = useCache();
  return useCallback(
    async (patch) => {
      const answer = await asResult(cache.client.settings.set(patch));
      cache.invalidate(['settings']);
      return answer;
    },
    [cache],
  );
}

interface Drafts {
  readonly views: Readonly<Record<string, string>>;
  put: (name: string, value: string) => void;
}

/** What was dragged or chosen in this window and is ahead of the host's copy. */
const useDrafts = create<Drafts>((set) => ({
  views: {},
  put: (name, value) => set((state) => ({ views: { ...state.views, [name]: value } })),
}));

const SAVE_AFTER_MS = 400;
let timer: ReturnType<typeof setTimeout> | undefined;

/** One remembered view (columns, widths, drawer): text in the settings, opaque to the host. Saved shortly after the last change. */
export function useView(name: string): readonly [string | undefined, (value: string) => void] {
  const settings = useSettings();
  const save = useSaveSettings();
  const draft = useDrafts((state) => state.views[name]);
  const put = useDrafts((state) => state.put);
  const stored = settings.data?.views;
  const set = useCallback(
    (value: string) => {
      put(name, value);
      clearTimeout(timer);
      timer = setTimeout(() => void save({ views: { ...stored, ...useDrafts.getState().views } }), SAVE_AFTER_MS);
    },
    [name, put, save, stored],
  );
  return [draft ?? stored?.[name], set];
}
