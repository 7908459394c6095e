import { useCallback, useSyncExternalStore } from 'react';

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

export type Room = 'narrow' | 'mid' | 'normal' | 'wide';

/** The four widths of the design: up to 1080, up to 1280, up to 1899, above. */
export function useRoom(): Room {
  const narrow = useMedia('(max-width: 1080px)');
  const mid = useMedia('(max-width: 1280px)');
  const wide = useMedia('(min-width: 1900px)');
  return narrow ? 'narrow' : mid ? 'mid' : wide ? 'wide' : 'normal';
}
