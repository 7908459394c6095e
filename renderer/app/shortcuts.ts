import { useEffect, useRef } from 'react';

/**
 * Keys of the whole application. A shortcut is written as it is shown: `/`, `?`, `j`, `g o`, `Mod+k` (Ctrl, or Cmd on a Mac).
 * While somebody types into a field only those with Mod work; inside an open dialog the page behind it hears nothing.
 */
export interface Shortcut {
  readonly keys: string;
  readonly run: (event: KeyboardEvent) => void;
  /** Works inside dialogs too (the palette closes itself with its own key). */
  readonly always?: boolean;
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** How a shortcut is shown on this machine. */
export const shown = (keys: string): string =>
  keys.replace('Mod+', isMac ? '⌘' : 'Ctrl ').replace(/\b[a-z]$/, (key) => (keys.includes('Mod') ? key.toUpperCase() : key));

const SEQUENCE_MS = 1200;
const registered = new Set<{ current: readonly Shortcut[] }>();
let prefix: { readonly key: string; readonly at: number } | undefined;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select'));

const named = (event: KeyboardEvent): string => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.metaKey || event.ctrlKey ? `Mod+${key}` : key;
};

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const key = named(event);
  if (typing(event.target) && !key.startsWith('Mod+')) return;
  const behindDialog =
    document.querySelector(
      '[role=dialog][data-state=open], [role=alertdialog][data-state=open], [role=menu][data-state=open]',
    ) !== null;
  const sequence = prefix !== undefined && event.timeStamp - prefix.at < SEQUENCE_MS ? `${prefix.key} ${key}` : undefined;
  prefix = undefined;
  const all = [...registered].toReversed().flatMap((group) => group.current);
  for (const wanted of sequence === undefined ? [key] : [sequence, key]) {
    const found = all.find((shortcut) => shortcut.keys === wanted && (!behindDialog || shortcut.always === true));
    if (found === undefined) continue;
    event.preventDefault();
    found.run(event);
    return;
  }
  if (!behindDialog && all.some((shortcut) => shortcut.keys.startsWith(`${key} `))) prefix = { key, at: event.timeStamp };
}

/** Registers shortcuts while the component is there; what was registered last wins. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const group = useRef(shortcuts);
  group.current = shortcuts;
  useEffect(() => {
    if (registered.size === 0) document.addEventListener('keydown', onKeyDown);
    registered.add(group);
    return () => {
      registered.delete(group);
      if (registered.size === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
